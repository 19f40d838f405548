"""The dump of the libraries: distinct rows of user and game, whatever the lines look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dumps import rows_in, starts_in
from etl.games import libraries, values
from thorough import examples

Dump = Callable[..., Path]
Read = Callable[..., Any]


def item(item_id: Any, minutes: Any = 0, name: Any = "Alpha", recent: Any = 0) -> dict[str, Any]:
    return {"item_id": item_id, "item_name": name, "playtime_forever": minutes,
            "playtime_2weeks": recent}  # fmt: skip


def of(user_id: Any, *items: Any, count: Any = None) -> dict[str, Any]:
    return {"user_id": user_id, "items_count": len(items) if count is None else count,
            "steam_id": "7", "user_url": "x", "items": list(items)}  # fmt: skip


def rows(source: Any) -> dict[tuple[str, str], int]:
    return rows_in(source.result)


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("notation", ["python", "python2", "json"])
def test_a_library_is_read_alike_in_every_notation(
    dump: Dump, read: Read, notation: str, end: bytes, name: str
) -> None:
    lines = of("ann", item("10", 6, 'It\'s "α"'), item("20")), of("bob"), of("cy", item("20", 3))
    source = read(libraries, dump(*lines, notation=notation, end=end, name=name))
    assert rows(source) == {("ann", "10"): 6, ("ann", "20"): 0, ("cy", "20"): 3}
    assert source.result.users.to_pylist() == ["ann", "bob", "cy"]
    assert source.result.games.to_pylist() == ["10", "20"]
    assert source.result.names.to_pylist() == ['It\'s "α"', "Alpha"]
    assert (source.report.lines, source.report.rows, source.report.kept) == (3, 3, 3)
    assert source.rejects == []
    assert not source.report.notes


def test_repeated_lines_of_a_user_are_one_user_with_the_greater_playtimes(
    dump: Dump, read: Read
) -> None:
    lines = (
        of("ann", item("10", 6), item("20", 9)),
        of("bob"),
        of(" ann", item("10", 7), item("30")),
    )
    source = read(libraries, dump(*lines))
    assert rows(source) == {("ann", "10"): 7, ("ann", "20"): 9, ("ann", "30"): 0}
    assert source.result.users.to_pylist() == ["ann", "bob"]
    assert source.report.notes == {"repeated user (lines merged)": 1}
    assert source.report.deduplicated == {"duplicate item within a library": 1}
    assert (source.report.rows, source.report.kept) == (4, 3)


@pytest.mark.parametrize("notation", ["python", "python2", "json"])
@pytest.mark.parametrize("reverse", [False, True])  # the second spelling is not the published one
def test_a_game_whose_playtime_is_all_of_the_last_two_weeks_was_started_then(
    dump: Dump, read: Read, notation: str, reverse: bool
) -> None:
    without_field = item("60", 7)
    del without_field["playtime_2weeks"]
    items = [
        item("10", 7, recent=7), item("20", 9, recent=7), item("30", 0, recent=0),
        item("40", 7, recent=None), item("50", 7.0, recent="7"), without_field,
        item("70", 7, recent=[7]),
    ]  # fmt: skip
    if reverse:
        items = [dict(reversed(row.items())) for row in items]
    source = read(libraries, dump(of("ann", *items), of("bob", items[0]), notation=notation))
    assert starts_in(source.result) == {("ann", "10"), ("ann", "50"), ("bob", "10")}


def test_lines_of_the_same_playtime_all_have_to_be_of_the_last_two_weeks_for_a_recent_start(
    dump: Dump, read: Read
) -> None:
    new, old = item("10", 7, recent=7), item("10", 7)
    longer, shorter = item("10", 8, recent=8), item("10", 6)
    lines = {"ann": (new, old), "bob": (old, new), "cy": (new, new), "di": (old, longer),
             "ed": (new, shorter)}  # fmt: skip
    source = read(libraries, dump(*(of(user, row) for user, rows in lines.items() for row in rows)))
    assert starts_in(source.result) == {("cy", "10"), ("di", "10"), ("ed", "10")}


def test_a_game_repeated_in_a_library_counts_once(dump: Dump, read: Read) -> None:
    source = read(libraries, dump(of("ann", item("10", 6), item("10 ", 5), item(10, 4))))
    assert rows(source) == {("ann", "10"): 6}
    assert source.report.deduplicated == {"duplicate item within a library": 2}


@pytest.mark.parametrize("notation", ["python", "python2", "json"])
@pytest.mark.parametrize("odd", ["Alpha", 7])  # the second one does not fit the types
def test_a_count_that_differs_from_the_items_is_noted(
    dump: Dump, read: Read, notation: str, odd: Any
) -> None:
    lines = (
        of("ann", item("10", name=odd), count=3), of("bob", item("10", name=odd)), of("cy", count=1)
    )  # fmt: skip
    source = read(libraries, dump(*lines, notation=notation))
    assert source.report.notes == {"items_count differs from the number of items": 2}


def test_an_item_without_id_is_counted_among_the_items_listed(dump: Dump, read: Read) -> None:
    source = read(libraries, dump(of("ann", item(" "), item("10"))))
    assert source.report.rejected == {"no item_id": 1}
    assert not source.report.notes


def test_a_game_has_the_first_name_that_is_not_blank(dump: Dump, read: Read) -> None:
    lines = (
        of("ann", item("10", 1, "Alpha &amp; more"), item("20", 1, " ")),
        of("bob", item("30", 1, "Gamma"), item("20", 1, "Beta"), item("10", 1, "Other")),
    )
    source = read(libraries, dump(*lines))
    assert source.result.games.to_pylist() == ["10", "20", "30"]
    assert source.result.names.to_pylist() == ["Alpha & more", "Beta", "Gamma"]


@pytest.mark.parametrize("blank", ["", "  ", None, float("nan"), True])
def test_an_item_without_id_is_rejected_with_its_line(dump: Dump, read: Read, blank: Any) -> None:
    path = dump(of("bob", item("20")), of("ann", item(blank, 5), item("10", 6)), notation="json")
    source = read(libraries, path)
    assert rows(source) == {("bob", "20"): 0, ("ann", "10"): 6}
    assert source.result.games.to_pylist() == [
        "20",
        "10",
    ]  # the blank id was once a game of its own
    assert source.result.names.to_pylist() == ["Alpha", "Alpha"]
    assert source.report.rejected == {"no item_id": 1}
    assert (source.report.rows, source.report.kept) == (3, 2)
    (reject,) = source.rejects
    assert (reject["file"], reject["line"], reject["reason"]) == (str(path), 2, "no item_id")


@pytest.mark.parametrize("minutes", [-1, -0.5, 2**31, 1e300, "many", "-3", True, [5]])
def test_an_invalid_playtime_is_0_and_counted(dump: Dump, read: Read, minutes: Any) -> None:
    path = dump(of("ann", item("10", minutes), item("20", 9)))
    source = read(libraries, path)
    assert rows(source) == {("ann", "10"): 0, ("ann", "20"): 9}
    assert source.report.rescued == {"invalid playtime (counted as 0)": 1}
    assert [(r["line"], r["reason"]) for r in source.rejects] == [
        (1, "invalid playtime (counted as 0)")
    ]


@pytest.mark.parametrize("notation", ["python", "json"])
@pytest.mark.parametrize("minutes", [None, "", " ", float("nan"), "absent"])
def test_a_missing_playtime_is_0_and_counted_apart(
    dump: Dump, read: Read, minutes: Any, notation: str
) -> None:
    row = item("10", minutes)
    if minutes == "absent":
        del row["playtime_forever"]
    source = read(libraries, dump(of("ann", row, item("20", 9)), notation=notation))
    assert rows(source) == {("ann", "10"): 0, ("ann", "20"): 9}
    assert source.report.rescued == {"missing playtime (counted as 0)": 1}
    assert source.rejects == []


PLAYTIME = (
    st.integers(-2, 5000) | st.integers(0, 2**32) | st.floats(0, 3e9) | st.floats()
    | st.sampled_from([None, "", "12.5", " 7 ", "1,234", "many", True, 245.99999999999997, 2.5])
)  # fmt: skip
PLAYTIMES = st.lists(
    st.tuples(PLAYTIME, PLAYTIME) | PLAYTIME.map(lambda minutes: (minutes, minutes)), max_size=4
)


@given(PLAYTIMES, st.sampled_from(["python", "json"]))
@settings(max_examples=examples(60),
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_the_published_spelling_is_read_like_any_other(
    dump: Dump, read: Read, playtimes: list[tuple[Any, Any]], notation: str
) -> None:
    items = [item(str(at), minutes, "", recent) for at, (minutes, recent) in enumerate(playtimes)]
    turned = [dict(reversed(row.items())) for row in items]
    quick, slow = (
        read(libraries, dump(of("ann", *rows), notation=notation)) for rows in (items, turned)
    )
    assert rows(quick) == rows(slow)
    assert quick.report == slow.report
    assert [r["reason"] for r in quick.rejects] == [r["reason"] for r in slow.rejects]
    known = [
        (values.minutes(minutes) or 0, values.minutes(recent)) for minutes, recent in playtimes
    ]
    assert rows(quick) == {("ann", str(at)): minutes for at, (minutes, _) in enumerate(known)}
    assert starts_in(quick.result) == starts_in(slow.result) == {
        ("ann", str(at)) for at, (minutes, recent) in enumerate(known) if 0 < minutes == recent
    }  # fmt: skip


ALPHA = "{'item_id': '10', 'item_name': 'Alpha', 'playtime_forever': 6, 'playtime_2weeks': 0}"


@pytest.mark.parametrize(
    ("old", "new", "expected", "name"),
    [
        ("2weeks': 0", f"2weeks': {2**64}", 6, "Alpha"),
        ("2weeks': 0", "2weeks': None", 6, "Alpha"),
        ("6", str(2**64), 0, "Alpha"),
        ("6", "9" * 4300, 0, "Alpha"),
        ("6", "6.0", 6, "Alpha"),
        ("6", "True", 0, "Alpha"),
        ("6", "None", 0, "Alpha"),
        ("6", "0x10", 16, "Alpha"),
        ("6", "1_000", 1000, "Alpha"),
        ("6, 'playtime_2weeks': 0", "6, 'playtime_forever': 7", 7, "Alpha"),
        ("'Alpha'", r"'\a\x41\101\N{BULLET}\d'", 6, "\aAA•\\d"),
        ("'Alpha'", r"'\ud83d\ude00 \ud83d'", 6, "😀 \ufffd"),
        ("'Alpha'", "'Al' 'pha'", 6, "Alpha"),
        ("'Alpha'", "None", 6, None),
        ("'Alpha'", "b'Alpha'", 6, None),
        ("'10'", "10", 6, "Alpha"),
        ("{'item", "{**{}, 'item", None, None),
        ("6", "9" * 4301, None, None),
        ("6", "06", None, None),
        ("6", "nan", 0, "Alpha"),
        ("6", "(" * 300 + ")" * 300, None, None),
        ("6", "__import__('os').getpid()", None, None),
        ("Alpha", "\0", None, None),
        ("Alpha", r"\x4", None, None),
        ("Alpha", r"\ud83", None, None),
        ("Alpha", "Al\rpha", None, None),
        ("Alpha", b"\xe9", None, None),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_made_to_break_readers_is_read_like_python_reads_it_or_rejected_alone(
    dump: Dump, read: Read, old: str, new: str | bytes, expected: int, name: str, end: bytes
) -> None:
    bad = new if isinstance(new, bytes) else new.encode()
    odd = f"{{'user_id': 'eve', 'items': [{ALPHA}]}}".encode().replace(old.encode(), bad)
    full = repr(of("eve", item("10", 6))).encode().replace(old.encode(), bad)
    for line in (odd, full):
        source = read(libraries, dump(repr(of("ann", item("20", 1))), line, of("bob"), end=end))
        owned = {("ann", "20"): 1} | ({("eve", "10"): expected} if expected is not None else {})
        assert rows(source) == owned
        assert source.report.unreadable == (expected is None)
        if expected is not None:
            assert source.result.names.to_pylist()[1] == name
        assert source.result.users.to_pylist() == [
            "ann",
            *(["eve"] if expected is not None else []),
            "bob",
        ]


def test_the_longest_playtime_is_what_an_int32_holds(dump: Dump, read: Read) -> None:
    source = read(libraries, dump(of("ann", item("10", 2**31 - 1))))
    assert rows(source) == {("ann", "10"): 2**31 - 1}


def test_a_row_that_only_has_other_types_is_saved(dump: Dump, read: Read) -> None:
    source = read(
        libraries, dump(of(7, item(10, "6", None), item("20", 6.0), "no item", count="3"))
    )
    assert rows(source) == {("7", "10"): 6, ("7", "20"): 6}
    assert source.report.rejected == {"no item_id": 1}


def test_a_dump_of_empty_libraries_has_users_and_no_rows(dump: Dump, read: Read) -> None:
    source = read(libraries, dump(of("ann"), of("bob")))
    assert rows(source) == {}
    assert source.result.users.to_pylist() == ["ann", "bob"]
    assert source.result.games.to_pylist() == source.result.names.to_pylist() == []


def test_unreadable_lines_are_counted_and_skipped(dump: Dump, read: Read) -> None:
    path = dump(
        b"\xef\xbb\xbf" + repr(of("ann", item("10"))).encode(), "", "{bad", "[]",
        of(None, item("10")), {"user_id": "bob"}, "x" * 3000, of("bob", item("10")),
    )  # fmt: skip
    source = read(libraries, path, 2000)
    assert rows(source) == {("ann", "10"): 0, ("bob", "10"): 0}
    assert source.report.unreadable == source.report.rejected["line cannot be read"] == 5
    assert source.report.notes == {"blank line": 1}
    assert [(r["line"], r["reason"]) for r in source.rejects] == [
        (3, "'{' was never closed at character 1"),
        (4, "the record is not an object"),
        (5, "no user_id"),
        (6, "no list of items"),
        (7, "it has more than 2,000 bytes"),
    ]
