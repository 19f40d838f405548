"""The titles and ratings of the demo world, written once and read back."""

from __future__ import annotations

import pytest

from demo_world import GAMES, TITLES, USERS, VIEWERS
from etl.demo import DemoFiles, write_demo
from title_oracle import TitleWorld


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    folder = tmp_path_factory.mktemp("titles")
    return write_demo(folder, games=GAMES, users=USERS, titles=TITLES, viewers=VIEWERS)


@pytest.fixture(scope="session")
def titles(files: DemoFiles) -> TitleWorld:
    return TitleWorld.read(files.titles, files.ratings)
