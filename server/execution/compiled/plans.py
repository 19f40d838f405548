"""server.execution.compiled: executes operations as plans, and counts those that it declines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSchema

from server.execution.compiled.decline import Decline
from server.execution.compiled.errors import located
from server.execution.compiled.introspection import Introspection
from server.execution.compiled.plan import Plan
from server.execution.operation import Bounds
from server.execution.prepared import Prepared

__all__ = ["Plans"]


class Plans:
    """The plans of one schema; each is kept with its operation."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._introspection = Introspection(schema)
        #: Executions that were left to graphql-core, by reason.
        self.declined: Counter[str] = Counter()

    def executed(
        self, prepared: Prepared, variables: Mapping[str, Any], context: Any, bounds: Bounds
    ) -> tuple[str, Sequence[GraphQLError]] | list[GraphQLError] | None:
        """The JSON text of `data` and the errors; only errors if the variables are invalid; None if
        graphql-core shall execute the operation.

        Raises Stopped if a bound is exceeded.
        """
        try:
            plan = prepared.plan or self._compiled(prepared)
            if isinstance(plan, str):
                raise Decline(plan)
            values = plan.variables.coerced(variables)
            if isinstance(values, list):
                return values
            text, run = plan.run(context, values, variables, bounds)
        except Decline as declined:
            self.declined[declined.reason] += 1
            return None
        errors = located(run.failures, _same) if run.failures else ()
        return text or "null", errors

    def _compiled(self, prepared: Prepared) -> Plan | str:
        plan: Plan | str
        try:
            document = prepared.document.node
            plan = Plan(self._schema, document, prepared.operation, self._introspection)
        except Decline as declined:
            plan = declined.reason
        prepared.plan = plan
        return plan


def _same(nodes: Sequence[FieldNode]) -> list[FieldNode]:
    return list(nodes)
