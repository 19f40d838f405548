"""server.execution: an operation that has been chosen from a parsed document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import OperationDefinitionNode, OperationType

from server.execution.document import Document, without_literals

if TYPE_CHECKING:
    from server.execution.compiled.plan import Plan
    from server.execution.literals import Lifted

__all__ = ["Guard", "Prepared"]

#: Checks a document, its chosen operation and its variables before validation, and returns the
#: estimated cost. Raises RequestError to refuse them.
Guard = Callable[[Document, OperationDefinitionNode, Mapping[str, Any]], float]


@dataclass(slots=True, eq=False, weakref_slot=True)
class Prepared:
    """An operation of a parsed document: the same object for all requests of the same text.

    If the literals of the text have been lifted, the document is that of all texts that differ in
    literals only, and `base` its operation.
    """

    document: Document
    operation: OperationDefinitionNode
    guard: Guard | None = None
    #: The plan of the operation, or why there is none; None before the first execution.
    plan: Plan | str | None = field(default=None, repr=False)
    base: Prepared | None = None
    text: str = ""
    #: Values of lifted literals, as JSON has them, and as arguments have them.
    given: Mapping[str, Any] = field(default_factory=dict)
    coerced: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def lifted(cls, base: Prepared, text: str, literals: Lifted) -> Prepared:
        """The operation of a text whose literals have been lifted."""
        return cls(
            base.document,
            base.operation,
            base.guard,
            None,
            base,
            text,
            literals.given,
            literals.coerced,
        )

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
        if self.guard is None:
            return 0.0
        given = {**variables, **self.given} if self.base else variables
        return self.guard(self.document, self.operation, given)

    def original(self) -> Prepared:
        """The operation with the literals of its text; itself if none have been lifted."""
        if self.base is None:
            return self
        document = without_literals(self.text, {})
        return Prepared(document, document.operation(self.name), self.guard)
