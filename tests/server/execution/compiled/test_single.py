"""Single objects that are read without batches are answered as batches answer them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import nan
from typing import Any
from weakref import ref

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from server.execution.executor import Executor
from server.execution.operation import Bounds

#: A value of each type, null, and values that are unusual or wrong.
VALUES = ["a", 'q"\n', "é♥", "\ud800", None, 1, -3, 2**31, True, False, 1.5, 1e21, nan, 2.0, [], {}]
TYPES = ["String", "ID", "Int", "Float", "Boolean"]


def schema_of(kind: str, value: Any) -> GraphQLSchema:
    """A schema with a field of this type and value, of an object that is alone and in a list."""
    schema = build_schema(f"type Query {{ one: Box, all: [Box] }} type Box {{ v: {kind}, w: Int }}")
    fields: Any = schema.type_map["Box"].fields  # type: ignore[attr-defined]
    fields["v"].resolve = lambda source, info: value
    fields["v"].extensions["batch"] = lambda context, sources: [value] * len(sources)
    fields["w"].resolve = lambda source, info: 7
    query: Any = schema.query_type
    query.fields["one"].resolve = lambda source, info: object()
    query.fields["all"].resolve = lambda source, info: [object(), object()]
    return schema


def answer(schema: GraphQLSchema, text: str = "{ one { v w } }") -> Any:
    return json.loads(Executor(schema, lambda: lambda error: {"code": "FAULT"}).execute(text).body)


@pytest.mark.parametrize("kind", [*TYPES, *(f"{kind}!" for kind in TYPES), "[Int]"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_an_object_is_answered_the_same_with_and_without_a_reader(kind: str, value: Any) -> None:
    schema = schema_of(kind, value)
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]
    expected = answer(schema)
    asked: list[object] = []

    def reader(context: object) -> Any:
        return lambda source: asked.append(source) or value

    field.extensions["reader"] = reader
    assert answer(schema) == expected
    assert len(asked) == (kind != "[Int]")


def test_objects_of_a_list_are_read_by_the_batch() -> None:
    schema = schema_of("String", "of the batch")
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]
    field.extensions["reader"] = lambda context: lambda source: "of the reader"
    assert answer(schema) == {"data": {"one": {"v": "of the reader", "w": 7}}}
    values = answer(schema, "{ all { v } }")["data"]["all"]
    assert values == [{"v": "of the batch"}] * 2


@pytest.mark.parametrize("fails", [False, True])
def test_without_what_reads_it_the_batch_is_asked(fails: bool) -> None:
    schema = schema_of("String", "of the batch")
    field: Any = schema.type_map["Box"].fields["v"]  # type: ignore[attr-defined]

    def reader(context: object) -> None:
        if fails:
            raise ValueError

    field.extensions["reader"] = reader
    assert answer(schema) == {"data": {"one": {"v": "of the batch", "w": 7}}}


class Shelf:
    """A snapshot: books by number, with their authors and chapters, numbers of names."""

    def __init__(self, names: Sequence[Any], authors: Sequence[Any], chapters: Any) -> None:
        self.names, self.authors, self.chapters = names, authors, chapters


class Visit:
    """The context, which counts how often batches are asked."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.batches: list[str] = []


class Numbers:
    """The handles of books and people are their numbers."""

    snapshot = None

    def of(self, objects: list[int]) -> list[int]:
        return objects

    def make(self, visit: Visit, number: int) -> int:
        return number


@pytest.fixture
def shelves() -> GraphQLSchema:
    """Books of a shelf, whose fields are read for single ones."""
    schema = build_schema(
        """
        type Person { name: String! }
        type Book { name: String, author: Person, owner: Person!, chapters: [Person!]!
          tags: [String!]
          number: Int! }
        type Query { book(number: Int!): Book }
        """
    )
    schema.extensions["snapshot"] = lambda visit: visit.shelf
    for kind, field, column in (
        ("Person", "name", "names"),
        ("Book", "name", "names"),
        ("Book", "author", "authors"),
        ("Book", "owner", "authors"),
        ("Book", "chapters", "chapters"),
        ("Book", "tags", "chapters"),
    ):
        of_kind = schema.type_map[kind]
        assert isinstance(of_kind, GraphQLObjectType)
        of_kind.extensions["handles"] = Numbers()
        of_kind.fields[field].extensions |= {"batch": _batch(column), "reader": _reader(column)}
    book, query = schema.type_map["Book"], schema.query_type
    assert isinstance(book, GraphQLObjectType)
    assert query is not None
    book.fields["number"].extensions["batch"] = _numbers
    query.fields["book"].extensions["batch"] = lambda visit, sources, number: [number]
    return schema


def _batch(column: str) -> Callable[[Visit, Sequence[int]], list[Any]]:
    def batch(visit: Visit, numbers: Sequence[int]) -> list[Any]:
        visit.batches.append(column)
        return [getattr(visit.shelf, column)[number] for number in numbers]

    return batch


