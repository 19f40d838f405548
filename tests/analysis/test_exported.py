"""Exported tables derive from the declarations, and none that shows people slips through."""

from __future__ import annotations

import pytest

from analysis.exported import EXPORTED, PEOPLE, ExportedTable
from datastore.base.tables import CONTRACT

ABOUT_PEOPLE = {"users", "viewers", "genre_players"}


@pytest.mark.parametrize("table", EXPORTED.values(), ids=lambda table: table.name)
def test_no_column_of_row_numbers_or_codes_or_for_comparisons_is_exported(
    table: ExportedTable,
) -> None:
    for column in table.columns:
        assert not column.unit.startswith(("row", "code")), column.name
        assert "folded" not in column.name
        assert "rank" not in column.name
        assert column.name != "search_key"
        assert column.meaning.endswith(".")


def test_every_table_of_the_snapshot_is_exported_and_libraries_and_ratings() -> None:
    assert set(EXPORTED) == {*CONTRACT, "library", "ratings"}


def test_every_table_that_refers_to_people_is_known_as_such() -> None:
    referring = {
        name
        for name, table in CONTRACT.items()
        if any(
            column.unit.partition(" of ")[2] in ABOUT_PEOPLE for column in table.columns.values()
        )
    }
    assert referring | {"users", "viewers", "library", "ratings"} == PEOPLE | {"reviews"}


def test_references_are_keys_and_codes_are_names() -> None:
    reviews = {column.name: column for column in EXPORTED["reviews"].columns}
    assert list(reviews)[:2] == ["user_id", "app_id"]
    assert reviews["sentiment"].names == ("NEGATIVE", "NEUTRAL", "POSITIVE")
    games = {column.name: str(column.type) for column in EXPORTED["games"].columns}
    assert games["developer"] == "string"
    assert games["genres"] == "list<item: string>"
    assert EXPORTED["titles"].schema.field("platform").metadata == {
        b"description": b"The streaming platform."
    }
