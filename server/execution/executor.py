"""server.execution: documents are parsed and validated once, then run synchronously."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    validate,
)

__all__ = ["MASK", "Document", "Executor", "Extensions", "RequestError"]

logger = logging.getLogger("playgraph.execution")

#: Documents kept; clients send few distinct ones, and a flood of others must not fill memory.
_DOCUMENTS = 1_000
#: Longest document kept, in characters: a thousand of them stay within some tens of MB.
_LONGEST = 16_384
#: A generous document of a large front end has some thousand; validation is quadratic in parts.
_TOKENS = 5_000

#: Apollo's codes, which front ends know.
_PARSE = "GRAPHQL_PARSE_FAILED"
_VALIDATION = "GRAPHQL_VALIDATION_FAILED"
_OPERATION = "OPERATION_RESOLUTION_FAILURE"
_INPUT = "BAD_USER_INPUT"

#: What a client reads of an error of ours.
MASK = "Something went wrong on the server; the request id finds it in the log."
#: What an expected error says beside its message; None for an unexpected one, which is masked.
Extensions = Callable[[Exception], dict[str, object] | None]


class RequestError(Exception):
    """A request that cannot be executed: it has errors and no data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document, and why it cannot run, if it cannot."""

    node: DocumentNode
    errors: list[dict[str, Any]]

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
                return chosen[0]  # where two have one name, validation has said so
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
        raise RequestError([_failure(message, _OPERATION)])

    def require_valid(self) -> None:
        """Raises RequestError for a document that breaks a rule of GraphQL or of the schema."""
        if self.errors:
            raise RequestError(self.errors)


class Executor:
    """Runs documents against one schema. Not thread-safe; one event loop owns it."""

    def __init__(
        self, schema: GraphQLSchema, extensions: Extensions, max_tokens: int = _TOKENS
    ) -> None:
        self._schema = schema
        self._max_tokens = max_tokens
        self._extensions = extensions
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def document(self, text: str) -> Document:
        """Parse and validate, or find the document of an earlier request.

        Raises RequestError for a text that is no GraphQL.
        """
        known = self._documents.get(text)
        if known is not None:
            self._documents.move_to_end(text)
            return known
        try:
            node = parse(text, max_tokens=self._max_tokens)
            errors = [_formatted(error, _VALIDATION) for error in validate(self._schema, node)]
        except GraphQLError as error:
            raise RequestError([_formatted(error, _PARSE)]) from None
        except RecursionError:
            raise RequestError([_failure("The document is nested too deeply.", _PARSE)]) from None
        document = Document(node, errors)
        if len(text) <= _LONGEST:
            self._documents[text] = document
            if len(self._documents) > _DOCUMENTS:
                self._documents.popitem(last=False)
        return document

    def is_query(self, document: Document, operation_name: str | None) -> bool:
        """Whether the chosen operation only reads. Raises RequestError when none is chosen."""
        return document.operation(operation_name).operation is OperationType.QUERY

    def run(
        self,
        document: Document,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        context: object,
        request_id: str,
    ) -> dict[str, Any]:
        """Execute and return the response, `data` first.

        Raises RequestError when nothing was executed: an invalid document or variables.
        """
        document.operation(operation_name)
        document.require_valid()
        try:
            result = execute_sync(
                self._schema,
                document.node,
                context_value=context,
                variable_values=dict(variables) if variables else None,
                operation_name=operation_name,
            )
        except RecursionError:
            raise RequestError([_failure("The request is nested too deeply.", _INPUT)]) from None
        if result.data is None and _before_execution(result):
            raise RequestError([_formatted(error, _INPUT) for error in result.errors or ()])
        errors = [self._error(error, request_id) for error in result.errors or ()]
        response: dict[str, Any] = {"data": result.data}
        if errors:
            response["errors"] = errors
        return response

    def _error(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        original = error.original_error
        if original is None or (isinstance(original, GraphQLError) and original.nodes):
            # graphql-core itself refuses an argument or a variable, and says which.
            return _formatted(error, _INPUT)
        extensions = self._extensions(original)
        formatted = dict(error.formatted)
        if extensions is not None:
            return formatted | {"extensions": extensions}
        logger.error("request %s failed at %s", request_id, error.path, exc_info=original)
        return formatted | {
            "message": MASK,
            "extensions": {"code": "INTERNAL", "requestId": request_id},
        }


def _before_execution(result: ExecutionResult) -> bool:
    # Errors of execution have a path; those of variables have none.
    return all(error.path is None for error in result.errors or ())


def _formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    return {**error.formatted, "extensions": {"code": code}}


def _failure(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _names(operations: list[OperationDefinitionNode]) -> str:
    names = [node.name.value if node.name else "one without a name" for node in operations]
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
