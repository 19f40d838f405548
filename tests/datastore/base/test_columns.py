"""Declared columns: the schema, the filters and the orders that derive from them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from datastore.base.columns import OPERATORS, Column, Kind, derived, table
from datastore.base.tables import CONTRACT, TABLES

BOOKS = table(
    "One row per book.",
    title=Column(pa.string(), "Title.", filter=Kind.NAME, folded="title_folded"),
    title_folded=Column(pa.string(), "The title as it is compared."),
    pages=Column(
        pa.int32(), "Number of pages.", null="when unknown", filter=Kind.INT, order=True,
        public_name="page_count",
    ),
    is_long=derived("Whether it has 1,000 pages.", filter=Kind.FLAG),
    weight=derived("Weight.", "grams", order=True),
)  # fmt: skip


def test_a_table_stores_all_columns_that_have_a_type() -> None:
    assert BOOKS.schema == pa.schema(
        [("title", pa.string()), ("title_folded", pa.string()), ("pages", pa.int32())]
    )


def test_clients_ask_by_the_name_that_is_declared_for_them() -> None:
    assert [(field.name, kind) for field, kind in BOOKS.filters] == [
        ("title", Kind.NAME),
        ("page_count", Kind.INT),
        ("is_long", Kind.FLAG),
    ]
    assert [(field.name, field.column_name) for field in BOOKS.orders] == [
        ("page_count", "pages"),
        ("weight", "weight"),
    ]


def test_a_description_says_what_null_means() -> None:
    assert BOOKS.columns["pages"].description == "Number of pages; null when unknown."
    assert BOOKS.columns["title"].description == "Title."


def test_every_kind_has_operators() -> None:
    assert OPERATORS.keys() == set(Kind)
    assert all(OPERATORS.values())


@pytest.mark.parametrize("name", CONTRACT)
def test_declarations_fit_together(name: str) -> None:
    declared = CONTRACT[name]
    assert declared.meaning.endswith(".")
    names = [field.name for field, _ in declared.filters]
    assert len(names) == len(set(names))
    for column_name, column in declared.columns.items():
        assert column.meaning.endswith("."), column_name
        assert not column.folded or column.folded in TABLES[name].names, column_name
        is_text = column.type == pa.string()
        if column.filter is Kind.NAME and is_text:
            assert column.folded, f"{column_name} is compared folded, and nothing holds that form"
        if column.filter in (Kind.INT, Kind.FLOAT, Kind.FLAG, Kind.SENTIMENT):
            assert not is_text, column_name
