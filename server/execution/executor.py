"""server.execution: text in, bytes out: parse, guard, validate, execute, encode.

Each step is a method of its own, because a server has something to do between them: it chooses
by method after parsing, and remembers a document after validation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    validate,
)

from server.execution.document import Document, parsed
from server.execution.encoding import encoded
from server.execution.errors import INPUT, PARSE, VALIDATION, RequestError, failure, formatted

__all__ = ["MASK", "Answer", "Executor", "Extensions", "Guard"]

logger = logging.getLogger("playgraph.execution")

#: Documents kept; clients send few distinct ones, and a flood of others must not fill memory.
_DOCUMENTS = 1_000
#: Longest document kept, in characters: a thousand of them stay within some tens of MB.
_LONGEST = 16_384
#: A generous document of a large front end has some thousand; validation is quadratic in parts.
_TOKENS = 5_000

#: What a client reads of an error of ours.
MASK = "Something went wrong on the server; the request id finds it in the log."
#: What an expected error says beside its message; None for an unexpected one, which is masked.
Extensions = Callable[[Exception], dict[str, object] | None]
#: Judges a document, the chosen operation and its variables before they are validated. Raises
#: RequestError to refuse them.
Guard = Callable[[Document, OperationDefinitionNode, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """An executed request: the response in JSON, `data` first, and whether it has errors."""

    body: bytes
    has_errors: bool


class Executor:
    """Runs documents against one schema. Not thread-safe; one event loop owns it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        extensions: Extensions,
        max_tokens: int = _TOKENS,
        guards: Sequence[Guard] = (),
    ) -> None:
        self._schema = schema
        self._max_tokens = max_tokens
        self._extensions = extensions
        self._guards = tuple(guards)
        self._documents: LRUCache[str, Document] = LRUCache(_DOCUMENTS)

    def execute(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: object = None,
        request_id: str = "",
    ) -> Answer:
        """Answer a request with all steps. Raises RequestError when nothing was executed."""
        document = self.document(text)
        operation = document.operation(operation_name)
        self.require_valid(document, operation, variables)
        return self.run(document, operation, variables, context, request_id)

    def document(self, text: str) -> Document:
        """The parsed document, perhaps that of an earlier request. Raises RequestError."""
        known = self._documents.get(text)
        if known is not None:
            return known
        document = parsed(text, self._max_tokens)
        if len(text) <= _LONGEST:
            self._documents[text] = document
        return document

    def require_valid(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,
    ) -> None:
        """Ask the guards, then validate, unless an earlier request has validated the document.

        Raises RequestError for what a guard refuses, or what breaks a rule of GraphQL or of the
        schema.
        """
        for guard in self._guards:
            guard(document, operation, variables or {})
        self.validate(document)

    def validate(self, document: Document) -> None:
        """Validate a document, whatever it costs. Raises RequestError."""
        if document.errors is None:
            try:
                errors = validate(self._schema, document.node)
            except RecursionError:
                # As for the parser: how deep it goes depends on the Python that runs it.
                message = "The document is nested too deeply."
                raise RequestError([failure(message, PARSE)]) from None
            document.errors = [formatted(error, VALIDATION) for error in errors]
        if document.errors:
            raise RequestError(document.errors)

    def run(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,
        context: object,
        request_id: str,
    ) -> Answer:
        """Execute an operation of a valid document.

        Raises RequestError for variables that do not fit: then nothing was executed.
        """
        try:
            result = execute_sync(
                self._schema,
                document.node,
                context_value=context,
                variable_values=dict(variables) if variables else None,
                operation_name=operation.name.value if operation.name else None,
            )
        except RecursionError:
            raise RequestError([failure("The request is nested too deeply.", INPUT)]) from None
        if not result.errors:
            return Answer(encoded({"data": result.data}), has_errors=False)
        if result.data is None and _before_execution(result):
            raise RequestError([formatted(error, INPUT) for error in result.errors])
        errors = [self._error(error, request_id) for error in result.errors]
        return Answer(encoded({"data": result.data, "errors": errors}), has_errors=True)

    def _error(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        original = error.original_error
        if original is None or (isinstance(original, GraphQLError) and original.nodes):
            # graphql-core itself refuses an argument or a variable, and says which.
            return formatted(error, INPUT)
        extensions = self._extensions(original)
        response = dict(error.formatted)
        if extensions is not None:
            return response | {"extensions": extensions}
        logger.error("request %s failed at %s", request_id, error.path, exc_info=original)
        return response | failure(MASK, "INTERNAL", requestId=request_id)


def _before_execution(result: ExecutionResult) -> bool:
    # Errors of execution have a path; those of variables have none.
    return all(error.path is None for error in result.errors or ())
