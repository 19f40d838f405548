"""server.execution: documents without their literals: those that differ in them share one plan.

Clients without variables write values into the text, so that each request is a new document. The
literals of arguments are lifted: they become variables of the parsed document, whose names are
numbers, which no text can have. The values of a later text with the same shape are read by one
regular expression, and it needs neither parsing nor validation.

Not lifted are other parts of a document (directives, defaults), fields whose name occurs twice in
the answer, which may be merged only if their arguments are equal, and texts with comments or
escapes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

#: Most characters of all shapes, and of one.
_CACHED, _LONGEST = 50_000, 4_096
#: A string without escapes, or a number.
_LITERAL = re.compile(
    r'("[^"\\\x00-\x1f\ud800-\udfff]*"'
    r"|(?<![\w.])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))",
    re.ASCII,
)
#: Longest number that is read.
_DIGITS = 20
#: Characters that replace literals in a shape. Texts with these characters are not valid.
_STRING, _INT, _FLOAT = "\x01", "\x02", "\x03"

#: The value of a literal, from its text without quotes; Undefined if it is invalid.
Coerce = Callable[[str], Any]


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
    #: The literals that are lifted: number, name, what reads and what coerces them.
    lifted: tuple[tuple[int, str, Callable[[str], Any], Coerce], ...] = ()
    #: The other literals.
    fixed: tuple[tuple[int, str], ...] = ()


class Literals:
    """Remembers the shapes of valid documents."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._shapes: LRUCache[str, _Shape] = _Shapes(_CACHED, _characters)
        self._lock = Lock()

    def learn(self, text: str) -> None:
        """Remember the shape of a valid document."""
        split = _split(text)
        if split is not None and split[1]:
            with self._lock:
                if split[0] not in self._shapes:
                    self._shapes[split[0]] = _Shape(text)

    def find(self, text: str) -> Lifted | None:
        """The document of another valid text that differs in its literals only, and the literals of
        this one; None if there is none, or if they are not surely valid."""
        split = _split(text)
        if split is None:
            return None
        key, literals = split
        with self._lock:
            shape = self._shapes.get(key)
            if shape is None:
                return None
            if shape.document is None:
                _lift(shape, self._schema)
        # A text may have these characters itself; then it has fewer literals.
        if len(literals) != len(shape.lifted) + len(shape.fixed) or shape.document is None:
            return None
        if any(literals[index] != literal for index, literal in shape.fixed):
            return None
        given: dict[str, Any] = {}
        coerced: dict[str, Any] = {}
        for index, name, read, coerce in shape.lifted:
            literal = literals[index]
            value = coerced[name] = coerce(literal)
            if value is Undefined:
                return None
            given[name] = read(literal)
        return Lifted(shape.document, given, coerced)


def _characters(shape: _Shape) -> int:
    return len(shape.text)


class _Shapes(LRUCache[str, _Shape]):
    """Cached shapes."""

    def popitem(self) -> tuple[str, _Shape]:
        key, shape = super().popitem()
        if shape.document is not None:
            shape.document.drop()
        return key, shape


def _split(text: str) -> tuple[str, list[str]] | None:
    """The shape of a document, and its literals as they are in the text."""
    if len(text) > _LONGEST or "#" in text or "\\" in text or '"""' in text:
        return None
    pieces = _LITERAL.split(text)
    literals = pieces[1::2]
    for index, literal in enumerate(literals):
        pieces[2 * index + 1] = _kind(literal)
    key = "".join(pieces)
    return None if '"' in key else (key, literals)


def _kind(literal: str) -> str:
    if literal[0] == '"':
        return _STRING
    return _INT if literal.removeprefix("-").isdigit() else _FLOAT


def _lift(shape: _Shape, schema: GraphQLSchema) -> None:
    numbers = {found.start(): number for number, found in enumerate(_LITERAL.finditer(shape.text))}
    finder = _Finder(schema)
    visit(without_literals(shape.text, {}).node, TypeInfoVisitor(finder.types, finder))
    literals = _LITERAL.findall(shape.text)
    kinds = {numbers[start]: kind for start, kind in finder.found()}
    shape.lifted = tuple(
        (number, str(number), _read(literals[number]), _coerce(literals[number], kind))
        for number, kind in kinds.items()
    )
    shape.fixed = tuple(
        (number, literal) for number, literal in enumerate(literals) if number not in kinds
    )
    names = {start: str(number) for start, number in numbers.items() if number in kinds}
    shape.document = without_literals(shape.text, names)
    shape.document.errors = []


class _Finder(Visitor):
    """Finds the literals that can be lifted, and their types."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self._elsewhere = 0
        self._names: Counter[str] = Counter()
        self._fields: list[str] = []
        self._found: list[tuple[str, int, GraphQLInputType]] = []

    def found(self) -> list[tuple[int, GraphQLInputType]]:
        """Positions in the text, and types."""
        return [(start, kind) for name, start, kind in self._found if self._names[name] == 1]

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name = (node.alias or node.name).value
        self._names[name] += 1 + node.name.value.startswith("__")
        self._fields.append(name)

    def leave_field(self, *_: Any) -> None:
        self._fields.pop()

    def enter_directive(self, *_: Any) -> None:
        self._elsewhere += 1

    def leave_directive(self, *_: Any) -> None:
        self._elsewhere -= 1

    enter_variable_definition, leave_variable_definition = enter_directive, leave_directive

    def _enter_literal(self, node: Any, *_: Any) -> None:
        kind = self.types.get_input_type()
        if kind is not None and not self._elsewhere and node.loc is not None:
            self._found.append((self._fields[-1], node.loc.start, kind))

    enter_string_value = enter_int_value = enter_float_value = _enter_literal


def _read(literal: str) -> Callable[[str], Any]:
    """What reads literals of the kind of this one as JSON values."""
    kind = _kind(literal)
    return _unquoted if kind == _STRING else int if kind == _INT else str


def _coerce(literal: str, kind: GraphQLInputType) -> Coerce:
    """What coerces literals of the kind of this one, where this type is expected."""
    nullable = get_nullable_type(kind)
    marker = _kind(literal)
    if marker == _STRING:
        if nullable is GraphQLString or nullable is GraphQLID:
            return _unquoted
        return lambda text: coerce_input_literal(StringValueNode(value=_unquoted(text)), kind)
    if marker == _INT and nullable is GraphQLInt:
        return _int
    node = IntValueNode if marker == _INT else FloatValueNode
    return lambda text: (
        coerce_input_literal(node(value=text), kind) if len(text) <= _DIGITS else Undefined
    )


def _unquoted(text: str) -> str:
    return text[1:-1]


def _int(text: str) -> Any:
    if len(text) > _DIGITS:
        return Undefined
    value = int(text)
    return value if GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else Undefined
