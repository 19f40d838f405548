"""Relay: its compiler over our schema, its runtime over a connection and a node."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def relay(artifacts: Path, facts: Callable[[str], Facts]) -> Facts:
    return facts("relay/run.ts")


def test_the_compiler_finds_the_connection_and_the_node_field(artifacts: Path) -> None:
    pagination = (artifacts / "cataloguePaginationQuery.graphql.ts").read_text()
    refetch = (artifacts / "catalogueGameQuery.graphql.ts").read_text()
    assert "hasNextPage" in pagination
    assert "node(id: $id)" in refetch


def test_it_refuses_a_field_that_the_schema_lacks(
    workshop: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    source = 'import { graphql } from "relay-runtime";\ngraphql`query wrongQuery { nothing }`;\n'
    for name in ("relay.config.json", "schema.graphql"):
        (tmp_path / name).write_text((workshop / name).read_text())
    (tmp_path / "relay").mkdir()
    (tmp_path / "relay/wrong.ts").write_text(source)
    done = run([workshop / "node_modules/.bin/relay-compiler"], cwd=tmp_path, check=False)
    assert done.returncode != 0
    assert "nothing" in done.stdout + done.stderr


def test_the_runtime_loads_page_after_page(relay: Facts, all_games: list[str]) -> None:
    assert relay["edges"] == relay["totalCount"] == len(all_games)
    assert relay["requests"] == math.ceil(len(all_games) / 100)


def test_the_store_holds_each_game_once(relay: Facts, all_games: list[str]) -> None:
    assert sorted(relay["appIds"]) == sorted(all_games)


def test_a_refetched_node_updates_the_record_of_the_list(relay: Facts) -> None:
    assert relay["game"]["title"] != relay["changed"]
    assert relay["titleAfterRefetch"] == relay["changed"]
