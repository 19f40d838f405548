"""Lines in the published spelling: what is taken apart is what `ast.literal_eval` reads."""

from __future__ import annotations

import ast
import json
import random
import warnings
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.games import library_lines
from etl.games.library_lines import LineParser
from etl.games.values import MOST_MINUTES
from notations import NOTATIONS
from thorough import examples

from ..conftest import real_lines

Row = dict[str, Any]


class Reader:
    """The spellings, and the games they have numbered, by id and name."""

    def __init__(self) -> None:
        self.games: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self.spellings = LineParser(self._number)

    def _number(self, *game: str) -> int:
        number = self._numbers.setdefault(game, len(self.games))
        if number == len(self.games):
            self.games.append(game)
        return number

    def read(self, line: str) -> Any:
        """User, count, and id, name, minutes of each item, and whether they are all of the last
        two weeks; None for another spelling."""
        library = self.spellings.read(line.encode("utf-8", "surrogatepass"))
        if library is None:
            return None
        games = [self.games[number] for number in array("i", library.games)]
        playtimes = array("I", library.playtimes).tolist()
        assert library.listed == len(games)
        rows = [
            (*game, code >> 1, code & 1 == 0) for game, code in zip(games, playtimes, strict=True)
        ]
        return library.user_id, library.items_count, rows


def reference(line: str) -> Any:
    """The same, of what `ast.literal_eval` or `json` read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = json.loads(line) if line.startswith('{"') else ast.literal_eval(line)
    rows = []
    for i in record["items"]:
        minutes, recent = round(i["playtime_forever"]), round(i["playtime_2weeks"])
        rows.append((i["item_id"], joined(i["item_name"]), minutes, 0 < minutes == recent))
    return record["user_id"], record.get("items_count"), rows


def joined(text: str) -> str:
    """Halves of a surrogate pair as one character, a lone half as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


SPELLED = [*NOTATIONS.values(), ascii, json.dumps]


def item(item_id: str, name: str = "Alpha", forever: Any = 0, recent: Any = 0) -> Row:
    return {"item_id": item_id, "item_name": name, "playtime_forever": forever,
            "playtime_2weeks": recent}  # fmt: skip


def of(user_id: str, *items: Row, count: int | None = None) -> Row:
    return {"user_id": user_id, "items_count": len(items) if count is None else count,
            "steam_id": "76561190357148571", "user_url": "http://store.example/id/a b",
            "items": list(items)}  # fmt: skip


WORD = st.text(st.sampled_from("abcXYZ019_-./[]{}:,#%"), min_size=1, max_size=6)
NAME = st.text(st.sampled_from("ab '\"\\{}[]:,é♥😀\x7f\u2028®&-")) | st.sampled_from(
    ["Rook's Echelon", "', 'playtime_forever': 1", "}, {'item_id': '5'", '", "playtime_2weeks']
)
COUNT = st.integers(0, 10**18 - 1)
MINUTES = st.integers(0, 5000) | st.integers(0, MOST_MINUTES) | st.floats(0.001, 1e9)
LIBRARY = st.builds(
    lambda user, items, count: of(user, *items, count=count),
    WORD,
    st.lists(
        st.builds(item, WORD, NAME, MINUTES, MINUTES)
        | st.builds(lambda *own: item(*own, own[-1]), WORD, NAME, MINUTES),
        max_size=5,
    ),
    COUNT,
)


@given(st.lists(LIBRARY, max_size=4), st.sampled_from(SPELLED))
@settings(max_examples=examples(200))
def test_what_is_taken_apart_is_what_python_reads(libraries: list[Row], spell: Any) -> None:
    reader = Reader()
    for library in libraries:
        line = spell(library)
        assert reader.read(line) in (None, reference(line))


@pytest.mark.parametrize("spell", SPELLED)
def test_a_game_is_marked_whose_playtime_is_all_of_the_last_two_weeks(spell: Any) -> None:
    for last in (5, 7):
        library = of("ann", item("10", "", 7, 7), item("20", "", 7, 6), item("30", "", 0, 0),
                     item("40", "", 5000, 5000), item("50", "", 7, last))  # fmt: skip
        for reader in (Reader(), Reader()):
            _, _, rows = reader.read(spell(library))
            assert [marked for *_, marked in rows] == [True, False, False, True, last == 7]


@given(st.lists(LIBRARY, max_size=4), st.sampled_from(SPELLED))
@settings(max_examples=examples(100))
def test_the_published_spelling_is_parsed_for_any_game_name(
    libraries: list[Row], spell: Any
) -> None:
    reader = Reader()
    for library in libraries:
        for row in library["items"]:
            row["item_name"] = row["item_name"].replace("playtime", "").replace("p", "")
        assert reader.read(spell(library)) is not None


