"""server.execution: the executor: text in, bytes out: parse, guard, validate, execute, encode.

Each step is a separate method, because the server acts between them: it checks the HTTP method
after parsing, and keeps persisted queries after validation.
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

#: Most cached documents. Clients send few distinct ones, and others must not fill the memory.
_DOCUMENTS = 1_000
#: Longest cached document, in characters: a thousand of them take some tens of MB.
_LONGEST = 16_384
#: Default of the most tokens per document. Large front ends send about a thousand; parts of
#: validation take quadratic time.
_TOKENS = 5_000

#: Message that replaces that of an unexpected error.
MASK = "Internal server error; look up the request id in the server log."
#: Returns the `extensions` of an expected error; None for an unexpected one, which is masked.
Extensions = Callable[[Exception], dict[str, object] | None]
#: Checks a document, its chosen operation and its variables before validation. Raises RequestError
#: to refuse them.
Guard = Callable[[Document, OperationDefinitionNode, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """An executed request: the response in JSON, `data` first, and whether it has errors."""

    body: bytes
    has_errors: bool


class Executor:
    """Executes documents against one schema. Not thread-safe."""

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
        """Run all steps for one request. Raises RequestError if it is not executed."""
        document = self.document(text)
        operation = document.operation(operation_name)
        self.require_valid(document, operation, variables)
        return self.run(document, operation, variables, context, request_id)

    def document(self, text: str) -> Document:
        """The parsed document, cached. Raises RequestError if it cannot be parsed."""
        cached = self._documents.get(text)
        if cached is not None:
            return cached
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
        """Call the guards, then validate the document, unless it has been validated before.

        Raises RequestError if a guard refuses the request or the document is invalid.
        """
        for guard in self._guards:
            guard(document, operation, variables or {})
        self.validate(document)

    def validate(self, document: Document) -> None:
        """Validate a document, without guards. Raises RequestError if it is invalid."""
        if document.errors is None:
            try:
                errors = validate(self._schema, document.node)
            except RecursionError:
                # As in the parser, the depth limit depends on the Python version.
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

        Raises RequestError for invalid variables, without executing anything.
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
            # graphql-core refused an argument or a variable; its message says which.
            return formatted(error, INPUT)
        extensions = self._extensions(original)
        response = dict(error.formatted)
        if extensions is not None:
            return response | {"extensions": extensions}
        logger.error("request %s failed at %s", request_id, error.path, exc_info=original)
        return response | failure(MASK, "INTERNAL", requestId=request_id)


def _before_execution(result: ExecutionResult) -> bool:
    # Execution errors have a path; errors in variables have none.
    return all(error.path is None for error in result.errors or ())
