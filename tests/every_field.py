"""A query of every field of the schema that returns an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from datastore.store import Store
from resolvers.examples import examples
from schema.graph import graphql_schema

__all__ = ["every_question"]

OBJECTS = (GraphQLObjectType, GraphQLInterfaceType)


def arguments_of(store: Store) -> dict[str, dict[str, Any]]:
    """Arguments of root fields that have answers."""
    games, titles = examples(store)
    assert games is not None and titles is not None
    year = {"year": games.year}
    return {
        "developer": {"name": games.developer},
        "user": {"userId": games.user_id or "somebody"},
        "genre": {"name": games.genre},
        "game": {"appId": games.app_id},
        "recommendForLibrary": {"games": [{"appId": games.app_id, "hours": 3}]},
        "catalogueYear": {"year": games.catalogue_year},
        "bestDevelopers": year,
        "worstDevelopers": year,
        "mostRecommendedGames": year,
        "leastRecommendedGames": year,
        "actors": {"search": "a"},
        "topActors": {"platform": "PLATFORM", "year": titles.year},
        "title": {"titleId": titles.title_id},
        "viewer": {"viewerId": titles.viewer_id or "somebody"},
        "verdict": {"titleId": titles.unrated_title_id},
        "verdictForRatings": {
            "ratings": [{"titleId": one, "rating": stars} for one, stars in titles.ratings],
            "titleId": titles.unrated_title_id,
        },
    }


def every_question(store: Store) -> Iterator[tuple[str, str]]:
    """A query of every field that returns an object, with all values of the object. Each type is
    reached on the shortest way from the root."""
    given = arguments_of(store)
    root = graphql_schema().query_type
    assert root is not None
    ways: list[tuple[GraphQLObjectType, list[str]]] = [(root, [])]
    reached = {root.name}
    for kind, way in ways:
        for name, field in kind.fields.items():
            below = get_named_type(field.type)
            by_global_id = kind is root and name in ("node", "nodes")
            if by_global_id or not isinstance(below, OBJECTS):
                continue
            own = {key: v for key, v in given.get(name, {}).items() if key in field.args}
            steps = [*way, call(name, field, own)]
            values = " ".join(["__typename", *values_of(below)])
            yield f"{kind.name}.{name}", " { ".join(["", *steps, values]) + " }" * (len(steps) + 1)
            if below.name not in reached and isinstance(below, GraphQLObjectType):
                reached.add(below.name)
                ways.append((below, steps))


def call(name: str, field: GraphQLField, given: dict[str, Any]) -> str:
    """A field with arguments, and of a list only the first entries."""
    if "first" in field.args:
        given = {**given, "first": 5}
    written = ", ".join(f"{key}: {literal(value)}" for key, value in given.items())
    return f"{name}({written})" if written else name


def values_of(kind: GraphQLObjectType | GraphQLInterfaceType) -> list[str]:
    return [
        name
        for name, field in kind.fields.items()
        if is_leaf_type(get_named_type(field.type))
        and not any(map(is_required_argument, field.args.values()))
    ]


def literal(value: Any) -> str:
    text = re.sub(r'"(\w+)":', r"\1:", json.dumps(value))
    return text.replace('"PLATFORM"', "AMAZON")
