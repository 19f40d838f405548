"""Batches: for every field that has one, on the demo world, its values are those that the field's
own resolver returns for one object after the other, whatever the arguments."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import ref

import pytest
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
)

from datastore.base.errors import Forbidden
from datastore.people import People
from datastore.store import Store
from resolvers.ids import KINDS, PEOPLE
from schema.batches import BATCH, HANDLES, JSON, READER
from schema.context import Context
from schema.graph import graphql_schema
from schema.inputs.filters import Platform
from schema.recommendations import RecommendedRow
from thorough import THOROUGH

#: Values of the arguments that are tried, in all combinations; some are out of range.
TRIED: dict[str, Sequence[Any]] = {
    "precision": (None, 0, 2, 11),
    "first": (0, 1, 5, 50, 51),
    "diversity": (0.0, 0.5, 2.0),
}
#: Root fields that lead to all types of lists, and what they are asked for.
ROOTS: dict[str, dict[str, Any]] = {
    "games": {"first": 100},
    "developers": {"first": 100},
    "genres": {"first": 100},
    "users": {"first": 100},
    "titles": {"first": 100},
    "viewers": {"first": 100},
    "longestTitles": {},
    "bestDevelopers": {"year": 2014},
    "worstDevelopers": {"year": 2014},
    "mostRecommendedGames": {"year": 2014},
    "leastRecommendedGames": {"year": 2014},
    "catalogueYear": {"year": 2014},
    "topActors": {"platform": Platform.AMAZON, "year": 2019},
    "titleModel": {},
    "verdictForRatings": {"ratings": [{"titleId": "as1", "rating": 4.0}], "titleId": "as2"},
}
#: Entries of the lists of cards of models.
CARDS = {"EstimateMetrics", "Metrics", "ModelParameter", "PriceMethodErrors", "PriceTrial",
         "SimilarMetrics", "Slice"}  # fmt: skip
#: Types whose objects are always about a person.
OF_PEOPLE = ("UserEdge", "ViewerEdge", "PlayerEdge", "TitleRatingEdge", "TopPlayer",
             "PlayerYearHours", "LibraryEdge", "ViewerRatingEdge")  # fmt: skip
#: Most objects of a type that lists are followed from; batches are compared for all rows of a node.
FOLLOWED = 60
#: Most objects that all combinations of several arguments are tried with.
COMBINED = 60 if THOROUGH else 12


def objects() -> Iterator[GraphQLObjectType]:
    for kind in graphql_schema().type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            yield kind


BATCHED = [
    (kind.name, name)
    for kind in objects()
    for name, field in kind.fields.items()
    if BATCH in field.extensions and kind.name != "Query"
]


def type_of(name: str) -> Any:
    return graphql_schema().type_map[name]


def plain(value: Any, returned: GraphQLOutputType) -> Any:
    """What a resolver returned, with handles in place of objects, as a batch returns it."""
    named = get_named_type(returned)
    handles = named.extensions.get(HANDLES)
    if handles is None or value is None or isinstance(value, Exception):
        return value
    return handles.of(value) if isinstance(value, list) else handles.of([value])[0]


class World:
    """The demo world, as an executor walks it: a resolver at a time."""

    def __init__(self, store: Store) -> None:
        self.context = Context(store)
        self._info = SimpleNamespace(context=self.context)
        #: Objects of each type, and the handles of those that have them.
        self.objects: dict[str, list[Any]] = {kind: [] for kind in type_map_names()}
        self._walk()

    def resolved(self, field: GraphQLField, source: Any, arguments: dict[str, Any]) -> Any:
        """What the field's own resolver returns or raises."""
        try:
            assert field.resolve is not None
            return field.resolve(source, self._info, **arguments)  # type: ignore[arg-type]
        except Exception as error:
            return error

    def _walk(self) -> None:
        query = type_of("Query")
        waiting = [
            (query.fields[name].type, self.resolved(query.fields[name], None, arguments))
            for name, arguments in ROOTS.items()
        ]
        while waiting:
            returned, value = waiting.pop(0)
            if isinstance(value, Forbidden):
                continue
            assert not isinstance(value, Exception), value
            named = get_named_type(returned)
            for source in value if isinstance(value, list) else [value]:
                known = self.objects.get(named.name)
                if source is None or known is None or len(known) >= FOLLOWED:
                    continue
                known.append(source)
                waiting += [
                    (field.type, self.resolved(field, source, {}))
                    for field in named.fields.values()
                    if isinstance(get_named_type(field.type), GraphQLObjectType)
                    and not any(is_required(one) for one in field.args.values())
                ]


