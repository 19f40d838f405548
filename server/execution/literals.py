"""server.execution: documents without their literals: those that differ in them share one plan.

Clients without variables write values into the text, so that each request is a new document. The
literals of arguments are lifted: they become variables of the parsed document, whose names are
numbers, which no text can have. The values of a later text with the same shape are read by one
regular expression, and it needs neither parsing nor validation.

Not lifted are other parts of a document (directives, defaults), fields whose name occurs twice at
one place of the answer, which may be merged only if their arguments are equal, and texts with
comments or escapes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    FieldNode,
    FloatValueNode,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    IntValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    Visitor,
    get_nullable_type,
    visit,
)
from graphql.utilities.coerce_input_value import coerce_input_literal

from server.execution.document import Document, without_literals

__all__ = ["Lifted", "Literals"]

#: Most characters of all shapes, of all documents outside of their strings, and of one document.
_SHAPES, _OUTSIDES, _LONGEST = 50_000, 50_000, 4_096
_NUMBER = r"(?<![\w.])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])"
#: A string without escapes, or a number.
_LITERAL = re.compile(rf'"[^"]*"|{_NUMBER}', re.ASCII)
#: The same in a document whose strings are left out: each is one quotation mark.
_OUTSIDE = re.compile(rf'"|{_NUMBER}', re.ASCII)
#: What a string may be.
_STRING = re.compile(r"[^\x00-\x1f\ud800-\udfff]*")
#: Longest number that is read.
_DIGITS = 20
#: Characters that replace numbers in a shape. Texts with these characters are not valid.
_INT, _FLOAT = "\x02", "\x03"

#: The value of a literal, from the text of a number or in a string; Undefined if it is invalid.
Coerce = Callable[[str], Any]
_Place = tuple[str, ...]


class Lifted(NamedTuple):
    """A document without its literals, and their values by name."""

    document: Document
    #: As JSON would have them, for guards.
    given: Mapping[str, Any]
    #: As arguments have them.
    coerced: Mapping[str, Any]


@dataclass(slots=True)
class _Shape:
    """A shape, and a valid document of it."""

    text: str
    #: The document without its literals, once another text has the shape.
    document: Document | None = None
    #: The literals that are lifted, by their number: name, what reads and what coerces them.
    lifted: dict[int, tuple[str, Callable[[str], Any], Coerce]] = field(default_factory=dict)
    #: The other literals.
    fixed: dict[int, str] = field(default_factory=dict)


class _Outside(NamedTuple):
    """What is known of documents that differ in their strings only."""

    shape: _Shape
    #: The values of the lifted numbers.
    given: dict[str, Any]
    coerced: dict[str, Any]
    #: The lifted strings, by their number among the strings.
    lifted: list[tuple[int, str, Coerce]]
    #: The other strings.
    fixed: list[tuple[int, str]]


class Literals:
    """Remembers the shapes of valid documents."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._shapes = _Shapes(_SHAPES, lambda shape: len(shape.text))
        self._outsides: LRUCache[str, _Outside] = LRUCache(
            _OUTSIDES, lambda outside: len(outside.shape.text)
        )
        self._lock = Lock()

    def learn(self, text: str) -> None:
        """Remember the shape of a valid document."""
        split = _split(text)
        if split is not None:
            key = _OUTSIDE.sub(_marker, split[0])
            if key != split[0] or split[1]:
                with self._lock:
                    if key not in self._shapes:
                        self._shapes[key] = _Shape(text)

    def find(self, text: str) -> Lifted | None:
        """The document of another valid text that differs in its literals only, and the literals of
        this one; None if there is none, or if they are not surely valid."""
        split = _split(text)
        if split is None:
            return None
        with self._lock:
            outside = self._outsides.get(split[0])
            if outside is None or outside.shape.document is None:
                outside = self._recognized(split[0])
                if outside is None:
                    return None
        shape, strings = outside.shape, split[1]
        given, coerced = outside.given.copy(), outside.coerced.copy()
        for number, name, coerce in outside.lifted:
            value = coerced[name] = coerce(strings[number])
            if value is Undefined:
                return None
            given[name] = strings[number]
        for number, string in outside.fixed:
            if strings[number] != string:
                return None
        document = shape.document
        return None if document is None else Lifted(document, given, coerced)

    def _recognized(self, text: str) -> _Outside | None:
        """What is known of a document outside of its strings, which is kept."""
        shape = self._shapes.get(_OUTSIDE.sub(_marker, text))
        if shape is None:
            return None
        if shape.document is None:
            _lift(shape, self._schema)
        literals = _OUTSIDE.findall(text)
        # A text may have these characters itself; then it has fewer literals.
        if len(literals) != len(shape.lifted) + len(shape.fixed):
            return None
        outside, strings = _Outside(shape, {}, {}, [], []), 0
        for number, literal in enumerate(literals):
            is_string, is_lifted = literal == '"', number in shape.lifted
            if is_lifted:
                name, read, coerce = shape.lifted[number]
            if is_string:
                if is_lifted:
                    outside.lifted.append((strings, name, coerce))
                else:
                    outside.fixed.append((strings, shape.fixed[number]))
                strings += 1
            elif is_lifted:
                value = outside.coerced[name] = coerce(literal)
                if value is Undefined:
                    return None
                outside.given[name] = read(literal)
            elif literal != shape.fixed[number]:
                return None
        self._outsides[text] = outside
        return outside


