"""Raw files are recognised and hashed once, and count in one order."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from datastore.base.errors import InputError
from datastore.base.snapshot import InputFile
from etl.sources.inputs import GivenFile, HashedFile, Inputs, given_files, in_order
from etl.subjects import RAW_KINDS


def given(folder: Path) -> list[GivenFile]:
    paths = {
        "items": folder / "items.json",
        "games": folder / "games.json",
    }
    paths["items"].write_text(json.dumps({"user_id": "ann", "items": []}))
    paths["games"].write_text(json.dumps({"id": "10", "app_name": "Alpha"}))
    return given_files(Inputs(**paths), RAW_KINDS, 1 << 20, 1 << 20)


def test_files_are_given_by_kind_one_or_several(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    inputs = Inputs(games=one, items=[one, two], events=())
    assert list(inputs.files()) == [("games", one), ("items", one), ("items", two)]
    assert (inputs.paths("games"), inputs.paths("reviews")) == ((one,), ())


def test_given_files_are_in_the_order_of_the_kinds_and_named_by_their_content(
    tmp_path: Path,
) -> None:
    files = given(tmp_path)
    assert [(each.kind.name, each.file.name) for each in files] == [
        ("games", "games.json"),
        ("items", "items.json"),
    ]
    for each in files:
        assert each.file.sha256 == hashlib.sha256(each.raw.path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("size", "changed"), [(0, 0), (1, 0), (0, 1)])
def test_a_known_hash_is_believed_as_long_as_the_file_is_unchanged(
    tmp_path: Path, size: int, changed: int
) -> None:
    path = tmp_path / "games.json"
    path.write_text(json.dumps({"id": "10", "app_name": "Alpha"}))
    status = path.stat()
    known = HashedFile(str(path), status.st_size + size, status.st_mtime_ns + changed, "known")
    (file,) = given_files(Inputs([known], games=path), RAW_KINDS, 1 << 20, 1 << 20)
    anew = hashlib.sha256(path.read_bytes()).hexdigest()
    assert file.file.sha256 == (anew if size or changed else "known")
    assert file.state == (status.st_size, status.st_mtime_ns)


def test_a_file_that_changes_after_it_was_hashed_is_refused(tmp_path: Path) -> None:
    games, items = given(tmp_path)
    games.check_unchanged()
    os.utime(items.raw.path, (1, 1))
    with pytest.raises(InputError, match="changed while it was being read") as caught:
        items.check_unchanged()
    assert caught.value.path == items.raw.path


def files(*names: str) -> list[InputFile]:
    """`items 1` is a file of items with the content 1."""
    return [InputFile(name.split()[0], name.split()[1], name) for name in names]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["items 1", "reviews 1", "games 1"], ["games 1", "reviews 1", "items 1"]),
        (["items 2", "items 1"], ["items 2", "items 1"]),
        (["items 1", "games 1", "items 1"], ["games 1", "items 1"]),
        (["events 1", "items 1", "reviews 1", "games 1"],
         ["games 1", "events 1", "reviews 1", "items 1"]),
        (["items 1", "events 1", "events 2", "items 2", "reviews 2"],
         ["items 1", "events 1", "events 2", "reviews 2", "items 2"]),
    ],
)  # fmt: skip
def test_only_the_order_that_matters_is_kept(before: list[str], after: list[str]) -> None:
    assert [file.name for file in in_order(files(*before), RAW_KINDS)] == after