def _numbers(visit: Visit, numbers: Sequence[int]) -> list[Any]:
    visit.batches.append("number")
    return [ValueError("no number") if number == 9 else number for number in numbers]


def _reader(column: str) -> Callable[[Visit], Callable[[int], Any]]:
    return lambda visit: getattr(visit.shelf, column).__getitem__


def _book(schema: GraphQLSchema, visit: Visit, fields: str, number: int = 0) -> Any:
    executor = Executor(schema, lambda: lambda error: {"code": "FAULT"})
    text = f"{{ book(number: {number}) {{ {fields} }} }}"
    return json.loads(executor.execute(text, context=visit).body)


def _shelf() -> Shelf:
    return Shelf(["Emma", 'A "♥"', None], [1, None, 2], [[0, 1], [], [0, 2]])


def test_an_object_is_read_whole_with_what_is_below(shelves: GraphQLSchema) -> None:
    visit = Visit(_shelf())
    answer = _book(shelves, visit, "__typename name author { name } chapters { x: name name }")
    assert answer == {
        "data": {
            "book": {
                "__typename": "Book",
                "name": "Emma",
                "author": {"name": 'A "♥"'},
                "chapters": [{"x": "Emma", "name": "Emma"}, {"x": 'A "♥"', "name": 'A "♥"'}],
            }
        }
    }
    assert visit.batches == []


def test_fields_without_a_reader_are_asked_for_once(shelves: GraphQLSchema) -> None:
    visit = Visit(_shelf())
    answer = _book(shelves, visit, "number name author { name } again: number")
    assert answer["data"]["book"] == {
        "number": 0, "name": "Emma", "author": {"name": 'A "♥"'}, "again": 0
    }  # fmt: skip
    assert visit.batches == ["number", "number"]


def test_nulls_and_empty_lists_are_read(shelves: GraphQLSchema) -> None:
    visit = Visit(_shelf())
    answer = _book(shelves, visit, "author { name } chapters { name }", 1)
    assert answer["data"]["book"] == {"author": None, "chapters": []}
    assert visit.batches == []


@pytest.mark.parametrize(
    ("fields", "number", "path"),
    [
        ("name owner { name }", 1, ["book", "owner"]),
        ("name owner { name }", 2, ["book", "owner", "name"]),
        ("name chapters { name }", 2, ["book", "chapters", 1, "name"]),
        ("name number", 9, ["book", "number"]),
    ],
)
def test_errors_are_found_by_the_batches(
    shelves: GraphQLSchema, fields: str, number: int, path: list[Any]
) -> None:
    shelf = _shelf()
    shelf.names = [*shelf.names, *[""] * 7]
    shelf.authors = [*shelf.authors, *[0] * 7]
    answers = []
    for plain in (False, True):
        if plain:
            for field in shelves.type_map["Book"].fields.values():  # type: ignore[attr-defined]
                field.extensions.pop("reader", None)
        answers.append(_book(shelves, Visit(shelf), fields, number))
    assert answers[0] == answers[1]
    assert answers[0]["data"] == {"book": None}
    assert answers[0]["errors"][0]["path"] == path


def test_values_that_are_coerced_are_answered_by_the_batch(shelves: GraphQLSchema) -> None:
    visit = Visit(_shelf())
    assert _book(shelves, visit, "tags") == {"data": {"book": {"tags": ["0", "1"]}}}
    assert visit.batches == ["chapters"]


def test_a_plan_reads_the_snapshot_of_each_request(shelves: GraphQLSchema) -> None:
    executor = Executor(shelves, lambda: lambda error: {"code": "FAULT"})
    old, new = _shelf(), Shelf(["Dune"], [0], [[]])
    for shelf, name in ((old, "Emma"), (old, "Emma"), (new, "Dune"), (old, "Emma")):
        answer = executor.execute("{ book(number: 0) { name } }", context=Visit(shelf))
        assert json.loads(answer.body) == {"data": {"book": {"name": name}}}


def test_a_plan_does_not_keep_the_columns_of_a_snapshot(shelves: GraphQLSchema) -> None:
    class Column(list[Any]):
        """A list that can be referred to weakly."""

    executor = Executor(shelves, lambda: lambda error: {"code": "FAULT"})
    shelf = Shelf(Column(["Emma"]), [0], [[]])
    executor.execute("{ book(number: 0) { name author { name } } }", context=Visit(shelf))
    released = ref(shelf.names)
    del shelf
    assert released() is None


def test_the_size_of_a_whole_object_is_bounded(shelves: GraphQLSchema) -> None:
    shelf = _shelf()
    shelf.names = ["x" * 1_000]
    bounds = Bounds(answer_bytes=500)
    executor = Executor(shelves, lambda: lambda error: {"code": "FAULT"}, bounds=bounds)
    executor.execute("{ book(number: 0) { name } }", context=Visit(shelf))
    assert executor.declined() == {"size": 1}  # these books have no resolvers for graphql-core
