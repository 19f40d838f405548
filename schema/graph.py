"""schema: the assembled schema, as an executable object and as SDL."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.batches import install
from schema.calls import declare_calls
from schema.conversion import direct, keep_coerced
from schema.costs import declare
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
    schema = strawberry.Schema(query=Query, types=Node.__subclasses__())
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if declared is not None:
                    field.resolve = direct(declared) or field.resolve
                    keep_coerced(declared)
    declare(schema._schema)
    install(schema._schema)
    declare_calls(schema._schema, schema.schema_converter)
    return schema
