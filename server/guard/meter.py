"""server.guard: the actual cost of an execution, reported in the answer's `extensions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLOutputType,
    OperationDefinitionNode,
    get_named_type,
    is_composite_type,
)

from schema.costs import COST, INTROSPECTION, FieldCost
from server.guard.arguments import argument_cost, lookup, python_value, size_of
from server.guard.plan import ENTRY, VALUE

__all__ = ["CostMeter"]


class CostMeter:
    """Adds up the costs of the fields that are resolved and of the entries that lists have."""

    def __init__(
        self,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        requested: float,
        maximum: float,
    ) -> None:
        self.actual = 0.0
        self._requested = requested
        self._maximum = maximum
        value = lookup(operation)
        self._variable = lambda name: value(variables, name)
        self._known: dict[int, float] = {}

    def resolving(self, field: GraphQLField, node: FieldNode) -> None:
        """Add the cost of a field without its selections."""
        cost = self._known.get(id(node))
        if cost is None:
            cost = self._known[id(node)] = self._cost(field, node)
        self.actual += cost

    def listed(self, kind: GraphQLOutputType, entries: int) -> None:
        """Add the cost of the entries of a list without their selections."""
        self.actual += entries * (ENTRY if is_composite_type(get_named_type(kind)) else VALUE)

    def extensions(self) -> dict[str, object]:
        """The estimate, the actual cost and the budget."""
        return {
            "cost": {
                "requested": round(self._requested),
                "actual": round(self.actual),
                "maximum": round(self._maximum),
            }
        }

    def _cost(self, field: GraphQLField, node: FieldNode) -> float:
        cost: FieldCost = field.extensions.get(COST, INTROSPECTION)
        values = {
            argument.name.value: python_value(argument.value, self._variable)
            for argument in node.arguments or ()
        }
        weights = (
            argument_cost(declared, values.get(name), field.args[name].type)
            for name, declared in cost.arguments.items()
        )
        page = (
            ENTRY * size_of(cost.size, field, values) if cost.size and cost.size.sized_fields else 0
        )
        return cost.weight + sum(weights) + page
