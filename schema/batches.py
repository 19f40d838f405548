"""schema: fields that are declared once and read for one object or for a whole list.

An entry is an object in lists: a node, an edge, a similar game. Its `row` says which one it is: the
row of a table, or a record. `values`, `batch` and `each` make a Strawberry field of a method.
`install` gives the field's batch to executors that read a level of an answer at once, and pass rows
around instead of objects.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from operator import attrgetter, itemgetter
from typing import (
    Any,
    ClassVar,
    ForwardRef,
    NamedTuple,
    Self,
    TypeVar,
    get_origin,
)

import msgspec
import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from datastore.store import Store
from schema.column_values import Column, Reader, itself, named
from schema.docstrings import docstring

__all__ = [
    "BATCH",
    "HANDLES",
    "JSON",
    "READER",
    "SNAPSHOT",
    "Column",
    "Entry",
    "Handles",
    "batch",
    "each",
    "install",
    "itself",
    "part",
    "values",
]

#: Key of a field's batch in the `extensions` of the executable schema. In the metadata of a
#: Strawberry field: a function that returns the batch for the objects' `Handles`.
BATCH = "batch"
#: Key of the `Handles` of an object type, in its `extensions`.
HANDLES = "handles"
#: Key of what returns a function that reads a field's value by handle, next to `BATCH`; the store
#: keeps the function. None if only the batch can read it.
READER = "reader"
#: Key of whether a field's batch returns JSON texts, next to `BATCH`.
JSON = "json"
#: Key, in the `extensions` of the executable schema, of what returns the store of a context.
SNAPSHOT = "snapshot"

Make = Callable[[Any, Any], Any]
#: Returns a value for each source, from the context, the sources and the arguments of a field.
Batch = Callable[..., Sequence[Any]]
#: Reads a value by row.
Read = Callable[[Any], Any]


@strawberry.type
class Entry:
    """An object in lists, made of the store and of its row when it is needed."""

    #: All types of entries by name; each registers itself when its class is defined.
    types: ClassVar[dict[str, type[Entry]]] = {}
    #: Whether a row is that of a table, so that it means the same as long as the store is open.
    is_of_table: ClassVar[bool] = False

    store: strawberry.Private[Store]
    row: strawberry.Private[Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Entry.types[cls.__name__] = cls

    @classmethod
    def of(cls, source: Any, row: Any) -> Self:
        """The entry of a row, in the store of `source`."""
        return cls(store=source.store, row=row)


class Source(NamedTuple):
    """Where entries are made: the store, and for edges the type of their nodes."""

    store: Store
    kind: str


class _Info(msgspec.Struct, frozen=True):
    """What root fields read of Strawberry's `Info`."""

    context: Any


class Handles:
    """How entries of one type become handles, and handles entries."""

    def __init__(self, entry: type[Entry], kind: str) -> None:
        self._entry = entry
        self._kind = kind
        makes_itself = entry.of.__func__ is Entry.of.__func__  # type: ignore[attr-defined]
        # People check whether they are hidden when they are made.
        self._is_plain = makes_itself and not hasattr(entry, "__post_init__")
        #: Returns the store of a context, in which an entry always answers the same; None if its
        #: row is a record.
        self.snapshot = attrgetter("store") if entry.is_of_table else None

    def of(self, objects: Sequence[Any]) -> list[Any]:
        """The handles of objects."""
        return [entry.row for entry in objects]

    def make(self, context: Any, handle: Any) -> Any:
        """The object of a handle. Raises Forbidden for a person if these are hidden."""
        return self._entry.of(Source(context.store, self._kind), handle)

    def reader(self, context: Any) -> Any:
        """An entry for methods that read only its `store`."""
        if not self._is_plain:
            return self.make(context, None)
        # Half the time of the constructor, which would be a fifth of a point query's.
        entry = self._entry.__new__(self._entry)
        entry.store, entry.row = context.store, None
        return entry


def values(
    type_: Any, description: str | None = None, *, written: bool = False
) -> Callable[[Callable[[Any], Column]], Any]:
    """Make a field of this type of an entry's method that returns a column.

    The method reads only the `store` of its entry. The store keeps the column, which must not refer
    to it. A missing value of an array becomes null, the value of an enum its member, and the row of
    an entry that entry. Batches of enums, dates and lists of texts return JSON: see
    `schema.column_values`. So do those of texts that are `written`, which the store keeps for all
    rows.
    """
    read, make = Reader(type_, written=written), _maker(type_)

    def declare(method: Callable[[Any], Column]) -> Any:
        def resolve(self: Any) -> Any:
            value = read.one(method(self), self.row)
            return value if make is None else _made(make, self, value)

        def batch_of(handles: Handles) -> Batch:
            def many(context: Any, rows: Sequence[Any]) -> Sequence[Any]:
                derived = context.store.derived
                values_of = derived.get(many)
                if values_of is None:
                    column = method(handles.reader(context))
                    values_of = derived[many] = read.values(column)
                found: Sequence[Any] = values_of(rows)
                return found

            return many

        def reader(handles: Handles) -> Callable[[Any], Read | None]:
            def kept(context: Any) -> Read | None:
                derived = context.store.derived
                if kept not in derived:
                    derived[kept] = read.single(method(handles.reader(context)))
                found: Read | None = derived[kept]
                return found

            return kept

        made = _field(method, type_, resolve, batch_of, description, is_json=read.is_json)
        made.metadata = {**made.metadata, READER: reader}
        return made

    return declare


