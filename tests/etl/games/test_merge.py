"""Several files of one kind come to what a loop over all their rows, the oldest first, comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dumps import game, games_in, libraries_of, raw_reviews, reviews_in, rows_in, starts_in
from etl.columns.arrow import table_of
from etl.games import catalogue, libraries, reviews
from etl.games.events import Event, Events

USERS, GAMES = st.sampled_from(["ann", "bob", "cat"]), st.sampled_from(["10", "9", "x"])
PAIRS = st.tuples(USERS, GAMES)
MOST = 2**31 - 1


def events(action: str, values: st.SearchStrategy[int]) -> st.SearchStrategy[Events]:
    row = st.builds(
        lambda at, pair, value: Event(at, *pair, action, value),
        st.integers(0, 10**9),
        PAIRS,
        values,
    )
    return st.lists(row, max_size=4).map(lambda rows: Events(sorted(rows)))


# ---------------------------------------------------------------- libraries

#: Minutes, and whether they are all of the last two weeks.
PLAYTIME = st.tuples(st.sampled_from([1, 5, MOST]), st.booleans()) | st.just((0, False))
LIBRARY = st.dictionaries(PAIRS, PLAYTIME, max_size=6)


@given(parts=st.lists(LIBRARY | events("minutes", st.integers(0, 60)), max_size=4))
def test_libraries_grow_as_row_by_row(parts: list[Any]) -> None:
    expected: dict[tuple[str, str], int] = {}
    started: set[tuple[str, str]] = set()
    in_files = from_events = 0
    for part in parts:
        before = len(expected)
        if isinstance(part, Events):
            played: dict[tuple[str, str], int] = {}
            for event in part.rows:
                pair = event.user_id, event.app_id
                played[pair] = played.get(pair, 0) + event.value
            started = {pair for pair in started if pair[0] not in {user for user, _ in played}}
            for pair, minutes in played.items():
                if minutes and not expected.get(pair):
                    started.add(pair)
                expected[pair] = min(MOST, expected.get(pair, 0) + minutes)
            from_events += len(expected) - before
        else:
            in_files += len(part)
            started = {pair for pair in started if pair[0] not in {user for user, _ in part}}
            started |= {pair for pair, (_, recent) in part.items() if recent}
            for pair, (minutes, _) in part.items():
                expected[pair] = max(minutes, expected.get(pair, 0))
    given_parts = [
        part
        if isinstance(part, Events)
        else libraries_of(
            *((*pair, minutes) for pair, (minutes, _) in sorted(part.items())),
            started=[pair for pair, (_, recent) in part.items() if recent],
        )
        for part in parts
    ]
    merged = libraries.merge(given_parts)
    assert rows_in(merged.rows) == expected
    assert starts_in(merged.rows) == started
    assert merged.counts.kept == len(expected) - from_events
    assert merged.counts.deduplicated.total() == in_files - merged.counts.kept
    names = dict(zip(merged.rows.games.to_pylist(), merged.rows.names.to_pylist(), strict=True))
    in_dumps = {game for part in parts if not isinstance(part, Events) for _, game in part}
    assert {game for game, name in names.items() if name == f"Game {game}"} == in_dumps


def test_a_game_has_the_first_name_that_any_file_gives_it() -> None:
    dumps = [
        (libraries_of(("ann", "1", 1), ("ann", "2", 1)), [None, "two"]),
        (libraries_of(("bob", "2", 1), ("bob", "1", 1), ("bob", "3", 1)), ["zwei", "one", None]),
    ]
    parts = [replace(part, names=pa.array(names, pa.string())) for part, names in dumps]
    found = libraries.merge([*parts, Events([])]).rows
    named = dict(zip(found.games.to_pylist(), found.names.to_pylist(), strict=True))
    assert named == {"1": "one", "2": "two", "3": None}


# ---------------------------------------------------------------- reviews

POSTED = st.sampled_from(
    ["Posted May 1, 2011.", "Posted May 1.", "Posted June 30, 2016.", "Posted June 31, 2012.", "?"]
)
SAID = st.dictionaries(PAIRS, st.tuples(st.booleans(), st.sampled_from(["a", " "]), POSTED))
MONTHS = {"May": 5, "June": 6}


def day_of(posted: str, crawl_year: int | None) -> tuple[int, int, int] | None:
    """Year, month and day, of the texts above only."""
    if posted == "?":
        return None
    words = posted.rstrip(".").replace(",", "").split()[1:]
    year = int(words[2]) if len(words) > 2 else crawl_year
    return (year, MONTHS[words[0]], int(words[1])) if year else None


@given(parts=st.lists(SAID | events("recommended", st.integers(0, 1)), max_size=4))
def test_reviews_follow_each_other_as_row_by_row(parts: list[Any]) -> None:
    standing: dict[tuple[str, str], dict[str, Any]] = {}
    voted: dict[tuple[str, str], int] = {}
    crawl_year, older = None, 0
    for part in parts:
        if isinstance(part, Events):
            for event in part.rows:
                pair = event.user_id, event.app_id
                if event.at < voted.get(pair, event.at):
                    continue
                voted[pair] = event.at
                day = (event.day.year, event.day.month, event.day.day)
                new = {"text": None, "day": day, "inferred": False}
                standing.setdefault(pair, new)["recommend"] = bool(event.value)
            continue
        years = [day[0] for _, _, posted in part.values() if (day := day_of(posted, None))]
        crawl_year = max([year + 1 for year in years] + [crawl_year or 0]) or None
        for pair, (recommend, text, posted) in part.items():
            day = day_of(posted, crawl_year)
            inferred = day is not None and day_of(posted, None) is None
            row = {"recommend": recommend, "text": text.strip() or None, "day": day,
                   "inferred": inferred}  # fmt: skip
            older += pair in standing
            if pair not in standing or (day or (0, 0, 0)) >= (standing[pair]["day"] or (0, 0, 0)):
                standing[pair] = row
    given_parts = [
        part if isinstance(part, Events) else raw_reviews(*((*k, *v) for k, v in part.items()))
        for part in parts
    ]
    merged = reviews.merge(given_parts)
    found = merged.rows
    rows = reviews_in(found)
    assert [(row.user_id, row.app_id) for row in rows] == sorted(standing)
    for row in rows:
        expected = standing[row.user_id, row.app_id]
        day = expected["day"]
        never = day is not None and day[1:] == (6, 31)
        shown = row.posted and (row.posted.year, row.posted.month, row.posted.day)
        assert shown == (None if never else day)
        assert row.posted_year == (day and day[0])
        assert (row.recommend, row.text, row.posted_year_inferred) == (
            expected["recommend"], expected["text"], expected["inferred"],
        )  # fmt: skip
    assert found.crawl_year == crawl_year
    assert merged.counts.kept == len(standing)
    assert merged.counts.deduplicated.total() == older


# ---------------------------------------------------------------- games

RECORDS = st.dictionaries(GAMES, st.tuples(st.integers(0, 99).map(str), st.booleans()))


@given(parts=st.lists(RECORDS, max_size=4))
def test_the_last_record_of_a_game_is_kept_unless_its_id_is_a_guess(
    parts: list[dict[str, tuple[str, bool]]],
) -> None:
    expected: dict[str, tuple[str, bool]] = {}
    for part in parts:
        for app_id, (title, guessed) in part.items():
            if not (guessed and app_id in expected and not expected[app_id][1]):
                expected[app_id] = title, guessed
    tables = [
        table_of(
            catalogue.RAW,
            ((*game(app_id, title=title), guessed) for app_id, (title, guessed) in part.items()),
        )
        for part in parts
    ]
    merged = catalogue.merge(tables)
    found, counts = games_in(merged.rows), merged.counts
    assert {row.app_id: row.title for row in found} == {
        app_id: title for app_id, (title, _) in expected.items()
    }
    assert [row.app_id for row in found] == [i for i in ("9", "10", "x") if i in expected]
    assert counts.rescued["id taken from the url"] == sum(g for _, g in expected.values())
    assert counts.deduplicated.total() == sum(map(len, parts)) - len(expected)
