"""server.execution.compiled: what graphql-core's resolvers get to know about an execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

if TYPE_CHECKING:
    from server.execution.compiled.fields import Field
    from server.execution.compiled.run import Frame, Run

__all__ = ["Infos"]


class Infos:
    """Makes the `info` arguments of one operation."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def info(self, run: Run, frame: Frame, index: int, field: Field) -> GraphQLResolveInfo[Any]:
        """The `info` of a field for the source at `index` of a frame."""
        above = self._path(frame, index)
        return GraphQLResolveInfo(
            field.name,
            field.nodes,
            field.definition.type,
            field.parent,
            Path(above, field.key, field.parent.name),
            self._schema,
            self._fragments,
            None,
            self._operation,
            VariableValues({}, dict(run.variables)),
            run.context,
            _is_awaitable,
            None,
            _HELPERS,
        )

    def _path(self, frame: Frame, index: int) -> Path | None:
        if frame.parent is None or frame.field is None:
            return None
        source, *positions = frame.place(index)
        above = self._path(frame.parent, source)
        path = Path(above, frame.field.key, frame.field.parent.name)
        for position in positions:
            path = Path(path, position, None)
        return path


def _is_awaitable(_: Any) -> TypeGuard[Any]:
    return False


def _unsupported(_: Any) -> Any:
    raise TypeError("Resolvers are synchronous.")


_HELPERS = GraphQLResolveInfoHelpers(gather=_unsupported, track=_unsupported)
