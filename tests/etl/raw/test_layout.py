"""Every layout of records in a file gives the same records."""

from __future__ import annotations

import gzip
import json
import pprint
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.games import catalogue
from etl.raw import lines
from etl.raw.layout import Layout, Values, layout_of
from etl.raw.lines import RawFile
from etl.raw.literals import decode
from thorough import examples

Records = list[dict[str, Any]]

LAYOUTS: dict[str, Callable[[Records], str]] = {
    "lines": lambda records: "".join(json.dumps(record) + "\n" for record in records),
    "lines with blanks": lambda records: "\n\n".join(
        json.dumps(record, separators=(" , ", " : ")).replace("{", "{ ", 1) for record in records
    ),
    "lines with commas": lambda records: "".join(json.dumps(record) + ",\n" for record in records),
    "one after the other": lambda records: " ".join(map(json.dumps, records)),
    "array in one line": json.dumps,
    "array, one record per line": lambda records: (
        "[" + ",\r\n".join(map(json.dumps, records)) + "]\r\n"
    ),
    "array, comma first": lambda records: "[ " + "\n, ".join(map(json.dumps, records)) + "\n]",
    "indented array": lambda records: json.dumps(records, indent=2),
    "array indented by tabs": lambda records: (
        json.dumps(records, indent="\t").replace("\n", "\r\n")
    ),
    "indented records": lambda records: "\n".join(json.dumps(r, indent=4) for r in records),
    "array in Python": repr,
    "lines in Python": lambda records: "\n".join(map(repr, records)),
    "lines that end in CR": lambda records: "\r".join(map(repr, records)),
    "records shown by pprint": lambda records: "\n".join(
        pprint.pformat(record, width=20) for record in records
    ),
    "array shown by pprint": lambda records: pprint.pformat(records, width=20),
}  # fmt: skip

TEXTS = st.text(st.sampled_from("ab'\"\\{}[]:, \n\ré♥"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), min_size=1, max_size=5)


def records_in(path: Path) -> list[Any]:
    found = []
    for _, line in RawFile(path, 1 << 20).lines():
        assert isinstance(line, bytes)
        if line:
            found.append(decode(line))
    return found


@given(RECORDS, st.sampled_from(sorted(LAYOUTS)), st.booleans(), st.sampled_from([7, 64, 1 << 18]))
@settings(max_examples=examples(150),
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_records_are_the_same_however_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: Records, how: str, packed: bool,
    step: int,
) -> None:  # fmt: skip
    monkeypatch.setattr("etl.raw.layout.STEP", step)
    monkeypatch.setattr(lines, "STEP", max(step, 512))
    content = LAYOUTS[how](records).encode()
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert records_in(path) == records


@pytest.mark.parametrize("how", LAYOUTS)
def test_a_catalogue_is_the_same_however_it_lies(
    tmp_path: Path, read: Callable[..., Any], how: str
) -> None:
    games = [{"id": str(n), "app_name": f"It's {n}", "genres": ["A", "B"], "price": n / 4}
             for n in range(50)]  # fmt: skip
    path = tmp_path / "dump"
    path.write_text(LAYOUTS[how](games), encoding="utf-8", newline="")
    source = read(catalogue, path)
    assert [(row["app_id"], row["price"]) for row in source.result.to_pylist()] == [
        (str(n), n / 4) for n in range(50)
    ]
    assert source.report.rows == source.report.kept == 50
    assert not source.report.rejected


@pytest.mark.parametrize("how", ["array in one line", "indented array", "one after the other"])
def test_a_bad_record_is_rejected_alone_with_its_line(
    tmp_path: Path, read: Callable[..., Any], how: str
) -> None:
    games = [{"id": str(n), "app_name": "Alpha"} for n in range(3)]
    shown = LAYOUTS[how](games).replace('"1"', "oops")
    path = tmp_path / "dump"
    path.write_text(shown, encoding="utf-8")
    source = read(catalogue, path)
    assert source.result["app_id"].to_pylist() == ["0", "2"]
    line = shown[: shown.index("oops")].count("\n") + (0 if "\n" in shown else 1)
    assert [reject["line"] for reject in source.rejects] == [line]


@given(st.text(st.sampled_from("ab'\"\\{}[], \n1")), st.integers(1, 9))
@settings(max_examples=examples(500))
def test_whatever_a_file_holds_is_split_without_loss_or_end(text: str, step: int) -> None:
    content = text.encode()
    head = layout_of(content, ended=True)
    assert head in Layout
    pieces = iter([content[at : at + step] for at in range(0, len(content), step)])
    found = b""
    try:
        for _, record in Values(lambda _: next(pieces, b""), 1000):
            assert record
            found += record
    except ValueError as error:
        assert "is never closed" in str(error)
    else:
        assert sorted(found.replace(b" ", b"").replace(b"\n", b"").replace(b",", b"")) == sorted(
            content.replace(b" ", b"").replace(b"\n", b"").replace(b",", b"")
        ) or b"[" in content or b"]" in content  # fmt: skip
