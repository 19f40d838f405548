"""Random GraphQL requests for a schema: valid ones, and ones with every kind of fault.

A document consists of texts and values. Rendering it again chooses other values, so that one
document gives many of the same shape.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
)

__all__ = ["RandomDocument", "RandomDocuments", "Request"]

#: Deepest nesting of fields, and most fields, of a document.
_DEEPEST, _LARGEST = 6, 40
#: Share of values that are wrong for their type, of arguments that are variables, of selections
#: with a directive, and of documents that are damaged.
_WRONG, _VARIABLE, _DIRECTIVE, _DAMAGED = 0.02, 0.25, 0.08, 0.06
#: Arguments that are given less often, because most of their values are refused.
_LIKELY = {"after": 0.08, "before": 0.05, "last": 0.1}
_WORDS = [
    "",
    "a",
    "Counter-Strike",
    "ñandú",
    "\ud83c\udfae",
    'a "quoted" word',
    "back\\slash",
    "two\nlines",
]
_NUMBERS = [0, 1, 2, 3, 5, 10, 50, 100]


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its document, variables, and the name of its operation."""

    text: str
    variables: dict[str, Any]
    operation: str | None = None


class _Enum(str):
    """A value that is written without quotes."""

    __slots__ = ()


Part = str | Callable[[Random], str]


@dataclass(slots=True)
class RandomDocument:
    """A document whose values are open, with a choice for the value of each variable."""

    parts: list[Part] = field(default_factory=list)
    variables: dict[str, Callable[[Random], Any]] = field(default_factory=dict)
    operation: str | None = None

    def request(self, random: Random) -> Request:
        """The document with values chosen at random. A variable may be left out."""
        text = "".join(part if isinstance(part, str) else part(random) for part in self.parts)
        values = {name: choose(random) for name, choose in self.variables.items()}
        given = {name: value for name, value in values.items() if value is not Undefined}
        return Request(text, given, self.operation)


class RandomDocuments:
    """Makes random documents. `values` has usual values of arguments and input fields by name."""

    def __init__(
        self, schema: GraphQLSchema, random: Random, values: Mapping[str, Sequence[Any]]
    ) -> None:
        self._schema = schema
        self._random = random
        self._values = values

    def document(self) -> RandomDocument:
        """A new document."""
        return _Writer(self._schema, self._random, self._values).document()


