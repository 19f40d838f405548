"""server.guard: the guard before validation: refuses documents and operations beyond the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode

from server.execution.document import Document
from server.execution.errors import RequestError
from server.guard.compiler import DEEPEST, Compiler
from server.guard.counts import Counts, count
from server.guard.document_limits import DocumentLimits, cost_exceeded, exceeded
from server.guard.meter import CostMeter
from server.guard.plan import Plan

__all__ = ["DocumentGuard"]

_COUNTS = [field.name for field in fields(Counts)]


class DocumentGuard:
    """Checks a document, an operation of it, and its variables. Its plan of an operation is kept
    with the document."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits) -> None:
        self.limits = limits
        self._compiler = Compiler(schema)

    def __call__(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> float:
        """The estimated cost. Raises RequestError if a limit is exceeded."""
        plan = document.notes.get(id(operation))
        if plan.__class__ is Plan:
            cost = plan.cost(variables)
        else:
            cost = self.cost(document, operation, variables)
        if cost > self.limits.cost:
            raise cost_exceeded(cost, self.limits.cost)
        return cost

    def cost(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> float:
        """The estimated cost of an operation. Raises RequestError if another limit is exceeded."""
        plan = document.notes.get(id(operation))
        if plan is None:
            plan = document.notes[id(operation)] = self._plan(document, operation)
        if isinstance(plan, RequestError):
            raise RequestError(plan.errors)
        return plan.cost(variables)

    def meter(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> CostMeter:
        """A meter of the cost of executing an operation that this guard has let through."""
        requested = self.cost(document, operation, variables)
        return CostMeter(operation, variables, requested, self.limits.cost)

    def _plan(self, document: Document, operation: OperationDefinitionNode) -> Plan | RequestError:
        """The operation's plan, or the refusal of its document or of itself."""
        counts, limits = count(document.node), self.limits
        for name in _COUNTS:
            if getattr(counts, name) > getattr(limits, name):
                return exceeded(name, getattr(counts, name), getattr(limits, name))
        try:
            plan = self._compiler.plan(document.node, operation)
        except RecursionError:
            return exceeded("depth", DEEPEST + 1, limits.depth)
        root = plan.root
        for name, counted in (
            ("root_fields", root.fields),
            ("depth", root.depth),
            ("introspection_fields", root.introspection_fields),
            ("introspection_depth", root.introspection_depth),
        ):
            if counted > getattr(limits, name):
                return exceeded(name, counted, getattr(limits, name))
        return plan
