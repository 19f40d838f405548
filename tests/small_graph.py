"""A small graph with costs, random documents for it, and a count of their cost by expansion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    build_schema,
    get_named_type,
    value_from_ast_untyped,
)
from hypothesis import strategies as st

from schema.costs import COST, INTROSPECTION, ArgumentCost, FieldCost, sized_by
from schema.costs import items as list_of
from server.guard.arguments import CHARACTER, OBJECT

__all__ = ["GRAPH", "MOST", "by_expansion", "documents", "variables"]

#: Largest and default page of the graph: small, because the expansion visits each entry.
MOST, DEFAULT = 4, 2
#: Entries that a shorter list of similar games counts with.
LEAST = 2

GRAPH = build_schema("""
    type Query {
      game(id: ID): Game
      games(first: Int, last: Int, filter: Filter, search: String): Games!
      many(ids: [ID!]!): [Game]!
    }
    type Games { nodes: [Game!]!, edges: [Edge!]!, total: Int! }
    type Edge { node: Game!, cursor: String! }
    type Game {
      title: String
      tags: [String!]!
      similar(first: Int = 3): [Game!]!
      games(first: Int, last: Int, filter: Filter, search: String): Games!
    }
    input Filter { title: Text, and: [Filter!] }
    input Text { eq: String, in: [String!] }
""")
PAGE = sized_by("first", "last", most=MOST, default=DEFAULT, fields=("nodes", "edges"))
COSTS = {
    "Query.game": FieldCost(5),
    "Query.games": FieldCost(20, {"filter": ArgumentCost(3, 8), "search": ArgumentCost(100)}, PAGE),
    "Query.many": FieldCost(2, {"ids": ArgumentCost(4)}, sized_by("ids", most=MOST)),
    "Game.tags": FieldCost(2, {}, list_of(3)),
    "Game.similar": FieldCost(6, {}, sized_by("first", most=MOST, least=LEAST)),
    "Game.games": FieldCost(7, {"filter": ArgumentCost(2), "search": ArgumentCost(50)}, PAGE),
}
#: Weight of each operator of the filter.
OPERATORS = {"eq": 14.0, "in": 3.0}

for kind in GRAPH.type_map.values():
    if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
        for name, field in kind.fields.items():
            field.extensions[COST] = COSTS.get(f"{kind.name}.{name}", FieldCost())
for name, operator in GRAPH.type_map["Text"].fields.items():
    operator.extensions[COST] = OPERATORS[name]


def by_expansion(document: DocumentNode, values: Mapping[str, Any]) -> float:
    """The cost of the only operation, by visiting each field of each entry of each list."""
    (operation,) = (n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    given = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value
    } | dict(values)

    def included(node: Any) -> bool:
        for directive in node.directives or ():
            condition = value_from_ast_untyped(directive.arguments[0].value, given)
            if condition is (directive.name.value == "skip"):
                return False
        return True

    def visit(selections: SelectionSetNode, kind: str, page: int) -> float:
        total = 0.0
        for node in filter(included, selections.selections):
            if isinstance(node, FieldNode):
                total += visit_field(node, kind, page)
            elif isinstance(node, FragmentSpreadNode):
                total += visit(fragments[node.name.value], kind, page)
            else:
                total += visit(node.selection_set, kind, page)
        return total

    def visit_field(node: FieldNode, kind: str, page: int) -> float:
        place, below = f"{kind}.{node.name.value}", node.selection_set
        if node.name.value == "__typename":
            return INTROSPECTION.weight
        declared = GRAPH.type_map[kind].fields[node.name.value]
        inner = get_named_type(declared.type).name
        arguments = {
            argument.name.value: value
            for argument in node.arguments or ()
            if (value := value_from_ast_untyped(argument.value, given)) is not Undefined
        }
        total = COSTS[place].weight if place in COSTS else 1.0
        for name, cost in (COSTS[place].arguments if place in COSTS else {}).items():
            if arguments.get(name) is not None:
                total += cost.base + cost.weight * times(arguments[name])
                if name == "filter":
                    total += OBJECT * objects(arguments[name])
                    total += CHARACTER * characters(arguments[name])
        if place in ("Games.nodes", "Games.edges"):
            for _ in range(page):
                total += 1.0 + visit(below, inner, 0)
        elif place == "Game.tags":
            total += 3 * 0.2
        elif place in ("Game.similar", "Query.many"):
            ids = arguments.get("ids")
            size = len(ids) if isinstance(ids, list) else arguments.get("first")
            least = LEAST if place == "Game.similar" else 0
            for _ in range(min(MOST, 3 if size is None else max(least, size))):
                total += 1.0 + visit(below, inner, 0)
        elif place in ("Query.games", "Game.games"):
            asked = [arguments[n] for n in ("first", "last") if arguments.get(n) is not None]
            size = max(0, min([*asked, MOST] if asked else [DEFAULT]))
            total += size + visit(below, inner, size)
        elif below:
            total += visit(below, inner, 0)
        return total

    return visit(operation.selection_set, "Query", 0)


def times(value: Any) -> float:
    """How often the weight of an argument with this value counts."""
    if value is None:
        return 0.0
    if isinstance(value, list):
        return float(len(value))
    if not isinstance(value, dict):
        return 1.0
    total = sum(times(part) for part in value.get("and") or [])
    for operator, given in (value.get("title") or {}).items():
        if given is not None:
            more = len(given) / 100 if isinstance(given, list) else 0.0
            total += OPERATORS[operator] * (1 + more)
    return total


def objects(value: Any) -> int:
    """How many objects are in a filter."""
    if isinstance(value, list):
        return sum(map(objects, value))
    return 1 + sum(map(objects, value.values())) if isinstance(value, dict) else 0


def characters(value: Any) -> int:
    """How many characters the texts of a filter have."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(characters, value)) if isinstance(value, list) else 0


