"""server.execution: a parsed document, and the operation of it that a request chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
)

from server.execution.errors import OPERATION, PARSE, RequestError, failure, formatted

__all__ = ["Document", "parsed"]

#: Names of operations that a message lists.
_SHOWN = 5


@dataclass(slots=True)
class Document:
    """A document that parses. Validation leaves its errors here, to be found by later requests."""

    node: DocumentNode
    #: None until it is validated.
    errors: list[dict[str, Any]] | None = None

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        """Its operations, in the order of the text."""
        return [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that a request chooses. Raises RequestError when that is unclear."""
        operations = self.operations
        if name is not None:
            chosen = [node for node in operations if node.name and node.name.value == name]
            if chosen:
                return chosen[0]  # two operations of one name do not validate
            message = f"The document has no operation named {name!r}; it has {_names(operations)}."
        elif len(operations) == 1:
            return operations[0]
        elif operations:
            message = (
                f"The document has several operations, {_names(operations)}: "
                "choose one by 'operationName'."
            )
        else:
            message = "The document has no operation, only fragments or types: add a query."
        raise RequestError([failure(message, OPERATION)])


def parsed(text: str, max_tokens: int) -> Document:
    """Parse a text. Raises RequestError for a syntax error, and for too many tokens or levels."""
    try:
        return Document(parse(text, max_tokens=max_tokens))
    except GraphQLError as error:
        raise RequestError([formatted(error, PARSE)]) from None
    except RecursionError:
        raise RequestError([failure("The document is nested too deeply.", PARSE)]) from None


def _names(operations: list[OperationDefinitionNode]) -> str:
    names = [node.name.value if node.name else "one without a name" for node in operations]
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
