"""The compiled executor and graphql-core give the same answers to random requests."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any
from zlib import crc32

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
)

from datastore.store import Store
from differential import Pair, requests, usual_values
from random_documents import RandomDocuments, Request
from server.execution.errors import RequestError
from server.execution.executor import Executor
from thorough import THOROUGH

#: Share of the values of the faulty graph that are errors, null, or wrong for their type.
ERROR, NULL, WRONG = 0.05, 0.06, 0.02


def _graph() -> GraphQLSchema:
    """A graph with lists of every nullability, whose resolvers fail by the path of the value."""
    color = GraphQLEnumType("Color", {"RED": 1, "BLUE": 2})
    leaves = {
        "int": (GraphQLInt, [7, -1, 2**31, "8", 1.5, True]),
        "float": (GraphQLFloat, [0.1, 3, float("nan"), float("inf"), "2.5", 1e300]),
        "text": (GraphQLString, ["x", 'é"\n', 3, True, 1.5, "\u2028"]),
        "key": (GraphQLID, ["1", 2, 1.5, "ñ"]),
        "flag": (GraphQLBoolean, [True, False, 1, 0, "yes"]),
        "color": (color, [1, 2, 3]),
    }
    node: Any = GraphQLInterfaceType(
        "Node",
        lambda: {"id": GraphQLField(GraphQLNonNull(GraphQLID))},
        resolve_type=lambda value, _info, _kind: value["kind"],
    )

    def resolver(name: str, values: list[Any] | None, lists: int) -> Any:
        def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            path = "/".join(map(str, info.path.as_list())) + json.dumps(arguments, sort_keys=True)
            return _value(Random(crc32(path.encode())), name, values, lists)

        return resolve

    def fields() -> dict[str, GraphQLField]:
        made = {"id": GraphQLField(GraphQLNonNull(GraphQLID), resolve=lambda *_: "same")}
        kinds: dict[str, tuple[Any, list[Any] | None]] = {
            **leaves,
            "item": (item, None),
            "other": (other, None),
            "node": (node, None),
            "either": (either, None),
        }
        for name, (kind, values) in kinds.items():
            non_null = GraphQLNonNull(kind)
            for suffix, type_, lists in (
                ("", kind, 0),
                ("Must", non_null, 0),
                ("s", GraphQLList(kind), 1),
                ("sMust", GraphQLNonNull(GraphQLList(non_null)), 1),
                ("sMixed", GraphQLList(non_null), 1),
                ("Grid", GraphQLList(GraphQLNonNull(GraphQLList(kind))), 2),
            ):
                arguments = {"n": GraphQLArgument(GraphQLInt, default_value=1)}
                made[name + suffix] = GraphQLField(
                    type_, args=arguments, resolve=resolver(name, values, lists)
                )
        return made

    item: Any = GraphQLObjectType("Item", fields, interfaces=[node])
    other: Any = GraphQLObjectType("Other", fields, interfaces=[node])
    either = GraphQLUnionType(
        "Either", [item, other], resolve_type=lambda value, _info, _kind: value["kind"]
    )
    return GraphQLSchema(GraphQLObjectType("Query", fields), types=[item, other])


def _value(random: Random, name: str, values: list[Any] | None, lists: int) -> Any:
    chance = random.random()
    if chance < ERROR:
        raise ValueError(f"{name} fails")
    if chance < ERROR + NULL:
        return None
    if chance < ERROR + NULL + WRONG:
        return random.choice([7, "x", {}, [], ValueError("an error as a value")])
    if lists:
        return [_entry(random, name, values, lists - 1) for _ in range(random.choice([0, 1, 2, 3]))]
    if values is None:
        kind = {"item": "Item", "other": "Other"}.get(name) or random.choice(["Item", "Other"])
        return {"kind": kind}
    return values[0] if random.random() < 0.8 else random.choice(values)


def _entry(random: Random, name: str, values: list[Any] | None, lists: int) -> Any:
    try:
        return _value(random, name, values, lists)
    except ValueError as error:
        return error  # in a list, an exception is the error of its entry


GRAPH = _graph()


def _answers(request: Request) -> list[str]:
    answers = []
    for executor in (
        Executor(GRAPH, lambda: lambda _: {"code": "FAULT"}),
        Executor(GRAPH, lambda: lambda _: {"code": "FAULT"}, compiles=False),
    ):
        try:
            answer = executor.execute(request.text, request.variables, request.operation)
            answers.append(json.dumps(json.loads(answer.body)))
        except RequestError as error:
            answers.append(json.dumps(error.errors))
    return answers


@cache
def _answered(seed: int) -> tuple[Any, str, str]:
    """A random request, and both answers."""
    random = Random(seed)
    request = RandomDocuments(GRAPH, random, {}).document().request(random)
    compiled, reference = _answers(request)
    return request, compiled, reference


@pytest.mark.parametrize("seed", range(150))
def test_a_graph_with_faults_everywhere_is_answered_alike(seed: int) -> None:
    request, compiled, reference = _answered(seed)
    assert compiled == reference, request


def test_faults_are_common_enough_to_matter() -> None:
    kinds = {"null above": 0, "several errors": 0, "answered": 0}
    for seed in range(150):
        answer = json.loads(_answered(seed)[2])
        if isinstance(answer, dict):
            kinds["several errors"] += len(answer.get("errors", ())) > 1
            kinds["null above"] += answer["data"] is None
            kinds["answered"] += "errors" not in answer
    assert min(kinds.values()) >= 10, kinds


def test_the_demo_is_answered_alike(demo_store: Store) -> None:
    pair, documents = Pair(demo_store), 50 if THOROUGH else 20
    for request in requests(usual_values(demo_store), documents=documents, seed=1):
        assert pair.difference(request) is None, request
    assert all(pair.kinds[kind] >= 10 for kind in ("answered", "with errors", "refused"))
