"""server.execution: an operation that has been chosen from a parsed document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import OperationDefinitionNode, OperationType

from server.execution.document import Document

if TYPE_CHECKING:
    from server.execution.compiled.plan import Plan

__all__ = ["Guard", "Prepared"]

#: Checks a document, its chosen operation and its variables before validation, and returns the
#: estimated cost. Raises RequestError to refuse them.
Guard = Callable[[Document, OperationDefinitionNode, Mapping[str, Any]], float]


@dataclass(slots=True, eq=False)
class Prepared:
    """An operation of a parsed document: the same object for all requests of the same text."""

    document: Document
    operation: OperationDefinitionNode
    guard: Guard | None = None
    #: The plan of the operation, or why there is none; None before the first execution.
    plan: Plan | str | None = field(default=None, repr=False)

    @property
    def name(self) -> str | None:
        """The operation's name: letters, digits and underscores; None if it has none."""
        return self.operation.name.value if self.operation.name else None

    @property
    def is_query(self) -> bool:
        """Whether the operation only reads."""
        return self.operation.operation is OperationType.QUERY

    def cost(self, variables: Mapping[str, Any]) -> float:
        """The estimated cost with these variables; 0 without a guard.

        Raises RequestError if the guard refuses them.
        """
        return self.guard(self.document, self.operation, variables) if self.guard else 0.0
