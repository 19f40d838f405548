"""server.guard: the cost of introspection: sizes of its lists, averaged over the schema."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLWrappingType,
    is_abstract_type,
)

__all__ = ["ENTRIES", "MEMBERS", "sizes"]

#: The fields that enter the introspection.
ENTRIES = frozenset({"__schema", "__type"})
#: Lists of a type's members. Each may contain types again, so that their nesting has a limit.
MEMBERS = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})


def sizes(schema: GraphQLSchema) -> Mapping[tuple[str, str], float]:
    """Mean number of entries of each list of the introspection, by type and field.

    `ofType` counts as a list with the probability that a type wraps another one, so that a chain of
    them counts as often as the schema has chains.
    """
    kinds = list(schema.type_map.values())
    outputs = [kind for kind in kinds if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    inputs = [kind for kind in kinds if isinstance(kind, GraphQLInputObjectType)]
    fields: list[GraphQLField] = [field for kind in outputs for field in kind.fields.values()]
    input_fields = [field for kind in inputs for field in kind.fields.values()]
    arguments = [argument for field in fields for argument in field.args.values()]
    values = sum(len(kind.values) for kind in kinds if isinstance(kind, GraphQLEnumType))
    interfaces = sum(len(kind.interfaces) for kind in outputs)
    possible = sum(len(schema.get_possible_types(kind)) for kind in kinds if is_abstract_type(kind))
    directives = schema.directives
    references = [
        *(field.type for field in fields),
        *(argument.type for argument in arguments),
        *(field.type for field in input_fields),
    ]
    wrapped = sum(map(_wrappers, references))
    of_type = wrapped / (wrapped + len(references))
    count = len(kinds)
    return {
        ("__Schema", "types"): count,
        ("__Schema", "directives"): len(directives),
        ("__Type", "fields"): len(fields) / count,
        ("__Type", "inputFields"): len(input_fields) / count,
        ("__Type", "interfaces"): interfaces / count,
        ("__Type", "possibleTypes"): possible / count,
        ("__Type", "enumValues"): values / count,
        ("__Type", "ofType"): of_type,
        ("__Field", "args"): len(arguments) / max(1, len(fields)),
        ("__Directive", "args"): sum(len(one.args) for one in directives) / max(1, len(directives)),
        ("__Directive", "locations"): 3,
    }


def _wrappers(kind: GraphQLInputType | GraphQLOutputType) -> int:
    """How many lists and non-nulls wrap a named type."""
    count = 0
    while isinstance(kind, GraphQLWrappingType):
        kind, count = kind.of_type, count + 1
    return count