class _Writer:
    """Writes one document."""

    def __init__(
        self, schema: GraphQLSchema, random: Random, values: Mapping[str, Sequence[Any]]
    ) -> None:
        self.schema = schema
        self.random = random
        self.values = values
        self.made = RandomDocument()
        self.declared: list[list[Part]] = []
        self.fragments: list[list[Part]] = []
        self.room = random.randint(1, _LARGEST)
        self.names = 0

    def document(self) -> RandomDocument:
        random, made = self.random, self.made
        assert self.schema.query_type is not None
        body = self.selections(self.schema.query_type, 0)
        name = random.choice(["", "", "Q", "Other"])
        made.parts = ["query ", name] if name or self.declared else []
        if self.declared:
            made.parts += ["(", *_joined(self.declared, ", "), ")"]
        made.parts += body
        fragments = [part for fragment in self.fragments for part in fragment]
        # In front, their literals move the places of all that comes after.
        is_first = len(made.parts) % 3 == 0
        made.parts = fragments + made.parts if is_first else made.parts + fragments
        if name and random.random() < 0.2:
            made.parts += [" query Second { __typename }"]
            made.operation = random.choice([name, name, "Second", "Missing", None])
        if random.random() < _DAMAGED:
            self.damage()
        return made

    def damage(self) -> None:
        """Make the document invalid, most likely."""
        parts, random = self.made.parts, self.random
        place = random.randrange(len(parts))
        part = parts[place]
        if isinstance(part, str) and part:
            cut = random.randrange(len(part))
            spoilt = random.choice(["", "}", "{", "x", "$", "@", '"', "...", "\x00", "é"])
            parts[place] = part[:cut] + spoilt + part[cut + 1 :]
        else:
            del parts[place]

    def selections(self, kind: GraphQLNamedType, depth: int) -> list[Part]:
        """A selection set on a type with fields."""
        entries: list[list[Part]] = []
        used: set[str] = set()
        for _ in range(self.random.choice([1, 2, 2, 3, 4, 6])):
            chance = self.random.random()
            has_fields = not isinstance(kind, GraphQLUnionType)
            if chance < 0.06 or self.room <= 0:
                entries.append([self.alias("__typename", used), *self.directives()])
            elif depth < _DEEPEST and (chance < 0.16 or not has_fields):
                entries.append(self.fragment(kind, depth))
            elif has_fields:
                entries.append(self.field(kind, depth, used))
        entries = entries or [["__typename"]]
        if self.random.random() < 0.04:
            entries.append(list(self.random.choice(entries)))  # a field that is asked for twice
        return ["{ ", *_joined(entries, " "), " }"]

    def field(self, kind: GraphQLNamedType, depth: int, used: set[str]) -> list[Part]:
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        fields = dict(kind.fields)
        if depth >= _DEEPEST or self.room <= 1:
            plain = {
                n: f for n, f in fields.items() if not is_composite_type(get_named_type(f.type))
            }
            fields = {n: f for n, f in plain.items() if not _requires(f)}
            if not fields:
                return [self.alias("__typename", used)]
        name = self.random.choice(list(fields))
        chosen = fields[name]
        self.room -= 1
        used_up = used if not chosen.args else set(fields)  # another alias: arguments may differ
        parts: list[Part] = [self.alias(name, used_up), *self.arguments(chosen), *self.directives()]
        result = get_named_type(chosen.type)
        if is_composite_type(result):
            if is_abstract_type(result) and self.random.random() < 0.8:
                parts += [" { __typename ", *self.fragment(result, depth + 1), " }"]
            else:
                parts += [" ", *self.selections(result, depth + 1)]
        return parts

    def alias(self, name: str, used: set[str]) -> str:
        if name not in used and self.random.random() < 0.7:
            used.add(name)
            return name
        return f"{self.name('a')}: {name}"

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def fragment(self, kind: GraphQLNamedType, depth: int) -> list[Part]:
        """An inline or a named fragment on this type, or on one that it may be."""
        on: GraphQLNamedType = kind
        if is_abstract_type(kind):
            on = self.random.choice(self.schema.get_possible_types(kind))
        elif isinstance(kind, GraphQLObjectType) and kind.interfaces and self.random.random() < 0.2:
            on = self.random.choice(kind.interfaces)
        body = self.selections(on, depth + 1)
        if self.random.random() < 0.5:
            condition = f"on {on.name} " if on is not kind or self.random.random() < 0.5 else ""
            return [f"... {condition}", *self.directives(), " ", *body]
        name = self.name("F")
        self.fragments.append([f" fragment {name} on {on.name} ", *body])
        return [f"...{name}", *self.directives()]

    def directives(self) -> list[Part]:
        if self.random.random() >= _DIRECTIVE:
            return []
        name = self.random.choice(["skip", "include"])
        if self.random.random() < 0.5:
            return [f" @{name}(if: {self.random.choice(['true', 'false'])})"]
        variable = self.variable("Boolean!", None, lambda random: random.random() < 0.5)
        return [f" @{name}(if: ${variable})"]

    def arguments(self, chosen: GraphQLField) -> list[Part]:
        given: list[list[Part]] = []
        for name, argument in chosen.args.items():
            required = isinstance(argument.type, GraphQLNonNull)
            likely = _LIKELY.get(name, 0.35)
            if required and argument.default_value is Undefined:
                likely = 0.99
            if self.random.random() < likely:
                given.append([f"{name}: ", *self.argument(argument.type, name)])
        return ["(", *_joined(given, ", "), ")"] if given else []

    def argument(self, kind: Any, name: str) -> list[Part]:
        # The same choices for each rendering: only the values differ, not the shape.
        seed = self.random.getrandbits(32)

        def value(random: Random) -> Any:
            return self.value(kind, name, Random(seed), random)

        if self.random.random() >= _VARIABLE:
            return [lambda random: _literal(value(random))]
        declared, default = str(kind), None
        nullable = get_nullable_type(kind)
        if nullable is not kind and self.random.random() < 0.2:
            declared = str(nullable)  # invalid without a default
        if self.random.random() < 0.3:
            default = value

        def chosen(random: Random) -> Any:
            return Undefined if random.random() < 0.2 else _json(value(random))

        return [f"${self.variable(declared, default, chosen)}"]

    def variable(
        self,
        kind: str,
        default: Callable[[Random], Any] | None,
        value: Callable[[Random], Any],
    ) -> str:
        name = self.name("v")
        parts: list[Part] = [f"${name}: {kind}"]
        if default is not None:
            parts += [" = ", lambda random: _literal(default(random))]
        self.declared.append(parts)
        self.made.variables[name] = value
        return name

    def value(self, kind: Any, name: str, shape: Random, random: Random, depth: int = 0) -> Any:
        """A value: its form is chosen by `shape`, its content by `random`."""
        if isinstance(kind, GraphQLNonNull):
            if shape.random() < _WRONG:
                return None
            kind = kind.of_type
        elif shape.random() < 0.06:
            return None
        if shape.random() < _WRONG:
            return shape.choice(["x", 7, 1.5, True, _Enum("NOWHERE"), [], {}, 2**40, -1])
        if isinstance(kind, GraphQLList):
            if shape.random() < 0.15:
                return self.value(kind.of_type, name, shape, random, depth)  # an item alone
            count = shape.choice([0, 1, 1, 2, 3])
            return [self.value(kind.of_type, name, shape, random, depth) for _ in range(count)]
        if isinstance(kind, GraphQLEnumType):
            return _Enum(shape.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self.input_object(kind, shape, random, depth)
        return self.scalar(kind, name, shape, random)

    def input_object(
        self, kind: GraphQLInputObjectType, shape: Random, random: Random, depth: int
    ) -> dict[str, Any]:
        required = [n for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)]
        optional = [n for n in kind.fields if n not in required]
        few = shape.sample(optional, min(len(optional), shape.choice([0, 1, 1, 2])))
        chosen = [*required, *([] if depth > 2 else few)]
        values = {n: self.value(kind.fields[n].type, n, shape, random, depth + 1) for n in chosen}
        if shape.random() < _WRONG:
            values["unknown"] = 1
        return values

    def scalar(self, kind: GraphQLNamedType, name: str, shape: Random, random: Random) -> Any:
        usual = self.values.get(name)
        if usual and shape.random() < 0.9:
            return random.choice(usual)
        if kind.name == "Int":
            return (
                random.choice(_NUMBERS) if shape.random() < 0.9 else random.choice([-1, 101, 2**31])
            )
        if kind.name == "Float":
            return random.choice([0, 0.5, 1, 2.25, 1e3, -0.125])
        if kind.name == "Boolean":
            return shape.random() < 0.5
        if kind.name == "Date":
            return random.choice(["2014-01-01", "2017-06-30", "never"])
        if kind.name == "ID" and shape.random() < 0.1:
            return random.choice(_NUMBERS)
        return random.choice(_WORDS)


def _requires(chosen: GraphQLField) -> bool:
    return any(
        isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined
        for argument in chosen.args.values()
    )


def _joined(lists: Sequence[Sequence[Part]], mark: str) -> list[Part]:
    parts: list[Part] = []
    for entry in lists:
        if parts:
            parts.append(mark)
        parts += entry
    return parts


def _literal(value: Any) -> str:
    if isinstance(value, _Enum):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(item)}" for name, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    return str(value) if isinstance(value, str) else value
