"""Texts of objects are kept: those in lists from the second execution on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from server.execution.compiled.kept import KeptTexts
from server.execution.executor import Executor
from server.execution.operation import Bounds


class Library:
    """A snapshot: the names of its books; and what has been read of it."""

    def __init__(self, *names: str | Exception) -> None:
        self.names = names
        #: The numbers of the books whose names have been read, in order.
        self.read: list[int] = []


class Visit:
    """The context of a request."""

    def __init__(self, library: Library) -> None:
        self.library = library


class Numbers:
    """A book's handle is its number."""

    snapshot = staticmethod(lambda visit: visit.library)

    def of(self, books: list[int]) -> list[int]:
        return books

    def make(self, visit: Visit, number: int) -> int:
        return number


def _names(visit: Visit, numbers: Sequence[int], times: int = 1) -> list[Any]:
    visit.library.read += numbers
    names = [visit.library.names[number] for number in numbers]
    return [name * times if isinstance(name, str) else name for name in names]


@pytest.fixture
def schema() -> GraphQLSchema:
    """Books, by number, some of whose fields may be kept."""
    schema = build_schema(
        """
        type Book { name(times: Int): String!, next: [Book]!, owner: Owner! }
        type Owner { id: Int! }
        type Query { books(of: [Int!]!): [Book]! }
        """
    )
    book, owner, query = (schema.type_map[name] for name in ("Book", "Owner", "Query"))
    assert isinstance(book, GraphQLObjectType)
    assert isinstance(owner, GraphQLObjectType)
    assert isinstance(query, GraphQLObjectType)
    book.extensions["handles"] = Numbers()
    book.fields["name"].extensions["batch"] = _names
    book.fields["next"].extensions["batch"] = lambda visit, numbers: [
        [number + 1, number + 2] for number in numbers
    ]
    book.fields["owner"].resolve = lambda number, info: number  # may depend on anything
    owner.fields["id"].extensions["call"] = lambda number: number
    query.fields["books"].extensions["batch"] = lambda visit, sources, of: [of]
    return schema


BOOKS = "query ($of: [Int!]!) { books(of: $of) { name } }"


@pytest.fixture
def executor(schema: GraphQLSchema) -> Executor:
    """Executes documents about books."""
    return Executor(schema, lambda: lambda error: {"code": "FAULT"})


def _asked(
    executor: Executor, library: Library, of: list[int], text: str = BOOKS, **variables: Any
) -> Any:
    answer = executor.execute(text, {"of": of, **variables}, context=Visit(library))
    return json.loads(answer.body)


def test_texts_are_kept_from_the_second_execution_on(executor: Executor) -> None:
    library = Library("Dune", "Emma")
    answers = [_asked(executor, library, [0, 1]) for _ in range(3)]
    assert answers == [{"data": {"books": [{"name": "Dune"}, {"name": "Emma"}]}}] * 3
    assert library.read == [0, 1, 0, 1]
    assert executor.object_uses() == (2, 2)


def test_only_the_objects_that_are_missing_are_read(executor: Executor) -> None:
    library = Library("Dune", "Emma", "Ulysses")
    for of in ([0, 1], [0, 1], [2, 1, 0, 2]):
        answer = _asked(executor, library, of)
    assert [book["name"] for book in answer["data"]["books"]] == [
        "Ulysses", "Emma", "Dune", "Ulysses"
    ]  # fmt: skip
    assert library.read == [0, 1, 0, 1, 2, 2]


def test_an_object_that_is_alone_is_kept_when_it_is_asked_for_again(executor: Executor) -> None:
    library = Library("Dune", "Emma")
    answers = [_asked(executor, library, [0]) for _ in range(5)]
    assert answers == [{"data": {"books": [{"name": "Dune"}]}}] * 5
    assert library.read == [0, 0, 0]
    assert executor.object_uses() == (2, 2)
    answers = [_asked(executor, library, [1]) for _ in range(3)]
    assert answers == [{"data": {"books": [{"name": "Emma"}]}}] * 3
    assert library.read == [0, 0, 0, 1, 1]


def test_an_object_that_is_alone_and_one_in_a_list_do_not_mix(executor: Executor) -> None:
    library = Library("Dune", "Emma", "Ulysses")
    for of in ([0], [0], [1, 0], [1], [2, 1], [1], [2, 1, 0], [2]):
        answer = _asked(executor, library, of)
        names = [book["name"] for book in answer["data"]["books"]]
        assert names == [library.names[number] for number in of]


def test_an_object_that_is_alone_and_has_an_error_is_not_kept(executor: Executor) -> None:
    library = Library(ValueError("lost"))
    answers = [_asked(executor, library, [0]) for _ in range(5)]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["data"] == {"books": [None]}
    assert len(library.read) >= 5


