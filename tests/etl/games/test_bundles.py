"""The bundles of a store are read in every notation, and damage is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import InputError
from etl.games.bundles import read_bundles
from notations import NOTATIONS


def bundle(number: str, *ids: Any) -> dict[str, Any]:
    items = [{"item_id": app_id, "item_name": "It's", "genre": "Indie"} for app_id in ids]
    return {"bundle_id": number, "bundle_price": "$1.98", "items": items}


BUNDLES = [bundle("1", "10", "20"), bundle("2", "30", "", None, " 40 ", "30", 50), bundle("3")]
IDS = [["10", "20"], ["30", "40", "50"]]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("notation", [*NOTATIONS])
def test_bundles_are_the_ids_of_their_items_in_every_notation(
    tmp_path: Path, notation: str
) -> None:
    text = "\n".join(NOTATIONS[notation](own) for own in BUNDLES)
    assert read_bundles(written(tmp_path / "bundles.json", text), 1 << 20) == IDS


def test_an_array_of_bundles_is_read_alike(tmp_path: Path) -> None:
    assert read_bundles(written(tmp_path / "b.json", json.dumps(BUNDLES, indent=1)), 1 << 20) == IDS


def test_items_that_are_none_are_left_out(tmp_path: Path) -> None:
    odd = [{"items": 7}, {"items": [7, {"item_id": "10"}]}, {"name": "x"}]
    path = written(tmp_path / "b.json", json.dumps(odd))
    assert read_bundles(path, 1 << 20) == [["10"]]


@pytest.mark.parametrize("text", ['{"items": []}', '{"user_id": "ann"}\n', "[]"])
def test_a_file_without_bundles_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"b\.json"):
        read_bundles(written(tmp_path / "b.json", text), 1 << 20)


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "b.json", json.dumps(BUNDLES[0]) + "\n[7]\n{bad\n")
    with pytest.raises(InputError, match=r"Line \d of .*b\.json: "):
        read_bundles(path, 1 << 20)
    path = written(tmp_path / "b.json", json.dumps(BUNDLES[0]))
    with pytest.raises(InputError, match="Line 1 of "):
        read_bundles(path, 20)
