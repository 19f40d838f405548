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

__all__ = ["Document", "Executor", "Extensions", "RequestError"]

logger = logging.getLogger("playgraph.execution")

#: Documents kept; clients send few distinct ones, and a flood of others must not fill memory.
_DOCUMENTS = 1_000
#: Longest document kept, in characters: a thousand of them stay within some tens of MB.
_LONGEST = 16_384

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

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that a request chooses. Raises RequestError when that is unclear."""
        operations = [
            node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)
        ]
        if name is not None:
            operations = [node for node in operations if node.name and node.name.value == name]
        if len(operations) == 1:
            return operations[0]
        if name is not None:
            message = f"The document has no operation named {name!r}."
        elif operations:
            message = "The document has several operations: choose one by 'operationName'."
        else:
            message = "The document has no operation."
        raise RequestError([{"message": message}])


class Executor:
    """Runs documents against one schema. Not thread-safe; one event loop owns it."""

    def __init__(self, schema: GraphQLSchema, extensions: Extensions) -> None:
        self._schema = schema
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
            node = parse(text)
        except GraphQLError as error:
            raise RequestError([_formatted(error)]) from None
        except RecursionError:
            raise RequestError([{"message": "The document is nested too deeply."}]) from None
        try:
            errors = [_formatted(error) for error in validate(self._schema, node)]
        except RecursionError:
            errors = [{"message": "The document is nested too deeply."}]
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
        if document.errors:
            raise RequestError(document.errors)
        result = execute_sync(
            self._schema,
            document.node,
            context_value=context,
            variable_values=dict(variables) if variables else None,
            operation_name=operation_name,
        )
        errors = [self._error(error, request_id) for error in result.errors or ()]
        if result.data is None and _before_execution(result):
            raise RequestError(errors)
        response: dict[str, Any] = {"data": result.data}
        if errors:
            response["errors"] = errors
        return response

    def _error(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        original = error.original_error
        if original is None:
            return _formatted(error)
        extensions = self._extensions(original)
        formatted = _formatted(error)
        if extensions is not None:
            return formatted | {"extensions": extensions}
        logger.error("request %s failed at %s", request_id, error.path, exc_info=original)
        return formatted | {
            "message": "Something went wrong on the server; the request id finds it in the log.",
            "extensions": {"code": "INTERNAL", "requestId": request_id},
        }


def _before_execution(result: ExecutionResult) -> bool:
    # Errors of execution have a path; those of variables have none.
    return all(error.path is None for error in result.errors or ())


def _formatted(error: GraphQLError) -> dict[str, Any]:
    return dict(error.formatted)