def is_required(argument: Any) -> bool:
    return isinstance(argument.type, GraphQLNonNull)


def type_map_names() -> list[str]:
    return [kind.name for kind in objects()]


@pytest.fixture(scope="module")
def demo(demo_store: Store) -> World:
    """The demo world, walked."""
    return World(demo_store)


@pytest.fixture(scope="module")
def hidden(demo_store: Store) -> World:
    """The demo world without people, walked."""
    return World(demo_store.showing(People("off")))


def sources(world: World, kind: str) -> list[Any]:
    """The objects of a type: of a node one for each row, else those that lists lead to."""
    if kind not in KINDS:
        return world.objects[kind]
    part = getattr(world.context.store, f"{kind.lower()}s")
    handles = type_of(kind).extensions[HANDLES]
    return [handles.make(world.context, row) for row in range(len(part))]


def test_most_columns_are_read_for_single_objects_without_a_batch(demo: World) -> None:
    readers = [
        field.extensions[READER](demo.context)
        for kind in objects()
        for field in kind.fields.values()
        if READER in field.extensions
    ]
    assert sum(read is not None for read in readers) > 0.8 * len(readers)


@pytest.mark.parametrize(("kind", "name"), BATCHED)
def test_a_batch_has_the_values_that_the_resolver_returns(
    demo: World, kind: str, name: str
) -> None:
    found = sources(demo, kind)
    assert found, f"no list leads to {kind}"
    compare(demo, kind, name, found)


@pytest.mark.parametrize(
    ("kind", "name"), [one for one in BATCHED if one[0] not in (*PEOPLE, *OF_PEOPLE)]
)
def test_a_batch_shows_nobody_who_is_hidden(hidden: World, kind: str, name: str) -> None:
    compare(hidden, kind, name, sources(hidden, kind)[:FOLLOWED])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *ROOTS.items(),
        ("game", {"appId": "10"}),
        ("game", {"appId": "unknown"}),
        ("bestDevelopers", {"year": 0}),
        ("nodes", {"ids": ["unknown"]}),
    ],
)
def test_the_batch_of_a_root_field_has_the_value_or_error_of_its_resolver(
    demo: World, name: str, arguments: dict[str, Any]
) -> None:
    field = type_of("Query").fields[name]
    expected = plain(demo.resolved(field, None, arguments), field.type)
    converted = field.extensions["arguments"](arguments) if field.args else {}
    (value,) = field.extensions[BATCH](demo.context, [None], **converted)
    assert type(value) is type(expected)
    if isinstance(expected, Exception):
        assert str(value) == str(expected)
    elif HANDLES in get_named_type(field.type).extensions:
        assert value == expected


def compare(world: World, kind: str, name: str, found: list[Any]) -> None:
    """Assert that a field's batch is equal to its resolver, for all arguments that are tried."""
    field = type_of(kind).fields[name]
    handles = type_of(kind).extensions.get(HANDLES)
    names = [argument for argument in field.args if argument in TRIED]
    for tried in product(*(TRIED[argument] for argument in names)):
        arguments = dict(zip(names, tried, strict=True))
        some = found[:COMBINED] if len(tried) > 1 else found  # there are many combinations
        given = some if handles is None else handles.of(some)
        expected = [plain(world.resolved(field, source, arguments), field.type) for source in some]
        failed = [value for value in expected if isinstance(value, Exception)]
        if READER in field.extensions and not arguments and not failed:
            single = field.extensions[READER](world.context)
            assert single is None or same([*map(single, given)], expected)
        if field.extensions.get(JSON) and not failed:
            expected = [shown(value, get_named_type(field.type)) for value in expected]
        batch = read(field)
        if failed:  # an argument out of range, or somebody hidden: the executor asks one by one
            with pytest.raises(type(failed[0])):
                batch(world.context, given, **arguments)
        else:
            assert same(batch(world.context, given, **arguments), expected), arguments


