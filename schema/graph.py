"""schema: the assembled schema, as an executable object and as SDL."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from schema.costs import declare
from schema.precision import DIRECT
from schema.query import Query
from schema.relay.node import Node

__all__ = ["graphql_schema", "sdl"]


def graphql_schema() -> GraphQLSchema:
    """The executable schema, the same object on every call.

    A request passes a `schema.context.Context` as its context value. Argument defaults are in the
    schema; null for an argument with a default means that default.
    """
    graph: GraphQLSchema = _strawberry_schema()._schema
    return graph


def sdl() -> str:
    """The schema in GraphQL's schema definition language."""
    return _strawberry_schema().as_str()


@cache
def _strawberry_schema() -> strawberry.Schema:
    schema = strawberry.Schema(query=Query, types=list(Node.types.values()))
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if declared is not None:
                    field.resolve = _direct(declared) or field.resolve
    declare(schema._schema)
    return schema


def _direct(field: StrawberryField) -> Callable[..., Any] | None:
    """A resolver that bypasses Strawberry, for attributes and numbers: lists have hundreds."""
    if not field.is_basic_field:
        return field.metadata.get(DIRECT)
    attribute = attrgetter(field.python_name)
    return lambda source, _info: attribute(source)