SEEDS = [
    of("ann", item("10", "Alpha", 6, 1), item("20", "It's", 5000), item("10", 'say "hi"')),
    of("bob", item("30", "\\ and ♥", MOST_MINUTES, 9000), item("40", "Delta", 12, 12)),
    of("cy"),
]
TOKENS = [
    "'", '"', "\\", "\\'", '\\"', "\\\\", "\\/", "\\n", "\\a", "\\x41", "\\101", "\\N{BULLET}",
    "\\u2665", "\\ud83d", "\\ud83d\\ude00", "\\u12", "\\\n", "\n", "\r", "\t", "\x00", "\x0c",
    "\x7f", "é", "♥", " ", "  ", ",", ":", "{", "}", "[", "]", "(", ")", "#", "u", "b", "r", "f",
    "0", "00", "1", "-1", "+1", "1.0", "1e3", "1_0", "0x1", "1j", "9" * 10, "9" * 19,
    "True", "None", "null", "NaN", "playtime_", ", 'playtime_", ", 'playtime_forever': 1",
    "}, {'item_id': '5', 'item_name': 'x'", ", 'items': []", "'a' 'b'",
    "'user_id': 'eve', ", "'items_count': 3, ", "'playtime_x': 1, ",
]  # fmt: skip


@given(st.sampled_from(SEEDS), st.sampled_from(SPELLED), st.integers(0, 2**32))
@settings(max_examples=examples(600))
def test_a_line_that_was_tampered_with_is_taken_apart_like_python_reads_it_or_not_at_all(
    library: Row, spell: Any, seed: int
) -> None:
    line, rng, reader = spell(library), random.Random(seed), Reader()
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(line) + 1)
        line = line[:at] + rng.choice(TOKENS) + line[at + rng.choice([0, 0, 1, 2, 5]) :]
    read = reader.read(line)
    if read is None:
        assert reader.games == []  # a game of a line that is refused would be a phantom
    else:
        assert read == reference(line)


@pytest.mark.parametrize("spell", SPELLED)
@pytest.mark.parametrize("at", range(3))
def test_nothing_is_numbered_of_a_line_of_which_one_item_is_spelled_otherwise(
    spell: Any, at: int
) -> None:
    reader = Reader()
    for odd in (item("1 0"), item("10", forever=-1), item("10", forever=MOST_MINUTES + 1),
                item("10", recent=-1), item("10", recent=10**18), item("")):  # fmt: skip
        items = [item("20"), item("30"), item("40")]
        items[at] = odd
        assert reader.read(spell(of("ann", *items))) is None
    assert reader.games == []


@pytest.mark.parametrize("spell", SPELLED)
def test_fields_before_the_items_may_be_in_any_order_or_missing(spell: Any) -> None:
    items = {"items": [item("10", "Alpha", 3, 1), item("20", "Beta", 5000)]}
    rows = [("10", "Alpha", 3, False), ("20", "Beta", 5000, False)]
    for fields in (
        {"user_id": "ann"},
        {"user_url": "", "level": 12, "user_id": "ann"},
        {"items_count": 7, "steam_id": "1", "user_id": "ann", "ITEMS": "x", "item": 0},
    ):
        count = fields.get("items_count")
        assert Reader().read(spell(fields | {"items": []})) == ("ann", count, [])
        assert Reader().read(spell(fields | items)) == ("ann", count, rows)
    for fields in ({}, {"user_id": 7}, {"user_id": "a b"}, {"user_id": "ann", "items_count": "2"},
                   {"user_id": "ann", "x": None}, {"user_id": "ann", "x": "\t"}):  # fmt: skip
        assert Reader().read(spell(fields | items)) is None


@pytest.mark.parametrize("before", ["'user_id': 'eve', ", "'items_count': 9, ", "'items': 0, "])
def test_the_last_value_of_a_repeated_field_counts(before: str) -> None:
    line = repr(of("ann", item("10"))).replace("{", "{" + before, 1)
    assert Reader().read(line) in (None, reference(line))


@pytest.mark.parametrize("spell", SPELLED)
def test_items_without_playtimes_are_spelled_in_another_way(spell: Any) -> None:
    row = {"item_id": "10", "item_name": "Alpha"}
    assert Reader().read(spell(of("ann", row))) is None
    assert Reader().read(spell(of("ann", row | {"playtime_forever": 5}))) is None
    assert Reader().read(spell(of("ann", row | {"playtime_2weeks": 5}))) is None


def test_games_are_numbered_as_first_seen_played_of_late_or_not() -> None:
    reader = Reader()
    reader.read(repr(of("ann", item("30", recent=2), item("10"), item("30"))))
    reader.read(repr(of("bob", item("20", recent=7), item("10", recent=9), item("40"))))
    assert [game for game, _ in reader.games] == ["30", "10", "20", "40"]


def test_a_dump_of_ever_new_games_is_read_in_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library_lines, "_MOST_KNOWN", 10)
    reader = Reader()
    for n in range(100):
        line = repr(of("ann", item("1"), item(str(n)), item(str(n + 1), recent=1)))
        assert reader.read(line) == reference(line)
    assert len(reader.spellings._spellings[b"'"]._known) <= 10


# ---------------------------------------------------------------- the real dumps


@pytest.mark.raw
@pytest.mark.parametrize(
    ("name", "step"), [("users_items.json.gz", 6), ("users_items_partial.json.gz", 58)]
)
def test_nearly_all_real_lines_are_taken_apart_and_like_python_reads_them(
    name: str, step: int
) -> None:
    reader, lines, others = Reader(), 0, 0
    for line in (raw.decode() for raw in real_lines(name, step)):
        lines += 1
        read = reader.read(line)
        others += read is None
        assert read is None or read == reference(line)
    assert others <= lines / 1000
