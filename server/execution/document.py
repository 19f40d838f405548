"""server.execution: a parsed document, and the choice of its operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    GraphQLError,
    Location,
    NameNode,
    OperationDefinitionNode,
    Source,
    Token,
    ValueNode,
    VariableNode,
)
from graphql.language.parser import Parser

from server.execution.errors import (
    OPERATION,
    PARSE,
    RequestError,
    failure,
    formatted,
    too_complex,
)

if TYPE_CHECKING:
    from server.execution.prepared import Prepared

__all__ = ["Document", "parsed", "without_literals"]

#: Most operation names that a message lists.
_SHOWN = 5


@dataclass(slots=True)
class Document:
    """A parsed document. Validation keeps its errors here for later requests."""

    node: DocumentNode
    #: Length of its text.
    characters: int
    #: Validation errors; None if not validated yet.
    errors: list[dict[str, Any]] | None = None
    #: The operations that requests have chosen, by the name that they gave.
    chosen: dict[str | None, Prepared] = field(default_factory=dict)
    #: What guards keep about the document.
    notes: dict[Any, Any] = field(default_factory=dict)

    def drop(self) -> None:
        """Break the cycles of references, once the document is no longer cached."""
        for prepared in self.chosen.values():
            prepared.plan = None
        self.chosen.clear()
        self.notes.clear()

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        """The operations, in document order."""
        return [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation with this name, or the only one for None.

        Raises RequestError if there is no such operation.
        """
        operations = self.operations
        if name is not None:
            chosen = [node for node in operations if node.name and node.name.value == name]
            if chosen:
                return chosen[0]  # validation refuses duplicate names
            message = f"The document has no operation named {name!r}; it has {_names(operations)}."
        elif len(operations) == 1:
            return operations[0]
        elif operations:
            message = (
                f"The document has several operations, {_names(operations)}: "
                "choose one with 'operationName'."
            )
        else:
            message = "The document has no operation, only fragments or types: add a query."
        raise RequestError([failure(message, OPERATION)])


class _Parser(Parser):
    """Makes locations without tokens, which are linked with each other: so a document is freed as
    soon as it is dropped, and garbage collections visit less."""

    def loc(self, start_token: Token) -> Location:
        location = Location.__new__(Location)
        location.start, location.end = start_token.start, self._lexer.last_token.end
        location.source = self._lexer.source
        return location


class _LiteralParser(_Parser):
    """Reads the literals at some positions as variables with the names given."""

    names: Mapping[int, str]

    def parse_value_literal(self, is_const: bool) -> ValueNode:
        token = self._lexer.token
        name = self.names.get(token.start)
        if name is None:
            return super().parse_value_literal(is_const)
        self.advance_lexer()
        return VariableNode(name=NameNode(value=name), loc=self.loc(token))


def without_literals(text: str, names: Mapping[int, str]) -> Document:
    """A valid document in which the literals at some positions are variables with these names."""
    parser = _LiteralParser(Source(text))
    parser.names = names
    return Document(parser.parse_document(), len(text))


def parsed(text: str, max_tokens: int, max_characters: int) -> Document:
    """Parse a document. Raises RequestError for syntax errors and too many characters, tokens or
    levels."""
    if len(text) > max_characters:
        raise too_complex("characters", "characters", len(text), max_characters)
    parser = _Parser(Source(text), max_tokens=max_tokens)
    try:
        return Document(parser.parse_document(), len(text))
    except GraphQLError as error:
        if parser.token_count > max_tokens:
            raise too_complex("tokens", "tokens or more", parser.token_count, max_tokens) from None
        raise RequestError([formatted(error, PARSE)]) from None
    except RecursionError:
        raise RequestError([failure("The document is nested too deeply.", PARSE)]) from None


def _names(operations: list[OperationDefinitionNode]) -> str:
    names = [node.name.value if node.name else "an unnamed one" for node in operations]
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