def batch(type_: Any) -> Callable[[Callable[..., Sequence[Any]]], Any]:
    """Make a field of this type of an entry's method that takes rows, and the field's arguments,
    and returns a list with one value for each row. The method reads only the `store` of its
    entry."""
    make = _maker(type_)

    def declare(method: Callable[..., Sequence[Any]]) -> Any:
        def resolve(self: Any, **arguments: Any) -> Any:
            (value,) = method(self, [self.row], **arguments)
            return value if make is None else _made(make, self, value)

        def batch_of(handles: Handles) -> Batch:
            return lambda context, rows, **arguments: method(
                handles.reader(context), rows, **arguments
            )

        return _field(method, type_, resolve, batch_of)

    return declare


def each(type_: Any, description: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Make a field of this type of a method of any object, which returns entries as rows."""
    make = _maker(type_)

    def declare(method: Callable[..., Any]) -> Any:
        def resolve(self: Any, **arguments: Any) -> Any:
            value = method(self, **arguments)
            return value if make is None else _made(make, self, value)

        def batch_of(handles: Handles | None) -> Batch:
            def many(context: Any, sources: Sequence[Any], **arguments: Any) -> list[Any]:
                if handles is not None:
                    sources = [handles.make(context, source) for source in sources]
                return [method(source, **arguments) for source in sources]

            return many

        def reader(handles: Handles | None) -> Callable[[Any], Read | None]:
            return lambda context: method if handles is None else None

        made = _field(method, type_, resolve, batch_of, description)
        if get_origin(type_) is not list:  # long ones are better read by columns
            made.metadata = {**made.metadata, READER: reader}
        return made

    return declare


def part(type_: Any, name: str | int, description: str, size: Any = None) -> Any:
    """A field of this type that is an attribute, or an item by its number, of an entry's record.

    `size` is that of a list: see `schema.costs.items`."""
    read = itemgetter(name) if isinstance(name, int) else attrgetter(name)
    declared = values(type_, description)(lambda self: read)
    declared.directives = [size] if size else []
    return declared


def install(graph: GraphQLSchema) -> None:
    """Store handles and batches in the `extensions` of an executable schema: those of a type under
    `HANDLES`, the batch of a field under `BATCH`. Root fields have batches, too."""
    graph.extensions[SNAPSHOT] = attrgetter("store")
    kinds = [kind for kind in graph.type_map.values() if isinstance(kind, GraphQLObjectType)]
    for kind in kinds:
        declared = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if declared is not None and issubclass(declared.origin, Entry):
            node = next(iter(declared.type_var_map.values()), declared.origin)
            kind.extensions[HANDLES] = Handles(declared.origin, node.__name__)
    for kind in kinds:
        for field in kind.fields.values():
            declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            if isinstance(declared, StrawberryField):
                batch_of = declared.metadata.get(BATCH)
                many = batch_of(kind.extensions.get(HANDLES)) if batch_of else None
                many = many or _of_root(field, declared)
                if many is not None:
                    field.extensions[BATCH] = many
                    if READER in declared.metadata:
                        handles = kind.extensions.get(HANDLES)
                        field.extensions[READER] = declared.metadata[READER](handles)
                    field.extensions[JSON] = declared.metadata.get(JSON, False)


def _of_root(field: GraphQLField, declared: StrawberryField) -> Batch | None:
    """The batch of a field whose method reads the store from the context of its `info`."""
    resolver = declared.base_resolver
    if resolver is None or resolver.info_parameter is None:
        return None
    method: Any = resolver.wrapped_func
    handles = get_named_type(field.type).extensions.get(HANDLES)

    def many(context: Any, sources: Sequence[Any], **arguments: Any) -> list[Any]:
        info, found = _Info(context), []
        for source in sources:
            try:
                value = method(source, info=info, **arguments)
            except Exception as error:
                value = error
            else:
                if handles is not None and value is not None:
                    value = handles.of(value) if isinstance(value, list) else value.row
            found.append(value)
        return found

    return many


def _field(
    method: Callable[..., Any],
    type_: Any,
    resolve: Callable[..., Any],
    batch_of: Callable[[Any], Batch],
    description: str | None = None,
    *,
    is_json: bool = False,
) -> Any:
    signature = inspect.signature(method)
    own = [one for one in signature.parameters.values() if one.name != "rows"]
    resolver: Any = resolve
    resolver.__signature__ = signature.replace(parameters=own, return_annotation=type_)
    resolver.__module__ = method.__module__  # where Strawberry looks annotations up
    return strawberry.field(
        resolver=resolver,
        description=description or docstring(method),
        metadata={BATCH: batch_of, JSON: is_json},
    )


def _maker(type_: Any) -> Any:
    """Makes an entry of a source and a row; None if the type is not one of entries."""
    inner = named(type_)
    if isinstance(inner, TypeVar):
        return lambda source, row: Entry.types[source.kind].of(source, row)
    if isinstance(inner, ForwardRef):
        name = inner.__forward_arg__
        return lambda source, row: Entry.types[name].of(source, row)
    return inner.of if isinstance(inner, type) and issubclass(inner, Entry) else None


def _made(make: Make, source: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [make(source, row) for row in value]
    return None if value is None else make(source, value)
