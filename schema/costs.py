"""schema: the cost of each field, declared next to it and shown in the SDL.

The directives are those of the GraphQL cost specification (https://ibm.github.io/graphql-specs/).
A weight of 1 is the time of a plain field, such as a game's title; bench/costs.py measures them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import strawberry
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry import UNSET
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from resolvers.paging import DEFAULT, MOST

__all__ = [
    "COST",
    "INTROSPECTION",
    "PAGE",
    "PLAIN",
    "ArgumentCost",
    "FieldCost",
    "ListSize",
    "cost",
    "declare",
    "items",
    "sized_by",
    "weight",
]

T = TypeVar("T")

#: Key of a field's cost in the `extensions` of the executable schema: a FieldCost, or a float for
#: the weight of an input field.
COST = "cost"


@strawberry.schema_directive(
    name="cost",
    locations=[
        Location.FIELD_DEFINITION,
        Location.ARGUMENT_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
    ],
    description="Cost in units of a plain field such as `Game.title`, which costs 1. A field costs "
    "its weight once per object; an argument costs its weight if it is given, a list once per "
    "entry, and a filter once per condition, times the weight of the condition's operator. The "
    "`base` of an argument is added once.",
)
class Cost:
    """The directive `@cost`."""

    weight: str
    base: str | None = UNSET


@strawberry.schema_directive(
    name="listSize",
    locations=[Location.FIELD_DEFINITION],
    description="Number of entries that a list counts with. `assumedSize`: without arguments, the "
    "usual number of entries; else the largest. `slicingArguments` limit it, a list by its "
    "length; the smallest counts, but never less than `minimumSize`. `sizedFields` are the lists "
    "of the returned object that have this size.",
)
class ListSize:
    """The directive `@listSize`."""

    assumed_size: int
    slicing_arguments: list[str] | None = UNSET
    slicing_argument_default_value: int | None = UNSET
    sized_fields: list[str] | None = UNSET
    require_one_slicing_argument: bool | None = UNSET
    minimum_size: int | None = UNSET


class ArgumentCost(NamedTuple):
    """The declared cost of an argument that is given: `base`, and `weight` per entry or
    condition."""

    weight: float
    base: float = 0.0


@dataclass(frozen=True, slots=True)
class FieldCost:
    """The declared cost of a field: its own weight, those of its arguments, and its size if it is
    a list or returns an object with lists of that size."""

    weight: float = 1.0
    arguments: Mapping[str, ArgumentCost] = field(default_factory=dict)
    size: ListSize | None = None


#: Cost of a field without a declaration, and of the fields of the introspection and `__typename`,
#: which graphql-core resolves.
PLAIN, INTROSPECTION = FieldCost(), FieldCost(0.8)


def sized_by(
    *arguments: str, most: int, default: int = 0, least: int = 0, fields: tuple[str, ...] = ()
) -> Any:
    """The size of a list that its arguments limit to at most `most` entries.

    `default`: entries when none of the arguments is given, unless the arguments have defaults of
    their own. `least`: entries that a shorter list counts with, if something below it is computed
    for all entries at once. `fields`: the list is in these fields of the returned object.
    """
    return ListSize(
        assumed_size=most,
        slicing_arguments=list(arguments),
        slicing_argument_default_value=default or UNSET,
        sized_fields=list(fields) or UNSET,
        require_one_slicing_argument=False,
        minimum_size=least or UNSET,
    )


def items(usual: int) -> Any:
    """The size of a list without arguments: its usual number of entries."""
    return ListSize(assumed_size=usual)


#: The size of a connection.
PAGE = sized_by("first", "last", most=MOST, default=DEFAULT, fields=("edges", "nodes"))


def cost(
    field_weight: float = 1, size: ListSize | None = None, **arguments: float | ArgumentCost
) -> Callable[[T], T]:
    """Declare the cost of a Strawberry field, and of its arguments by their Python names: a weight,
    or a weight and a base. Replaces an earlier declaration.

    Raises TypeError for an argument that the field does not have.
    """

    def declared(strawberry_field: T) -> T:
        target: Any = strawberry_field
        target.directives = [*_others(target), weight(field_weight), *([size] if size else [])]
        by_name = {argument.python_name: argument for argument in target.arguments}
        for name, declared_cost in arguments.items():
            if name not in by_name:
                raise TypeError(f"{target.python_name} has no argument {name}")
            argument = by_name[name]
            weights = declared_cost if isinstance(declared_cost, tuple) else (declared_cost,)
            argument.directives = (*_others(argument), weight(*weights))
        return strawberry_field

    return declared


def weight(value: float, base: float = 0.0) -> Cost:
    """The directive with this weight, and a base unless it is 0."""
    return Cost(weight=f"{value:g}", base=f"{base:g}" if base else UNSET)


def declare(graph: GraphQLSchema) -> None:
    """Store the declared costs in the `extensions` of an executable schema, under `COST`."""
    for kind in graph.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for output in kind.fields.values():
                declared = output.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if isinstance(declared, StrawberryField):
                    arguments = {
                        name: directive
                        for name, argument in output.args.items()
                        if (directive := _cost(argument.extensions)) is not None
                    }
                    output.extensions[COST] = FieldCost(
                        _weight(output.extensions),
                        {
                            name: ArgumentCost(float(c.weight), float(c.base or 0))
                            for name, c in arguments.items()
                        },
                        _directive(declared, ListSize),
                    )
        elif isinstance(kind, GraphQLInputObjectType):
            for given in kind.fields.values():
                given.extensions[COST] = _weight(given.extensions)


def _weight(extensions: Mapping[str, Any]) -> float:
    directive = _cost(extensions)
    return 1.0 if directive is None else float(directive.weight)


def _cost(extensions: Mapping[str, Any]) -> Cost | None:
    declared = extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return _directive(declared, Cost) if declared is not None else None


def _others(declared: Any) -> list[object]:
    return [one for one in declared.directives if not isinstance(one, Cost | ListSize)]


def _directive(declared: Any, kind: type[T]) -> T | None:
    matching = (directive for directive in declared.directives if isinstance(directive, kind))
    return next(matching, None)