def test_an_object_that_is_alone_has_a_text_for_each_value_of_a_variable(
    executor: Executor,
) -> None:
    library = Library("A")
    text = "query ($of: [Int!]!, $times: Int) { books(of: $of) { name(times: $times) } }"
    for times in (1, 2, 1, 2, 1, 2, 1, 2):
        answer = _asked(executor, library, [0], text, times=times)
        assert answer["data"]["books"] == [{"name": "A" * times}]
    assert len(library.read) < 8


def test_a_kept_object_that_is_alone_counts_for_the_size_of_an_answer(
    schema: GraphQLSchema,
) -> None:
    executor = Executor(schema, lambda: lambda error: {"code": "FAULT"}, bounds=Bounds(1.0, 150))
    library = Library("x" * 60)
    text = "query ($of: [Int!]!) { a: books(of: $of) { name } }"
    twice = "query ($of: [Int!]!) { a: books(of: $of) { name } b: books(of: $of) { name } }"
    for _ in range(4):
        assert "errors" not in _asked(executor, library, [0], text)
        assert _asked(executor, library, [0], twice)["data"] is None


def test_objects_that_a_crawler_asks_for_one_by_one_take_little_room(executor: Executor) -> None:
    library = Library(*("x" * 1_000 for _ in range(100)))
    _asked(executor, library, [0])
    for number in range(100):
        _asked(executor, library, [number])
    assert executor.kept_bytes() < 100 * 200
    _asked(executor, library, [7])
    assert executor.kept_bytes() > 1_000


def test_another_snapshot_has_texts_of_its_own(executor: Executor) -> None:
    old, new = Library("Dune", "Emma"), Library("Dune II", "Emma II")
    for library in (old, old, old, new, old):
        answer = _asked(executor, library, [0, 1])
        assert [book["name"] for book in answer["data"]["books"]] == list(library.names)


def test_texts_are_dropped_with_their_snapshot(executor: Executor) -> None:
    library = Library("Dune", "Emma")
    for _ in range(2):
        _asked(executor, library, [0, 1])
    assert executor.kept_bytes() > 0
    del library
    assert executor.kept_bytes() == 0


def test_variables_below_have_texts_of_their_own(executor: Executor) -> None:
    library = Library("A", "B", "C", "D")
    text = """query ($of: [Int!]!, $times: Int) {
      books(of: $of) { next { name } name(times: $times) }
    }"""
    given: list[dict[str, Any]] = [{"times": 1}, {"times": 2}, {"times": None}, {}]
    for variables in given * 3:
        answer = _asked(executor, library, [0, 1], text, **variables)
        if variables.get("times"):
            names = [book["name"] for book in answer["data"]["books"]]
            assert names == ["A" * variables["times"], "B" * variables["times"]]
        else:
            reference = Executor(executor._schema, lambda: lambda _: {"code": "FAULT"})
            assert answer == _asked(reference, library, [0, 1], text, **variables)


def test_literals_that_differ_have_texts_of_their_own(executor: Executor) -> None:
    library = Library("A", "B")
    for times in (1, 2, 3) * 3:
        text = f"query ($of: [Int!]!) {{ books(of: $of) {{ name(times: {times}) }} }}"
        answer = _asked(executor, library, [0, 1], text)
        assert [book["name"] for book in answer["data"]["books"]] == ["A" * times, "B" * times]


