"""The demo world that these tests read, written once."""

from __future__ import annotations

import pytest

from demo_world import GAMES, USERS, World, read_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return read_world(tmp_path_factory.mktemp("world"), GAMES, USERS)
