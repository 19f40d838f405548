"""server.guard: counts over a whole document, which bound the time of its validation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

__all__ = ["Counts", "count"]


@dataclass(slots=True)
class Counts:
    """What a document has, in all its operations and fragments, used or not."""

    operations: int = 0
    fragments: int = 0
    variables: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    #: Fields whose response name occurs earlier in the same selection set, fragments included.
    #: Validation compares each pair of them.
    repeats: int = 0


@dataclass(slots=True)
class _Fields:
    """The response names of one selection set, with those of its inline fragments, and the names of
    the fragments that it spreads."""

    names: Counter[str] = field(default_factory=Counter)
    spreads: list[str] = field(default_factory=list)


def count(document: DocumentNode) -> Counts:
    """Count a document. Takes linear time, also if fragments form a cycle."""
    counts, sets, fragments = Counts(), list[_Fields](), dict[str, _Fields]()
    waiting: list[tuple[SelectionSetNode, _Fields]] = []
    for definition in document.definitions:
        fields = _Fields()
        if isinstance(definition, OperationDefinitionNode):
            counts.operations += 1
            counts.variables += len(definition.variable_definitions or ())
        elif isinstance(definition, FragmentDefinitionNode):
            counts.fragments += 1
            fragments[definition.name.value] = fields
        else:
            continue  # a type, which validation refuses
        counts.directives += len(definition.directives or ())
        sets.append(fields)
        waiting.append((definition.selection_set, fields))
    while waiting:
        selection_set, fields = waiting.pop()
        counts.selections += len(selection_set.selections)
        for node in selection_set.selections:
            if node.directives:
                counts.directives += len(node.directives)
            if isinstance(node, FieldNode):
                counts.aliases += node.alias is not None
                fields.names[(node.alias or node.name).value] += 1
                if node.selection_set:
                    sets.append(_Fields())
                    waiting.append((node.selection_set, sets[-1]))
            elif isinstance(node, FragmentSpreadNode):
                fields.spreads.append(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                waiting.append((node.selection_set, fields))
    counts.repeats = sum(_repeats(fields, fragments) for fields in sets)
    return counts


def _repeats(fields: _Fields, fragments: dict[str, _Fields]) -> int:
    """Number of names that occur earlier, in the set itself or in a fragment, each counted once."""
    if not fields.spreads:
        return sum(fields.names.values()) - len(fields.names)
    names, seen, waiting = Counter(fields.names), set[str](), list(fields.spreads)
    while waiting:
        name = waiting.pop()
        if name not in seen and name in fragments:
            seen.add(name)
            names.update(fragments[name].names)
            waiting += fragments[name].spreads
    return sum(names.values()) - len(names)