def test_objects_with_errors_are_not_kept(executor: Executor) -> None:
    library = Library("Dune", ValueError("lost"), "Emma", "Ulysses")
    answers = [_asked(executor, library, [0, 2]) for _ in range(3)]
    answers = [_asked(executor, library, [3, 0, 1]) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["data"]["books"] == [{"name": "Ulysses"}, {"name": "Dune"}, None]
    (error,) = answers[0]["errors"]
    assert error["path"] == ["books", 2, "name"]


def test_fields_that_may_depend_on_the_request_are_not_kept(executor: Executor) -> None:
    library = Library("Dune", "Emma")
    text = "query ($of: [Int!]!) { books(of: $of) { name owner { id } } }"
    for _ in range(3):
        _asked(executor, library, [0, 1], text)
    assert library.read == [0, 1] * 3


def test_kept_texts_count_for_the_size_of_an_answer(schema: GraphQLSchema) -> None:
    executor = Executor(schema, lambda: lambda error: {"code": "FAULT"}, bounds=Bounds(1.0, 1_000))
    library = Library("x" * 100, "y" * 100)
    for _ in range(2):
        assert "errors" not in _asked(executor, library, [0, 1])
    assert _asked(executor, library, [0, 1] * 5)["data"] is None
    assert library.read == [0, 1] * 2


def test_texts_that_find_no_room_are_not_kept_until_they_are_many() -> None:
    snapshot, kept = Library(), KeptTexts(3_000)
    assert kept.of(snapshot, "old") is None
    old = kept.of(snapshot, "old")
    assert old is not None
    kept.add(old, [1], ["x" * 1_500])
    kept.add(old, [2], ["y" * 1_500])
    assert list(old) == [1]
    assert kept.of(snapshot, "old") is old
    kept.add(old, [2], ["y" * 1_500])
    assert kept.size == 0
    assert kept.of(snapshot, "old") is None


def test_an_object_that_is_alone_is_not_kept_without_room() -> None:
    snapshot, kept = Library(), KeptTexts(2_000)
    kept.of(snapshot, "books")
    texts = kept.of(snapshot, "books")
    assert texts is not None
    kept.add_single(texts, 1, "x" * 1_500)
    assert texts == {1: ""}
    kept.add_single(texts, 1, "x" * 1_500)
    assert texts == {1: ""}
    kept.add_single(texts, 1, "short")
    assert texts == {1: "short"}
    assert kept.size <= 2_000


def test_selections_that_find_no_room_have_no_texts() -> None:
    snapshot, kept = Library(), KeptTexts(1_500)
    assert kept.of(snapshot, "first") is None
    assert kept.of(snapshot, "second") is None
    assert kept.of(snapshot, "first") == {}
    assert kept.size == 1_000


def test_selections_count_the_values_of_their_variables() -> None:
    library, kept = Library(), KeptTexts(100_000)
    for number in range(10):
        kept.of(library, ("the same selections", number, *[1.5] * 99))
    assert kept.size == 10 * (1_000 + 101 * 40)


def test_documents_share_the_texts_of_equal_selections(executor: Executor) -> None:
    library = Library("Dune", "Emma")
    fields = "query ($of: [Int!]!) { books(of: $of) { title: name ...more } }"
    more = "fragment more on Book { __typename }"
    texts = [f"{fields} {more}", fields.replace("...more", "__typename")]
    for text in texts * 2:
        _asked(executor, library, [0, 1], text)
    assert library.read == [0, 1] * 2
    assert executor.object_uses() == (4, 2)
    for fields in ("name __typename", "title: name", "title: name(times: 1) __typename"):
        text = f"query ($of: [Int!]!) {{ books(of: $of) {{ {fields} }} }}"
        reference = Executor(executor._schema, lambda: lambda _: {"code": "FAULT"})
        expected = _asked(reference, library, [0, 1], text)
        assert [_asked(executor, library, [0, 1], text) for _ in range(3)] == [expected] * 3


def test_long_selections_have_short_keys(executor: Executor) -> None:
    """A client could fill the memory with them."""
    library = Library("Dune", "Emma")
    text = f"query ($of: [Int!]!) {{ books(of: $of) {{ {'x' * 9_000}: name }} }}"
    for _ in range(2):
        _asked(executor, library, [0, 1], text)
    plans = executor._plans
    assert plans is not None
    keys = [*plans.kept_texts._texts[1]]
    assert keys and all(len(str(key)) < 100 for key in keys)


def test_more_texts_are_kept_where_there_is_room() -> None:
    snapshot, kept = Library(), KeptTexts(3_000)
    kept.of(snapshot, "books")
    texts = kept.of(snapshot, "books")
    assert texts is not None
    kept.fit(2_000)  # besides the bytes of the selection
    kept.add(texts, [1], ["x" * 2_500])
    assert list(texts) == []
    kept.fit(4_000)
    kept.add(texts, [1], ["x" * 2_500])
    assert list(texts) == [1]


def test_the_room_for_texts_has_an_end() -> None:
    snapshot, kept = Library(), KeptTexts(3_000)
    kept.of(snapshot, "books")
    texts = kept.of(snapshot, "books")
    assert texts is not None
    kept.fit(10**9)
    kept.add(texts, [1], ["x" * 30_000])
    assert list(texts) == []


def test_texts_are_dropped_where_there_is_much_too_little_room() -> None:
    snapshot, kept = Library(), KeptTexts(3_000)
    kept.fit(20_000)
    kept.of(snapshot, "books")
    texts = kept.of(snapshot, "books")
    assert texts is not None
    kept.add(texts, [1], ["x" * 8_000])
    size = kept.size
    assert not kept.fit(-2_000)
    assert kept.size == size
    assert kept.fit(-4_000)
    assert kept.size == 0


def test_few_texts_stay_however_little_room_there_is() -> None:
    snapshot, kept = Library(), KeptTexts(3_000)
    kept.of(snapshot, "books")
    assert kept.size > 0
    assert not kept.fit(-(10**9))
    assert kept.size > 0
