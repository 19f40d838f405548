"""server.guard: compiles an operation into a plan.

Each selection set is compiled once per type, however often its fragment is used, so that compiling
takes linear time. The document need not be valid: unknown fields count as plain ones, and a
fragment that contains itself is followed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from schema.costs import COST, INTROSPECTION, PLAIN, ArgumentCost, FieldCost
from server.execution.compiled.syntax import has_variables, variables_in
from server.guard.arguments import (
    Variables,
    argument_cost,
    lookup,
    python_value,
    size_of,
)
from server.guard.introspection import ENTRIES, MEMBERS, sizes
from server.guard.plan import ENTRY, VALUE, OpenNumber, Plan, Selected, Selections

__all__ = ["DEEPEST", "Compiler"]

#: Deepest nesting of fields and fragments that is compiled.
DEEPEST = 100
#: Entries of a list whose size nobody has declared.
_UNDECLARED = 10.0

_NO_NAMES: frozenset[str] = frozenset()
_NUMBERS = frozenset((int, float, bool))
#: Most combinations of kinds of variables whose number is remembered.
_REMEMBERED = 16


class Compiler:
    """Compiles operations for one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.introspection_sizes = sizes(schema)

    def plan(self, document: DocumentNode, operation: OperationDefinitionNode) -> Plan:
        """The plan of an operation. Raises RecursionError if it is nested deeper than DEEPEST."""
        return _Compilation(self, document, operation).plan()