def shown(value: Any, leaf: Any) -> Any:
    """What an answer has in place of a value or a list of values."""
    if value is None or isinstance(value, list):
        return value and [shown(each, leaf) for each in value]
    return leaf.coerce_output_value(value)


def read(field: GraphQLField) -> Callable[..., Any]:
    """The batch of a field, whose JSON texts, if it returns these, are parsed."""
    batch: Callable[..., Any] = field.extensions[BATCH]
    if not field.extensions.get(JSON):
        return batch
    return lambda *given, **arguments: [
        json.loads(text.encode("latin-1")) for text in batch(*given, **arguments)
    ]


def same(values: Sequence[Any], expected: list[Any]) -> bool:
    """Whether values are equal and of the same type: 1 is not true, and not 1.0."""
    equal = [*map(comparable, values)] == [*map(comparable, expected)]
    return equal and [*map(type, values)] == [*map(type, expected)]


def comparable(value: Any) -> Any:
    """Values that can be compared: an entry of a list of recommendations without that list."""
    if isinstance(value, list):
        return [comparable(entry) for entry in value]
    return value[:4] if isinstance(value, RecommendedRow) else value


def test_a_batch_of_nothing_is_empty(demo: World) -> None:
    for kind, name in BATCHED:
        batch: Callable[..., Any] = type_of(kind).fields[name].extensions[BATCH]
        assert list(batch(demo.context, [])) == [], (kind, name)


def test_handles_make_the_objects_they_are_of(demo: World) -> None:
    for kind in objects():
        handles = kind.extensions.get(HANDLES)
        if handles is not None:
            rows = handles.of(sources(demo, kind.name))
            again = handles.of([handles.make(demo.context, row) for row in rows])
            assert again == rows, kind


def test_the_entries_of_lists_have_handles() -> None:
    """Or a list of a hundred costs a hundred objects. Cards of models are read once."""
    entries = {
        get_named_type(field.type)
        for kind in objects()
        for field in kind.fields.values()
        if is_list(field.type)
    }
    without = {
        kind.name
        for kind in entries
        if isinstance(kind, GraphQLObjectType) and HANDLES not in kind.extensions
    }
    assert without == CARDS


def is_list(returned: GraphQLOutputType) -> bool:
    return isinstance(returned, GraphQLList) or (
        isinstance(returned, GraphQLNonNull) and isinstance(returned.of_type, GraphQLList)
    )


def test_people_who_are_hidden_have_no_handles_made(demo_store: Store) -> None:
    context = Context(demo_store.showing(People("off")))
    users = type_of("User")
    with pytest.raises(Forbidden):
        users.extensions[HANDLES].make(context, 0)
    with pytest.raises(Forbidden):
        users.fields["id"].extensions[BATCH](context, [0, 1])


def test_what_batches_keep_in_a_store_does_not_keep_the_store(demo_data_dir: Path) -> None:
    """A replaced snapshot is released at once, without a search for cycles of references."""
    store = Store.open_current(demo_data_dir)
    assert store is not None
    context = Context(store)
    readers: list[Any] = []  # which plans keep
    for kind, name in BATCHED:
        field = type_of(kind).fields[name]
        if type_of(kind).extensions.get(HANDLES) is not None and kind in KINDS:
            field.extensions[BATCH](context, [0, 1])
        if READER in field.extensions:
            readers.append(field.extensions[READER](context))
    released = ref(store)
    gc.disable()
    try:
        del store, context
        assert released() is None, f"one of {len(readers)} readers keeps it"
    finally:
        gc.enable()
