"""Batches and handles: fields answered for all objects at once, and objects made only if needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from server.execution.executor import Executor

Alike = Callable[..., dict[str, Any]]

NAMES = ["ant", "bee", "cat", "dog"]
#: The friends of each animal, by its number.
FRIENDS = [[1, 2], [], [0, 3, 1], [2]]


class Animal:
    """An animal as resolvers know it."""

    def __init__(self, number: int) -> None:
        self.number = number


class Zoo:
    """The context, which counts what is called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []
        self.made: list[int] = []

    def count(self, name: str, sources: Sequence[Any]) -> None:
        self.calls.append((name, len(sources)))


class Numbers:
    """An animal's handle is its number."""

    def of(self, animals: list[Animal]) -> list[int]:
        return [animal.number for animal in animals]

    def make(self, context: Zoo, number: int) -> Animal:
        context.made.append(number)
        return Animal(number)


def _names(context: Zoo, numbers: Sequence[int], upper: bool = False) -> list[str]:
    context.count("name", numbers)
    return [NAMES[number].upper() if upper else NAMES[number] for number in numbers]


def _friends(context: Zoo, numbers: Sequence[int], first: int = 9) -> list[list[int]]:
    context.count("friends", numbers)
    return [FRIENDS[number][:first] for number in numbers]


def _bests(context: Zoo, numbers: Sequence[int]) -> list[int | Exception | None]:
    context.count("best", numbers)
    return [
        ValueError(f"{NAMES[number]} has no friends") if not FRIENDS[number]
        else None if number == 3 else FRIENDS[number][0]
        for number in numbers
    ]  # fmt: skip


def _weights(context: Zoo, numbers: Sequence[int]) -> list[float]:
    context.count("weight", numbers)
    raise RuntimeError("the scales are broken")


def _labels(context: Zoo, numbers: Sequence[int]) -> list[str]:
    context.count("label", numbers)
    return [json.dumps([NAMES[number], number]) if number else "null" for number in numbers]


def _weight(animal: Animal, info: Any) -> float:
    if animal.number == 2:
        raise ValueError("too quick")
    return animal.number / 2


@pytest.fixture
def schema() -> GraphQLSchema:
    """A zoo with a batch for most fields, and the ordinary resolver for all."""
    schema = build_schema(
        """
        type Animal {
          name(upper: Boolean = false): String!, friends(first: Int): [Animal!]!, best: Animal
          weight: Float, label: [String!], age: Int, mother: Animal
        }
        type Query { animals: [Animal!]!, some: [Animal]!, animal(number: Int!): Animal }
        """
    )
    animal, query = schema.type_map["Animal"], schema.query_type
    assert isinstance(animal, GraphQLObjectType)
    assert query is not None
    animal.extensions["handles"] = Numbers()
    batches: dict[str, Callable[..., Sequence[Any]]] = {
        "name": _names,
        "friends": _friends,
        "best": _bests,
        "weight": _weights,
    }

    def single(batch: Callable[..., Sequence[Any]], is_animal: bool) -> Any:
        def resolve(source: Animal, info: Any, **arguments: Any) -> Any:
            (value,) = batch(Zoo(), [source.number], **arguments)
            if isinstance(value, Exception):
                raise value
            if isinstance(value, list):
                return [Animal(number) for number in value]
            return Animal(value) if is_animal and value is not None else value

        return resolve

    for name, batch in batches.items():
        animal.fields[name].extensions["batch"] = batch
        animal.fields[name].resolve = single(batch, name == "best")
    animal.fields["weight"].resolve = _weight
    animal.fields["label"].extensions |= {"batch": _labels, "json": True}
    animal.fields["label"].resolve = lambda source, info: (
        [NAMES[source.number], str(source.number)] if source.number else None
    )
    animal.fields["age"].resolve = lambda source, info: source.number
    animal.fields["mother"].resolve = lambda source, info: Animal(0) if source.number else None
    query.fields["animals"].extensions["batch"] = lambda context, sources: [[0, 1, 2, 3]]
    query.fields["animals"].resolve = lambda source, info: [Animal(number) for number in range(4)]
    query.fields["some"].resolve = lambda source, info: [Animal(1), None, ValueError("gone")]
    query.fields["animal"].resolve = lambda source, info, number: Animal(number)
    return schema


@pytest.mark.parametrize(
    "text",
    [
        "{ animals { name friends { name } } }",
        "{ animals { n: name(upper: true) friends(first: 1) { best { name } } } }",
        "{ animals { best { name best { name } } } }",
        "{ animals { name weight } }",
        "{ animals { age mother { name mother { name } } friends { age } } }",
        "{ some { name friends { name age } } animal(number: 2) { name mother { name } } }",
        "{ animals { friends { friends { friends { name } } } } }",
    ],
)
def test_batches_and_resolvers_give_the_same_answer(
    schema: GraphQLSchema, alike: Alike, text: str
) -> None:
    alike(schema, text, context=Zoo())


def _calls(schema: GraphQLSchema, text: str) -> Zoo:
    zoo = Zoo()
    Executor(schema, lambda: lambda error: None).execute(text, context=zoo)
    return zoo


def test_a_batch_is_called_once_per_place_and_no_object_is_made(schema: GraphQLSchema) -> None:
    zoo = _calls(schema, "{ animals { name friends { name } } }")
    assert zoo.calls == [("name", 4), ("friends", 4), ("name", 6)]
    assert zoo.made == []


def test_objects_are_made_once_per_place_for_fields_without_a_batch(schema: GraphQLSchema) -> None:
    zoo = _calls(schema, "{ animals { age mother { name } } }")
    assert zoo.made == [0, 1, 2, 3]
    assert zoo.calls == [("name", 3)]


def test_objects_of_ordinary_resolvers_become_handles(schema: GraphQLSchema) -> None:
    zoo = _calls(schema, "{ some { name } }")
    assert zoo.calls == [("name", 1)]
    assert zoo.made == []


def test_a_batch_that_fails_is_replaced_by_the_resolver(
    schema: GraphQLSchema, alike: Alike
) -> None:
    answer = alike(schema, "{ animals { weight } }", context=Zoo())
    assert [animal["weight"] for animal in answer["data"]["animals"]] == [0, 0.5, None, 1.5]
    (error,) = answer["errors"]
    assert (error["message"], error["path"]) == ("too quick", ["animals", 2, "weight"])


def test_an_exception_in_a_batch_is_the_error_of_its_entry(
    schema: GraphQLSchema, alike: Alike
) -> None:
    answer = alike(schema, "{ animals { best { name } } }", context=Zoo())
    assert [error["path"] for error in answer["errors"]] == [["animals", 1, "best"]]


def test_texts_of_a_batch_are_put_into_the_answer_as_they_are(schema: GraphQLSchema) -> None:
    zoo = Zoo()
    body = Executor(schema, lambda: lambda error: None).execute(
        "{ animals { label } }", context=zoo
    )
    assert json.loads(body.body)["data"]["animals"] == [
        {"label": None}, {"label": ["bee", 1]}, {"label": ["cat", 2]}, {"label": ["dog", 3]},
    ]  # fmt: skip


def test_an_empty_place_calls_nothing(schema: GraphQLSchema) -> None:
    zoo = _calls(schema, "{ animal(number: 1) { friends { name } } }")
    assert zoo.calls == [("friends", 1)]
