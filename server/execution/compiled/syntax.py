"""server.execution.compiled: what the syntax tree of a document says before it is compiled."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

__all__ = ["conditions", "has_variables", "variables_in", "variables_of"]


def has_variables(node: ValueNode) -> bool:
    """Whether a value contains a variable."""
    return any(_variables(node))


def variables_in(node: ValueNode) -> frozenset[str]:
    """The names of the variables in a value."""
    return frozenset(_variables(node))


def variables_of(field: FieldNode) -> frozenset[str]:
    """The names of the variables in the arguments of a field."""
    return frozenset(
        name for argument in field.arguments or () for name in _variables(argument.value)
    )


def _variables(node: ValueNode) -> Iterator[str]:
    match node:
        case VariableNode():
            yield node.name.value
        case ListValueNode():
            for value in node.values:
                yield from _variables(value)
        case ObjectValueNode():
            for field in node.fields:
                yield from _variables(field.value)


def conditions(document: DocumentNode) -> tuple[str, ...]:
    """The names of the variables in all `@skip` and `@include`, sorted."""
    return tuple(sorted(set(_conditions(document))))


def _conditions(document: DocumentNode) -> Iterator[str]:
    waiting: list[SelectionSetNode] = [
        definition.selection_set
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while waiting:
        for node in waiting.pop().selections:
            for directive in node.directives or ():
                if directive.name.value in ("skip", "include"):
                    for argument in directive.arguments or ():
                        if isinstance(argument.value, VariableNode):
                            yield argument.value.name.value
            below: SelectionSetNode | None = getattr(node, "selection_set", None)
            if below is not None:
                waiting.append(below)
