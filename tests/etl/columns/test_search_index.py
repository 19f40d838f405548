"""The search index of a list of names: what is found at which word, and what abbreviates what."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.frame import Frame
from datastore.search import NameIndex
from etl.columns.search_index import index, keys


def name_index(names: list[str | None], *, abbreviated: bool = True) -> NameIndex:
    searchable = keys(names)
    arrays = index(searchable, abbreviated=abbreviated)
    frame = Frame("x", pa.table({"search_key": pa.array(searchable, pa.string())}))
    return NameIndex(frame, {f"search_x_{part}": array for part, array in arrays.items()}, "x")


def places(names: list[str | None], piece: str) -> list[tuple[int, int, int]]:
    found = name_index(names).words.beginning(piece.encode())
    columns = (found.rows.tolist(), found.begins.tolist(), found.ends.tolist())
    return sorted(zip(*columns, strict=True))


def abbreviated(names: list[str | None], piece: str) -> list[str | None]:
    found = name_index(names).initials.beginning(piece.encode())
    return [names[row] for row in sorted(set(found.rows[found.ends > 0].tolist()))]


def test_a_name_is_found_at_each_of_its_words_and_across_blanks() -> None:
    names = ["Half-Life 2", None, "Life", "Lifeboat"]
    assert places(names, "life") == [(0, 1, 1), (2, 2, 2), (3, 2, 0)]
    assert places(names, "halflife") == [(0, 2, 1)]
    assert places(names, "life2") == [(0, 1, 2)]
    assert places(names, "alf") == []


def test_numerals_are_found_as_digits_too_and_each_place_once() -> None:
    names: list[str | None] = ["Dawn of War II", "Episode One"]
    assert places(names, "2") == [(0, 1, 2)]
    assert places(names, "ii") == [(0, 1, 2)]
    assert places(names, "dawn") == [(0, 2, 1)] * 2  # as II and as 2
    assert places(names, "episode1") == [(1, 2, 2)]


@pytest.mark.parametrize(
    ("piece", "names"),
    [
        ("csgo", ["Counter-Strike: Global Offensive"]),
        ("go", ["Counter-Strike: Global Offensive"]),
        ("ffx", ["Final Fantasy X"]),
        ("ff10", ["Final Fantasy X"]),
        ("ff1", []),
        ("bl2", ["Borderlands 2"]),
        ("b2", ["Borderlands 2"]),
        ("gmod", ["Garry's Mod"]),
        ("mandb", ["Mount & Blade"]),
        ("mb", ["Mount & Blade"]),
        ("c", ["Counter-Strike: Global Offensive"]),
        ("p", []),  # of a single word: it only begins it
    ],
)
def test_initials_run_from_any_word_to_any_other(piece: str, names: list[str]) -> None:
    known: list[str | None] = [
        "Counter-Strike: Global Offensive", "Final Fantasy X", "Final Fantasy XIII",
        "Borderlands 2", "Lands", "Border", "Border Lands Beyond", "Garry's Mod", "Mount & Blade",
        "Portal",
    ]  # fmt: skip
    found = [name for name in abbreviated(known, piece) if name != "Border Lands Beyond"]
    assert found == names


def test_names_that_nobody_abbreviates_have_no_initials() -> None:
    found = name_index(["john_a_smith"], abbreviated=False)
    assert len(found.initials.beginning(b"jas").rows) == 0
    assert len(found.words.beginning(b"smith").rows) == 1


@given(names=st.lists(st.text(alphabet="ab xv2é&'", max_size=8), max_size=12))
def test_every_word_of_every_name_is_found_and_nothing_else(names: list[str]) -> None:
    searchable = keys(names)
    for piece in ("a", "ab", "v", "x", "2", "é", "and"):
        expected = {
            row
            for row, key in enumerate(searchable)
            for at in range(len(key.split()))
            if "".join(key.split()[at:]).startswith(piece)
        }
        found = {row for row, *_ in places(list(names), piece)}
        assert expected <= found
        if piece not in ("2",):  # digits are also found where numerals stand
            assert found == expected
