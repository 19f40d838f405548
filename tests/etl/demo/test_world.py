"""The demo's files: the same arguments give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo_world import GAMES, USERS, World
from etl.demo import DemoFiles, write_demo


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("packed"), games=GAMES, users=USERS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    folder = tmp_path_factory.mktemp("plain")
    return write_demo(folder, games=GAMES, users=USERS, compress=False)


@pytest.mark.parametrize("compress", [True, False])
def test_the_same_arguments_give_the_same_bytes(
    packed: DemoFiles, plain: DemoFiles, tmp_path: Path, compress: bool
) -> None:
    first = packed if compress else plain
    second = write_demo(tmp_path, games=GAMES, users=USERS, compress=compress)
    for one, two in zip(first.paths(), second.paths(), strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert (one.suffix == ".gz") == (compress and one not in first.titles)


def test_another_seed_gives_another_world(packed: DemoFiles, tmp_path: Path) -> None:
    one, two = packed, write_demo(tmp_path, games=GAMES, users=USERS, seed=2)
    assert one.items.read_bytes() != two.items.read_bytes()
    assert one.games.read_bytes() != two.games.read_bytes()
    assert one.titles[0].read_bytes() != two.titles[0].read_bytes()
    assert one.ratings.read_bytes() != two.ratings.read_bytes()


def test_packed_and_plain_files_hold_the_same_lines(plain: DemoFiles, world: World) -> None:
    assert plain.games.read_text("ascii") == "".join(world.lines["games"])
    assert plain.items.read_text("utf-8") == "".join(world.lines["items"])


@pytest.mark.parametrize(("games", "users"), [(100, 300), (GAMES, 10)])
def test_a_world_too_small_for_its_oddities_is_refused(
    tmp_path: Path, games: int, users: int
) -> None:
    with pytest.raises(ValueError, match="at least"):
        write_demo(tmp_path, games=games, users=users)