class _Compilation:
    """The compilation of one operation."""

    def __init__(
        self, compiler: Compiler, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = compiler.schema
        self._introspection_sizes = compiler.introspection_sizes
        self._operation = operation
        self._lookup = lookup(operation)
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._open: list[OpenNumber] = []
        self._ordered: list[Selections] = []
        self._known: dict[tuple[int, str, frozenset[str]], Selections] = {}
        self._followed: set[str] = set()

    def plan(self) -> Plan:
        operation = self._operation
        root_type = self._schema.get_root_type(operation.operation)
        root = self._selections(operation.selection_set, root_type, _NO_NAMES, 0)
        return Plan(root, self._ordered, self._open)

    def _selections(
        self,
        node: SelectionSetNode,
        parent: GraphQLNamedType | None,
        sized: frozenset[str],
        level: int,
    ) -> Selections:
        """The selections of a set on a type; `sized` names the lists of the size above."""
        key = (id(node), parent.name if parent else "", sized)
        known = self._known.get(key)
        if known is not None:
            return known
        if level > DEEPEST:
            raise RecursionError
        selections = Selections()
        for child in node.selections:
            factors = self._factors(child.directives or ())
            if isinstance(child, FieldNode):
                self._add_field(selections, child, parent, sized, factors, level)
            else:
                self._add_fragment(selections, child, parent, sized, factors, level)
        selections.index = len(self._ordered)
        self._ordered.append(selections)
        self._known[key] = selections
        return selections

    def _add_fragment(
        self,
        selections: Selections,
        node: SelectionNode,
        parent: GraphQLNamedType | None,
        sized: frozenset[str],
        factors: list[int] | None,
        level: int,
    ) -> None:
        name, condition = "", None
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            fragment = self._fragments.get(name)
            if fragment is None or name in self._followed:
                return
            condition, selection_set = fragment.type_condition, fragment.selection_set
        elif isinstance(node, InlineFragmentNode):
            condition, selection_set = node.type_condition, node.selection_set
        else:
            return
        kind = self._schema.type_map.get(condition.name.value) if condition else parent
        self._followed.add(name)
        below = self._selections(selection_set, kind, sized, level + 1)
        self._followed.discard(name)
        selections.depth = max(selections.depth, below.depth)
        selections.fields += below.fields
        selections.introspection_fields += below.introspection_fields
        selections.introspection_depth = max(
            selections.introspection_depth, below.introspection_depth
        )
        if factors is not None:
            selections.selected.append(Selected(factors=factors, is_fragment=True, below=below))

    def _add_field(
        self,
        selections: Selections,
        node: FieldNode,
        parent: GraphQLNamedType | None,
        sized: frozenset[str],
        factors: list[int] | None,
        level: int,
    ) -> None:
        name = node.name.value
        field = _field(self._schema, parent, name)
        cost: FieldCost = PLAIN if field is None else field.extensions.get(COST, INTROSPECTION)
        selections.fields += 1
        selections.introspection_fields += name in ENTRIES
        selections.depth = max(selections.depth, 1)
        selected = Selected(cost.weight, factors=factors or [])
        selected.has_size_of_above = name in sized
        sizes_below = self._add_size(selected, node, parent, field, cost)
        self._add_weights(selected, node, field, cost)
        if node.selection_set is not None:
            kind = get_named_type(field.type) if field is not None else None
            below = self._selections(node.selection_set, kind, sizes_below, level + 1)
            selected.below = below
            selections.depth = max(selections.depth, 1 + below.depth)
            is_member = name in MEMBERS and parent is not None and parent.name == "__Type"
            selections.introspection_depth = max(
                selections.introspection_depth, below.introspection_depth + is_member
            )
        if factors is None:
            return
        if selected == Selected(cost.weight):
            selections.constant += cost.weight
        else:
            selections.selected.append(selected)

    def _add_size(
        self,
        selected: Selected,
        node: FieldNode,
        parent: GraphQLNamedType | None,
        field: GraphQLField | None,
        cost: FieldCost,
    ) -> frozenset[str]:
        """Set the size of a list or connection; returns the lists below that have this size."""
        if field is None or selected.has_size_of_above:
            return _NO_NAMES
        declared = cost.size
        if declared is None:
            known = self._introspection_sizes.get((parent.name if parent else "", node.name.value))
            if known is not None:
                selected.size, selected.is_list = known, True
            elif is_list_type(get_nullable_type(field.type)):
                selected.size, selected.is_list, selected.entry = _UNDECLARED, True, ENTRY
            return _NO_NAMES
        selected.is_list = not declared.sized_fields
        selected.entry = ENTRY if is_composite_type(get_named_type(field.type)) else VALUE
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        slicing = {
            name: values[name] for name in declared.slicing_arguments or () if name in values
        }

        def size(variables: Variables) -> float:
            return size_of(declared, field, self._values(slicing, variables))

        if any(map(has_variables, slicing.values())):
            selected.open_size = self._opened(size)
        else:
            selected.size = size({})
        return frozenset(declared.sized_fields or ())

    def _add_weights(
        self, selected: Selected, node: FieldNode, field: GraphQLField | None, cost: FieldCost
    ) -> None:
        """Add the weights of the arguments that are given."""
        if field is None or not cost.arguments:
            return
        for argument in node.arguments or ():
            declared = cost.arguments.get(argument.name.value)
            if declared is None:
                continue
            kind, value = field.args[argument.name.value].type, argument.value

            def number(
                variables: Variables,
                declared: ArgumentCost = declared,
                kind: GraphQLInputType = kind,
                value: ValueNode = value,
            ) -> float:
                given = python_value(value, lambda name: self._lookup(variables, name))
                return argument_cost(declared, given, kind)

            if has_variables(value):
                selected.weights.append(self._opened(self._remembered(number, value)))
            else:
                selected.weight += number({})

    def _remembered(self, number: OpenNumber, node: ValueNode) -> OpenNumber:
        """The same number, remembered where all variables in a value are numbers or flags: it does
        not depend on which ones."""
        names, known = variables_in(node), dict[tuple[type, ...], float]()

        def remembered(variables: Variables) -> float:
            kinds = tuple([variables.get(name).__class__ for name in names])
            if not _NUMBERS.issuperset(kinds):
                return number(variables)
            found = known.get(kinds)
            if found is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                found = known[kinds] = number(variables)
            return found

        return remembered

    def _factors(self, directives: Sequence[DirectiveNode]) -> list[int] | None:
        """Open numbers of `@skip` and `@include`; None if the selection is never included."""
        factors: list[int] = []
        for directive in directives:
            name = directive.name.value
            if name not in ("skip", "include"):
                continue
            wanted = name == "include"
            for argument in directive.arguments or ():
                if isinstance(argument.value, BooleanValueNode):
                    if argument.value.value is not wanted:
                        return None
                elif isinstance(argument.value, VariableNode):
                    variable = argument.value.name.value

                    def factor(
                        variables: Variables, name: str = variable, excluded: bool = not wanted
                    ) -> float:
                        return float(self._lookup(variables, name) is not excluded)

                    factors.append(self._opened(factor))
        return factors

    def _values(self, nodes: Mapping[str, ValueNode], variables: Variables) -> dict[str, Any]:
        def variable(name: str) -> Any:
            return self._lookup(variables, name)

        return {name: python_value(node, variable) for name, node in nodes.items()}

    def _opened(self, number: OpenNumber) -> int:
        self._open.append(number)
        return len(self._open) - 1


def _field(
    schema: GraphQLSchema, parent: GraphQLNamedType | None, name: str
) -> GraphQLField | None:
    return schema.get_field(parent, name) if is_composite_type(parent) else None