#: Fragments by number, and the type each is on. A fragment spreads later ones only.
_ON = ("Query", "Games", "Game", "Game", "Games", "Game")
_HEAD = (
    "query ($n: Int = 1, $m: Int, $yes: Boolean! = true, $no: Boolean!, $ids: [ID!]! = [1, 2], "
    "$f: Filter, $s: String) "
)


def variables() -> st.SearchStrategy[dict[str, Any]]:
    """Values for the variables of `documents`; some are omitted or null."""
    text = {"title": {"eq": "a", "in": ["b", "c"]}}
    return st.fixed_dictionaries(
        {"no": st.booleans()},
        optional={
            "n": st.one_of(st.none(), st.integers(-1, 6)),
            "m": st.one_of(st.none(), st.integers(0, 4)),
            "yes": st.booleans(),
            "ids": st.lists(st.just("1"), max_size=6),
            "f": st.sampled_from([None, {}, text, {"and": [text, {"and": [text]}]}]),
            "s": st.sampled_from([None, "half life"]),
        },
    )


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A valid document with fragments, variables and directives."""

    def selections(kind: str, depth: int, first: int) -> str:
        chosen = draw(st.lists(st.sampled_from(_CHOICES[kind]), min_size=1, max_size=3))
        parts = [selection(kind, choice, depth, first) for choice in chosen]
        return " ".join(["{", _LEAF[kind], *parts, "}"])

    def selection(kind: str, choice: str, depth: int, first: int) -> str:
        directive = draw(st.sampled_from(["", "", "", *_DIRECTIVES]))
        if choice == "...":
            later = [i for i in range(first, len(_ON)) if _ON[i] == kind]
            return f"...F{draw(st.sampled_from(later))} {directive}" if later else ""
        if choice == "inline":
            return f"... on {kind} {directive} {selections(kind, depth, first)}" if depth else ""
        head, inner = choice.partition(" ")[0], choice.partition(" ")[2]
        alias = draw(st.sampled_from(["", "a: ", "b: "]))
        arguments = draw(st.sampled_from(_ARGUMENTS.get(head, [""])))
        if not inner:
            return f"{alias}{head}{arguments} {directive}"
        if not depth:
            return ""
        return f"{alias}{head}{arguments} {directive} {selections(inner, depth - 1, first)}"

    body = selections("Query", 3, 0)
    fragments = [
        f"fragment F{i} on {kind} {selections(kind, 2, i + 1)}" for i, kind in enumerate(_ON)
    ]
    return f"{_HEAD} {body} {' '.join(fragments)}"


_LEAF = {"Query": "__typename", "Games": "total", "Game": "title", "Edge": "cursor"}
_DIRECTIVES = [
    "@include(if: $yes)", "@skip(if: $no)", "@include(if: false)", "@skip(if: true) @skip(if: $no)",
]  # fmt: skip
_CHOICES = {
    "Query": ["game Game", "games Games", "many Game", "...", "inline"],
    "Games": ["nodes Game", "edges Edge", "total", "...", "inline"],
    "Edge": ["node Game", "cursor"],
    "Game": ["title", "tags", "similar Game", "games Games", "...", "inline"],
}
_PAGES = [
    "", "(first: 3)", "(first: 0)", "(first: 9)", "(first: -2)", "(last: $n)", "(first: $m)",
    "(first: 3, last: $n)", "(first: null)", "(filter: $f)", "(search: $s, first: 1)",
    '(search: "x")', '(filter: {title: {eq: "a"}})', "(filter: {title: {in: $ids}, and: [{}]})",
]  # fmt: skip
_ARGUMENTS = {
    "game": ["", "(id: 1)"],
    "games": _PAGES,
    "many": ["(ids: [1, 2, 3])", "(ids: $ids)", "(ids: [])"],
    "similar": ["", "(first: 1)", "(first: $n)", "(first: $m)", "(first: null)", "(first: 50)"],
}
