"""server.execution.compiled: `__schema` and `__type`, which graphql-core executes.

Their texts are the same for every request, unless they depend on variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    print_ast,
)

from server.execution.compiled.decline import Decline
from server.execution.compiled.leaves import json_text
from server.execution.encoding import octets
from server.execution.operation import executed

__all__ = ["Introspection"]

#: Characters of all cached texts. The usual introspection queries have some 200,000 each.
_CACHED = 2_000_000


class Introspection:
    """Answers the introspection fields of one schema, in JSON."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._texts: LRUCache[str, str] = LRUCache(_CACHED, getsizeof=len)
        self._lock = Lock()

    def compiled(
        self, document: DocumentNode, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]
    ) -> Callable[[Mapping[str, Any]], str]:
        """A function from the variables of a request to the text of the root field at `nodes`."""
        fragments = [
            node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        ]
        only = OperationDefinitionNode(
            operation=OperationType.QUERY,
            variable_definitions=operation.variable_definitions,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        alone = DocumentNode(definitions=(only, *fragments))
        key = print_ast(alone)
        has_variables = "$" in key

        def text(variables: Mapping[str, Any]) -> str:
            with self._lock:
                found = None if has_variables else self._texts.get(key)
            if found is None:
                found = self._executed(alone, only, variables)
                if not has_variables and len(found) <= self._texts.maxsize:
                    with self._lock:
                        self._texts[key] = found
            return found

        return text

    def _executed(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> str:
        result = executed(self._schema, document, operation, variables, None)
        if isinstance(result, list) or result.errors or not result.data:
            raise Decline("introspection")
        (value,) = result.data.values()
        (text,), _ = octets([json_text(value)])
        return text