class _Shapes(LRUCache[str, _Shape]):
    """Cached shapes."""

    def popitem(self) -> tuple[str, _Shape]:
        key, shape = super().popitem()
        if shape.document is not None:
            shape.document.drop()
            shape.document = None
        return key, shape


def _split(text: str) -> tuple[str, list[str]] | None:
    """A document outside of its strings, each of which is one quotation mark there, and the
    strings; None if it has anything but plain strings."""
    if len(text) > _LONGEST or "#" in text or "\\" in text or '"""' in text:
        return None
    pieces = text.split('"')
    if not len(pieces) % 2:
        return None
    strings = pieces[1::2]
    for string in strings:
        if not string.isprintable() and not _STRING.fullmatch(string):
            return None
    return '"'.join(pieces[::2]), strings


def _marker(found: re.Match[str]) -> str:
    """The marker of a literal in a shape."""
    literal = found[0]
    return literal if literal == '"' else _INT if _is_int(literal) else _FLOAT


def _is_int(literal: str) -> bool:
    return literal.removeprefix("-").isdigit()


def _lift(shape: _Shape, schema: GraphQLSchema) -> None:
    found = list(_LITERAL.finditer(shape.text))
    numbers = {literal.start(): number for number, literal in enumerate(found)}
    finder = _Finder(schema)
    visit(without_literals(shape.text, {}).node, TypeInfoVisitor(finder.types, finder))
    kinds = {numbers[start]: kind for start, kind in finder.found()}
    names: dict[int, str] = {}
    for number, match in enumerate(found):
        literal = match[0]
        if number in kinds:
            name = names[match.start()] = str(number)
            shape.lifted[number] = name, _read(literal), _coerce(literal, kinds[number])
        else:
            shape.fixed[number] = literal[1:-1] if literal[0] == '"' else literal
    shape.document = without_literals(shape.text, names)
    shape.document.errors = []


class _Finder(Visitor):
    """Finds the literals that can be lifted, and their types.

    Only fields at one place of the answer may be merged. Fields of fragments have many places: in
    documents with fragments, fields of one name count as if they were at one place.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self._elsewhere = 0
        self._has_fragments = False
        #: How many fields are at each place, and of each name.
        self._places: Counter[_Place] = Counter()
        self._names: Counter[str] = Counter()
        #: The place of the present field: the names on the way to it.
        self._place: _Place = ()
        self._found: list[tuple[_Place, int, GraphQLInputType]] = []

    def found(self) -> list[tuple[int, GraphQLInputType]]:
        """Positions in the text, and types."""
        return [
            (start, kind)
            for place, start, kind in self._found
            if (self._names[place[-1]] if self._has_fragments else self._places[place]) == 1
        ]

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name = (node.alias or node.name).value
        self._place = *self._place, name
        times = 1 + node.name.value.startswith("__")
        self._places[self._place] += times
        self._names[name] += times

    def leave_field(self, *_: Any) -> None:
        self._place = self._place[:-1]

    def enter_fragment_definition(self, *_: Any) -> None:
        self._has_fragments = True

    def enter_directive(self, *_: Any) -> None:
        self._elsewhere += 1

    def leave_directive(self, *_: Any) -> None:
        self._elsewhere -= 1

    enter_variable_definition, leave_variable_definition = enter_directive, leave_directive

    def _enter_literal(self, node: Any, *_: Any) -> None:
        kind = self.types.get_input_type()
        if kind is not None and not self._elsewhere and node.loc is not None:
            self._found.append((self._place, node.loc.start, kind))

    enter_string_value = enter_int_value = enter_float_value = _enter_literal


def _read(literal: str) -> Callable[[str], Any]:
    """What reads literals of the kind of this one as JSON values."""
    return int if _is_int(literal) else str


def _coerce(literal: str, kind: GraphQLInputType) -> Coerce:
    """What coerces literals of the kind of this one, where this type is expected."""
    nullable = get_nullable_type(kind)
    if literal[0] == '"':
        if nullable is GraphQLString or nullable is GraphQLID:
            return str
        return lambda text: coerce_input_literal(StringValueNode(value=text), kind)
    is_int = _is_int(literal)
    if is_int and nullable is GraphQLInt:
        return _int
    node = IntValueNode if is_int else FloatValueNode
    return lambda text: (
        coerce_input_literal(node(value=text), kind) if len(text) <= _DIGITS else Undefined
    )


def _int(text: str) -> Any:
    if len(text) > _DIGITS:
        return Undefined
    value = int(text)
    return value if GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else Undefined
