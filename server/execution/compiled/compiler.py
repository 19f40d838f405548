"""server.execution.compiled: compiles an operation: a selection set per place of its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeNameMetaFieldDef,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
    print_ast,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from server.execution.compiled.arguments import Arguments, arguments_of
from server.execution.compiled.completion import columns, fragments, leaves
from server.execution.compiled.decline import Decline
from server.execution.compiled.fields import Complete, Field, Texts, batched, called, resolved
from server.execution.compiled.info import Infos
from server.execution.compiled.introspection import Introspection
from server.execution.compiled.kept import KeptObjects, KeptTexts
from server.execution.compiled.objects import of_handles, of_interface, of_object, usual_class
from server.execution.compiled.run import Frame, Run
from server.execution.compiled.selections import Selections
from server.execution.compiled.single import Item, leaf_item, object_item
from server.execution.compiled.syntax import variables_of

__all__ = ["compiled"]

#: Most fields of a plan, those of each possible type of an interface included.
_FIELDS = 2_000
#: No variables: one object, because each new set takes 216 bytes.
_NOTHING: frozenset[str] = frozenset()


def compiled(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, bool],
    introspection: Introspection,
    kept_texts: KeptTexts,
) -> tuple[Selections, int]:
    """The selections of a valid query, and how many fields have been compiled. `conditions` are the
    variables of its `@skip` and `@include`.

    Raises Decline for what graphql-core shall execute.
    """
    if operation.operation is not OperationType.QUERY:
        raise Decline("operation type")
    if operation.directives:
        raise Decline("directives of the operation")
    compilation = _Compilation(schema, document, operation, conditions, introspection, kept_texts)
    try:
        return compilation.root(), compilation.count
    except RecursionError:
        raise Decline("depth") from None


class _Compilation:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        conditions: Mapping[str, bool],
        introspection: Introspection,
        kept_texts: KeptTexts,
    ) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._variables = VariableValues({}, dict(conditions))
        self._introspection = introspection
        self._kept_texts = kept_texts
        self._infos = Infos(schema, document, operation)
        self._fragments = {
            node.name.value: FragmentDetails(node)
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.count = 0

    def root(self) -> Selections:
        kind = self._schema.query_type
        if kind is None:
            raise Decline("operation type")
        collected = collect_fields(
            self._schema, self._fragments, self._variables, kind, self._operation
        )
        return self._selections(kind, collected.grouped_field_set)

    def _below(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Selections:
        collected = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, kind, details
        )
        return self._selections(kind, collected.grouped_field_set)

    def _selections(
        self, kind: GraphQLObjectType, grouped: Mapping[str, FieldDetailsList]
    ) -> Selections:
        fields: list[tuple[Texts, Item | None]] = []
        constants: list[tuple[str, str | None]] = []
        depends: frozenset[str] | None = _NOTHING
        shape: list[str] = []
        for key, details in grouped.items():
            definition = self._schema.get_field(kind, details[0].node.name.value)
            if definition is None:
                raise Decline("unknown field")
            if definition is TypeNameMetaFieldDef:
                constants.append((key, f'"{kind.name}"'))
                shape.append(f"{key}:__typename")
                continue
            self.count += 1
            if self.count > _FIELDS:
                raise Decline("number of fields")
            nodes = [detail.node for detail in details]
            field = Field(key, len(constants), nodes, definition, kind)
            constants.append((key, None))
            fields.append((self._texts(field, details), field.item))
            shape.append(field.shape)
            if depends is not None:
                depends = None if field.depends is None else _joined(depends, field.depends)
        snapshot = getattr(kind.extensions.get("handles"), "snapshot", None)
        selections = Selections(fields, constants, self._schema.extensions.get("snapshot"))
        selections.depends = depends
        selections.shape = _digest(kind.name, *shape)
        if snapshot is not None and depends is not None and fields:
            # Not the selections themselves as a key, which are dropped with their plan.
            kept_as: object = object() if depends else selections.shape
            selections.kept = KeptObjects(self._kept_texts, snapshot, depends, kept_as)
        return selections

    def _texts(self, field: Field, details: FieldDetailsList) -> Texts:
        if field.name.startswith("__"):
            return self._introspect(field)
        below: Selections | None = None
        if is_object_type(field.kind):
            below = self._below(field.kind, details)
        extensions, node = field.definition.extensions, field.nodes[0]
        arguments = self._arguments(field)
        complete: Complete | None = None
        if is_leaf_type(field.kind):
            field.depends = _NOTHING
        else:
            complete, from_batch = self._completed(field, details, below)
        batch = extensions.get("batch")
        if field.depends is not None:
            is_of_object = batch is not None or "call" in extensions
            names = variables_of(node)
            field.depends = _joined(field.depends, names) if is_of_object else None
        if arguments.constant == {}:
            field.item = self._item(field, below)
        written = ",".join(map(print_ast, node.arguments or ()))
        field.shape = _digest(field.key, field.name, written, below.shape if below else "")
        if batch is None:
            return self.ordinary(field, arguments, complete)
        ordinary = _Later(self, field, arguments, complete)
        if complete is not None:
            return batched(batch, arguments, ordinary, from_batch)
        if extensions.get("json"):
            return fragments(field, batch, arguments, ordinary)
        return columns(field, batch, arguments, ordinary)

    def _arguments(self, field: Field) -> Arguments:
        convert = field.definition.extensions.get("arguments")
        try:
            return arguments_of(field.definition, field.nodes[0], convert)
        except GraphQLError:
            raise Decline("arguments") from None

    def ordinary(self, field: Field, arguments: Arguments, complete: Complete | None) -> Texts:
        """The texts of a field without a batch; `complete` is None for a leaf."""
        if complete is None:
            assert is_leaf_type(field.kind)
            complete = leaves(field, field.kind)
        handles = field.parent.extensions.get("handles")
        ordinary = called(field, arguments, handles, complete)
        if ordinary is not None:
            return ordinary
        plain = arguments_of(field.definition, field.nodes[0], None)
        return resolved(field, plain, handles, self._infos, complete)

    def _item(self, field: Field, below: Selections | None) -> Item | None:
        """How the field is read of a single object, if it has no arguments."""
        kind, extensions = field.kind, field.definition.extensions
        reader = extensions.get("reader")
        if reader is None:
            return None
        if is_leaf_type(kind):
            return leaf_item(kind, field.nullable, reader)
        if not is_object_type(kind) or below is None:
            return None
        usual = None
        if "handles" not in kind.extensions and kind.is_type_of is not None:
            usual = usual_class(kind)
            if usual is None:
                return None
        return object_item(below.whole, field.nullable, reader, usual)

    def _completed(
        self, field: Field, details: FieldDetailsList, below: Selections | None
    ) -> tuple[Complete, Complete]:
        """What completes the objects of the field's resolver, and of its batch."""
        kind = field.kind
        if is_object_type(kind) and below is not None:
            handles = kind.extensions.get("handles")
            complete = of_object(field, kind, below, handles, self._infos)
            field.depends = below.depends
            if handles is not None:
                return complete, of_handles(field, below)
        elif is_abstract_type(kind):
            below_of = {
                possible.name: (possible, self._below(possible, details))
                for possible in self._schema.get_possible_types(kind)
            }
            complete = of_interface(field, kind, below_of, self._infos)
        else:
            raise Decline("unknown type")
        return complete, complete

    def _introspect(self, field: Field) -> Texts:
        text = self._introspection.compiled(self._document, self._operation, field.nodes)

        def texts(run: Run, frame: Frame) -> list[Any]:
            found = text(run.given)
            run.take(len(found))
            return [found]

        return texts


class _Later:
    """The texts of a field without its batch, which are seldom needed: compiled when they first
    are."""

    __slots__ = ("_arguments", "_compilation", "_complete", "_field", "_texts")

    def __init__(
        self,
        compilation: _Compilation,
        field: Field,
        arguments: Arguments,
        complete: Complete | None,
    ) -> None:
        self._compilation, self._field = compilation, field
        self._arguments, self._complete = arguments, complete
        self._texts: Texts | None = None

    def __call__(self, run: Run, frame: Frame) -> Sequence[Any]:
        if self._texts is None:
            self._texts = self._compilation.ordinary(self._field, self._arguments, self._complete)
        return self._texts(run, frame)


def _joined(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The members of both; no new set if the second one has none."""
    return one | other if other else one


def _digest(*parts: str) -> str:
    """A hash of texts: as a key, it takes little memory, however long they are."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
