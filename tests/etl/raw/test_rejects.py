"""The reject file names file, line, reason, users and the start of the content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.raw.rejects import RejectFile


def test_a_reject_has_file_line_reason_and_the_start_of_its_content(tmp_path: Path) -> None:
    with RejectFile(tmp_path / "rejects.jsonl", "dump.json") as rejects:
        rejects.add(3, "no id", {"a": "♥"})
        rejects.add(4, "byte 1 is not UTF-8", b"x\xff\ny" + b"z" * 5000)
    first, second = map(json.loads, rejects.path.read_text("ascii").splitlines())
    assert first == {
        "file": "dump.json",
        "line": 3,
        "reason": "no id",
        "users": [],
        "content": "{'a': '♥'}",
    }
    assert second["content"] == "x\\xff\ny" + "z" * 993


@pytest.mark.parametrize(
    ("content", "user", "users"),
    [
        ({"item_id": None}, "ann", ["ann"]),
        (b'{"user_id": "bob", bad', None, ["bob"]),
        (b"{u'userId': u'cat', 'user_id': 76}", None, ["76", "cat"]),
        (b"bob", None, []),
    ],
)
def test_a_reject_names_its_user_or_those_that_its_line_names(
    tmp_path: Path, content: object, user: str | None, users: list[str]
) -> None:
    with RejectFile(tmp_path / "rejects.jsonl", "dump.json") as rejects:
        rejects.add(1, "reason", content, user)
    assert json.loads(rejects.path.read_text())["users"] == users
