# ruff: noqa: E501, UP031
"""Documents that a stranger might send to make the server work, and what they do.

Each is one line; `%` formats them, because they are full of braces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["ATTACKS", "EXPENSIVE", "Attack"]


@dataclass(frozen=True)
class Attack:
    """A request, and the limit that refuses it; "" if it is executed or invalid, but cheap."""

    name: str
    query: str
    limit: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    operation: str | None = None

    @property
    def request(self) -> dict[str, Any]:
        """The body of the request."""
        return {
            "query": self.query,
            "variables": self.variables,
            "operationName": self.operation,
        }


def many(count: int, text: str) -> str:
    """The text, with the number of each repetition in place of `#`."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


def nested(turns: int, head: str, tail: str = "") -> str:
    return head * turns + " __typename " + tail * turns


_GAMES = "{ games(first: 100) { nodes { %s } } }"
_TYPES = "{ __schema { types { %s } } }"
_LETTERS = "abcdefghijklmnopqrstuvwxyz" * 3 + "abcdefghijklmnopqrstu"
_LIBRARY = [{"appId": str(10 * number), "hours": 3.5} for number in range(10_000)]
_FRAGMENTS = "title tags specs developer { name } genres { name }"
_INPUT = "[LibraryGame!]!"

ATTACKS = [
    # The document's size
    Attack("256 KB of comments", "# " + "x" * 262_144 + "\n{ __typename }", "characters"),
    Attack("256 KB of blanks", "{ __typename" + " " * 262_144 + "}", "characters"),
    Attack("256 KB in a string", '{ games(search: "%s") { totalCount } }' % ("x" * 262_144), "characters"),
    Attack("100 KB in a string", '{ games(search: "%s") { totalCount } }' % ("x" * 99_000)),
    Attack("100 KB of escapes", '{ games(search: "%s") { totalCount } }' % ("\\u0041" * 16_000)),
    Attack("100 KB block string", '{ games(search: """%s""") { totalCount } }' % ("x\n" * 49_000)),
    Attack("a name of 100 KB", "{ " + "x" * 99_000 + " }"),
    Attack("an alias of 90 KB on each game", _GAMES % ("x" * 90_000 + ": title")),
    Attack("an integer of 99,000 digits", "{ games(first: %s) { totalCount } }" % ("9" * 99_000)),
    Attack("5,001 tokens", "{ " + "a " * 5_000 + "}", "tokens"),
    Attack("50,000 brackets", "{" * 50_000),
    Attack("150 nested brackets", "{ a " * 150 + "}" * 150, "depth"),
    Attack("150 nested lists", "{ games(orderBy: %s) { totalCount } }" % ("[" * 150 + "]" * 150)),
    Attack("150 nested filters", "{ games(filter: %s) { totalCount } }" % ("{not: " * 150 + "{}" + "}" * 150)),
    # Breadth
    Attack("1,000 root fields", "{ " + many(1_000, "__typename") + " }", "selections"),
    Attack("500 root fields", "{ " + many(500, "__typename") + " }", "repeats"),
    Attack("70 root fields", "{ " + many(45, "a#: __typename") + " " + many(25, "__typename") + " }", "root_fields"),
    Attack("1,000 aliases", "{ " + many(1_000, "a#: __typename") + " }", "selections"),
    Attack("101 aliases", "{ " + many(101, "a#: __typename") + " }", "aliases"),
    Attack("aliases in a fragment", "{ ...F } fragment F on Query { " + many(60, "a#: dataset { games }") + " }", "aliases"),
    Attack("1,000 repeated fields", _GAMES % many(1_000, "title"), "selections"),
    Attack("700 repeated fields", "{ games(first: 3) { nodes { " + many(700, "title") + " } } }", "repeats"),
    Attack("300 repeated objects", _GAMES % many(300, "developer { name }"), "repeats"),
    Attack("100 repeated objects", "{ games(first: 3) { nodes { " + many(100, "developer { name }") + " } } }"),
    Attack("repeated objects in fragments", _GAMES % many(40, "...F#") + many(40, f" fragment F# on Game {{ {_FRAGMENTS} }}"), "repeats"),
    Attack("400 includes", "{ games { nodes { " + many(400, "title @include(if: true)") + " } } }", "directives"),
    Attack("60 unknown directives", "{ __typename " + many(60, "@aa") + " }", "directives"),
    Attack("unknown fields", "{ " + many(49, "gamez#") + " }"),
    Attack("700 unknown fields", "{ games(first: 3) { nodes { " + many(700, "titel#") + " } } }"),
    Attack("1,500 unknown fields of a filter", "{ games(filter: {" + many(1_500, "f#: 1") + "}) { totalCount } }"),
    Attack("unknown arguments", "{ games(" + many(800, "argument#: 1") + ") { totalCount } }"),
    Attack("100 operations", many(100, "query Q# { __typename }"), "operations", operation="Q1"),
    Attack("100 fragments", "{ __typename } " + many(100, "fragment F# on Query { __typename }"), "fragments"),
    Attack("600 variables", "query (" + many(600, "$v#: Int") + ") { __typename }", "variables"),
    Attack("definitions of types", "{ __typename } " + many(700, "type T# { a: Int }")),
    # Depth
    Attack("20 turns of developer and games", '{ developer(name: "a") { ' + nested(20, "games(first: 1) { nodes { developer { ", "} } }") + " } }", "depth"),
    Attack("fragments in a cycle", _GAMES % "...A" + " fragment A on Game { developer { games { nodes { ...B } } } } fragment B on Game { developer { games { nodes { ...A } } } }", "cost"),
    Attack("a fragment in itself", "{ ...A } fragment A on Query { ...A }"),
    Attack("a dense graph of fragments", _GAMES % "...F0" + " " + " ".join(f"fragment F{i} on Game {{ title {' '.join(f'...F{j}' for j in range(i + 1, 30))} }}" for i in range(30)), "repeats"),
    Attack("doubling fragments", _GAMES % "...F0" + " " + " ".join(f"fragment F{i} on Game {{ a{i}: similarGames {{ game {{ ...F{i + 1} }} }} b{i}: similarGames {{ game {{ ...F{i + 1} }} }} }}" for i in range(8)) + " fragment F8 on Game { title }", "cost"),
    # Introspection
    Attack("__schema aliased 50 times", "{ " + many(50, "a#: __schema { types { name } }") + " }", "introspection_fields"),
    Attack("__schema nested 9 deep", _TYPES % nested(9, "fields { type { ", "} }"), "depth"),
    Attack("__schema nested 4 deep", _TYPES % nested(4, "fields { type { ", "} }"), "introspection_depth"),
    Attack("__schema nested by possible types", _TYPES % nested(3, "possibleTypes { interfaces { ", "} }"), "introspection_depth"),
    Attack("__schema five times", "{ " + many(5, "a#: __schema { types { fields { name description args { name description type { name } } type { name } } } }") + " }", "cost"),
    # Cost
    Attack("similar games of similar games", _GAMES % "similarGames(first: 50) { game { similarGames(first: 50) { game { title } } } }", "cost"),
    Attack("the same by variables", "query ($a: Int, $b: Int = 50) { games(first: $a) { nodes { similarGames(first: $b) { game { similarGames(first: $b) { game { title } } } } } } }", "cost", {"a": 100}),
    Attack("players and libraries, one turn", _GAMES % "players(first: 100) { nodes { library(first: 100) { nodes { title } } } }", "cost"),
    Attack("players and libraries, by default pages", "{ games { nodes { " + nested(2, "players { nodes { library { nodes { ", "} } } }") + " } } }", "cost"),
    Attack("fifty folded libraries", f"query ($g: {_INPUT}) {{ " + many(50, "a#: recommendForLibrary(games: $g) { score }") + " }", "cost", {"g": _LIBRARY[:10]}),
    Attack("two large folded libraries", f"query ($g: {_INPUT}) {{ " + many(2, "a#: recommendForLibrary(games: $g, first: 50) { score }") + " }", "cost", {"g": _LIBRARY}),
    Attack("recommendations for each user", "{ users(first: 100) { nodes { recommendations(diversity: 0.5) { score } } } }", "cost"),
    Attack("one reason for each of fifty players", "{ users(first: 50, orderBy: [{field: ITEMS_COUNT, direction: DESC}]) { nodes { recommendations(first: 1) { reason { text } } } } }", "cost"),
    Attack("a folded library of 10,000 games", f"query ($g: {_INPUT}) {{ recommendForLibrary(games: $g) {{ score }} }}", variables={"g": _LIBRARY}),
    Attack("reasons of similar games", _GAMES % "similarGames(first: 5) { reason { text } }", "cost"),
    Attack("thirty searches", "{ " + many(30, 'a#: games(search: "a#") { totalCount }') + " }", "cost"),
    Attack("searches in each list", '{ developers(first: 100) { nodes { games(search: "a") { totalCount } } } }', "cost"),
    Attack("190 conditions on titles", "{ games(filter: {or: [" + many(190, '{title: {contains: "qz#"}}') + "]}) { totalCount } }", "cost"),
    Attack("190 conditions in a variable", "query ($f: GameFilter) { games(filter: $f) { totalCount } }", "cost", {"f": {"or": [{"title": {"contains": f"qz{n}"}} for n in range(190)]}}),
    Attack("ten sort keys, ten times", "{ " + many(10, "a#: users(orderBy: [" + "{field: MONEY_SPENT} " * 10 + "]) { totalCount }") + " }", "cost"),
    Attack("all facets of each genre", "{ genres(first: 100) { nodes { games { aggregates { tags { count } publishers { count } developers { count } genres { count } years { count } } } } } }", "cost"),
    Attack("reviews of each game's users", _GAMES % "reviews(first: 100) { nodes { user { reviews(first: 100) { nodes { text } } } } }", "cost"),
    # Errors
    Attack("fifty unknown developers", "{ " + many(50, 'a#: developer(name: "no such name #") { name }') + " }"),
    Attack("fifty unknown titles of games", "{ " + many(50, 'a#: game(appId: "no such game #") { appId }') + " }"),
    Attack("an unknown id that grows when it is folded", "query ($v: ID!) { game(appId: $v) { title } }", variables={"v": "\ufdfa" * 200}),
    Attack("unknown names of a hundred words", "query ($v: ID!, $n: String!) { game(appId: $v) { title } developer(name: $n) { name } }", variables={"v": " ".join(_LETTERS), "n": " ".join(_LETTERS)}),
    Attack("fifty lists of unknown ids", "{ " + many(50, 'a#: nodes(ids: ["' + '", "'.join(map(str, range(60))) + '"]) { id }') + " }", "cost"),
    Attack("an error for each game", _GAMES % "players(first: 101) { totalCount }"),
    Attack("invalid variables", "query (" + many(90, "$v#: Int!") + ") { games { totalCount } }"),
    Attack("an invalid cursor of 90 KB", '{ games(after: "%s") { totalCount } }' % ("x" * 90_000)),
    Attack("nine searches of a hundred words", "query ($v: String) { " + many(9, "a#: users(search: $v, first: 1) { totalCount }") + " }", variables={"v": " ".join(_LETTERS)}),
    Attack("nine searches of texts that grow", "query ($v: String) { " + many(9, "a#: games(search: $v, first: 1) { totalCount }") + " }", variables={"v": "\ufdfa" * 190}),
    Attack("a search that finds nothing, slowly", '{ games(search: "%s") { totalCount } }' % " ".join("abcdefghijklmnopqrstuvwxyz" * 3)),
]  # fmt: skip

_FILTERED = "query ($f: GameFilter) { games(filter: $f) { totalCount } }"
_BY_NAME = "query ($n: String!) { developer(name: $n) { name } genre(name: $n) { name } }"


def _deep(levels: int) -> dict[str, Any]:
    """A filter of nested `not`, `and` and `or`."""
    where: dict[str, Any] = {"title": {"contains": "a"}}
    for _ in range(levels // 3):
        where = {"not": {"and": [{"or": [where, {"metascore": {"gte": 30}}]}]}}
    return where


def _deeply(value: list[Any], levels: int) -> list[Any]:
    """A list within lists."""
    for _ in range(levels):
        value = [value]
    return value


#: Values rather than documents: names, filters, lists and variables of a hostile kind.
ATTACKS += [
    Attack("50 names with quotes", "{ " + many(50, 'a#: developer(name: "Garry\'s \\"Mod\\" #") { name }') + " }"),
    Attack("a name from right to left with 2,000 accents", _BY_NAME, variables={"n": "\u202e\u200bValve" + "\u0301" * 2_000}),
    Attack("a name that grows and is as long as names may be, fifty times", "query ($n: String!) { " + many(50, "a#: developer(name: $n) { name }") + " }", variables={"n": "\ufdfa" * 500}),
    Attack("names that grow, fifty of them", "query (" + many(50, "$n#: String!") + ") { " + many(50, "a#: developer(name: $n#) { name }") + " }", variables={f"n{n}": "\ufdfa" * 490 + str(n) for n in range(50)}),
    Attack("a name of 900 KB", _BY_NAME, variables={"n": "Valve " * 150_000}),
    Attack("a name of 180,000 HTML escapes", _BY_NAME, variables={"n": "&amp;" * 180_000}),
    Attack("a name that grows when it is folded", _BY_NAME, variables={"n": "\ufdfa" * 140_000}),
    Attack("a name that grows when it is folded, fifty times", "query ($n: String!) { " + many(50, "a#: developer(name: $n) { name }") + " }", variables={"n": "\ufdfa" * 140_000}),
    Attack("texts that grow when they are folded, in conditions", _FILTERED, "cost", {"f": {"title": {"in": ["\ufdfa" * 500] * 280}}}),
    Attack("a user id of 900 KB", "query ($n: ID!) { user(userId: $n) { userId } }", variables={"n": "x" * 900_000}),
    Attack("titles in three scripts", "query ($a: String, $b: String, $c: String) { a: games(search: $a) { totalCount } b: games(search: $b) { totalCount } c: games(search: $c) { totalCount } }", variables={"a": "\u9280\u6cb3\u82f1\u96c4\u4f1d\u8aac", "b": "\u0421\u0422\u0410\u041b\u041a\u0415\u0420", "c": "\u0627\u0644\u0639\u0631\u0628\u064a\u0629"}),
    Attack("a search that repeats itself", '{ games(search: "%s") { totalCount } }' % ("aaaa aaaa aaab " * 6)),
    Attack("the commonest words in each search", "query ($a: String) { games(search: $a) { totalCount } users(search: $a) { totalCount } developers(search: $a) { totalCount } }", variables={"a": "the of a and in to"}),
    Attack("a condition on casts in the ratings of each of the busiest viewers", '{ viewers(first: 90, orderBy: [{field: RATING_COUNT, direction: DESC}]) { nodes { ratings(first: 1, filter: {title: {castMember: {contains: "b"}}}) { totalCount } } } }'),
    Attack("a condition on titles in the library of each of the busiest users", '{ users(first: 90, orderBy: [{field: ITEMS_COUNT, direction: DESC}]) { nodes { library(first: 1, filter: {game: {title: {contains: "b"}}}) { totalCount } } } }'),
    Attack("all facets of everything", "{ games { aggregates { price { min max median mean } genres { count } years { count } developers { count } tags { count } publishers { count } priceBands { count } free { count } earlyAccess { count } } } }"),
    Attack("from a game to its developer's games and their genres' games", '{ game(appId: "220") { developer { games(first: 20) { nodes { genres { games(first: 20) { nodes { developer { games(first: 5) { nodes { title } } } } } } } } } } }', "cost"),
    Attack("100 sort keys", "query ($o: [UserOrder!]) { users(orderBy: $o) { totalCount } }", "cost", {"o": [{"field": "MONEY_SPENT"}] * 100}),
    Attack("a filter of 50 levels", _FILTERED, variables={"f": _deep(50)}),
    Attack("30,000 conditions", _FILTERED, "cost", {"f": {"or": [{"price": {"gte": 1}}] * 30_000}}),
    Attack("50,000 empty filters", _FILTERED, "cost", {"f": {"and": [{"or": [{"not": {"and": [{}]}}] * 20}] * 600}}),
    Attack("a few hundred empty filters, fifty times", "query ($f: GameFilter) { " + many(50, "a#: games(filter: $f) { totalCount }") + " }", "cost", {"f": {"or": [{}] * 400}}),
    Attack("60,000 conditions that are null", _FILTERED, "cost", {"f": {"or": [{"price": None}] * 50_000}}),
    Attack("10,000 ids in a condition", _FILTERED, "cost", {"f": {"appId": {"in": [str(number) for number in range(10_000)]}}}),
    Attack("90,000 numbers in nine conditions", _FILTERED, "cost", {"f": {"and": [{"hours": {"in": [number / 2 for number in range(10_000)]}}] * 9}}),
    Attack("10,000 excluded games", "query ($e: [ID!]) { recommendForLibrary(games: [], exclude: $e) { score } }", variables={"e": [str(number) for number in range(10_000)]}),
    Attack("10,000 ids of nodes", "query ($i: [ID!]!) { nodes(ids: $i) { id } }", "cost", {"i": [str(number) for number in range(10_000)]}),
    Attack("50 forged cursors", "{ " + many(50, 'a#: games(after: "R2FtZTo#") { totalCount }') + " }"),
    Attack("first: 2147483647", "{ games(first: 2147483647) { nodes { title } } users(first: 2147483647) { nodes { userId } } }"),
    Attack("negative pages", '{ games(first: -1) { nodes { title } } game(appId: "220") { similarGames(first: -2147483648) { score } } }'),
    Attack("49 nested fragments", "{ ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(48)) + " fragment F48 on Query { games { totalCount } }"),
    Attack("a list of 900 KB instead of a number", "query ($a: Int) { games(first: $a) { totalCount } }", variables={"a": [1] * 300_000}),
    Attack("an object of 900 KB instead of a number", "query ($a: Int) { games(first: $a) { totalCount } }", variables={"a": {str(number): number for number in range(55_000)}}),
    Attack("9,000 games without ids", f"query ($g: {_INPUT}) {{ recommendForLibrary(games: $g) {{ score }} }}", variables={"g": [{"appId": 1.5, "hours": "x"}] * 9_000}),
    Attack("9,000 games with other fields", f"query ($g: {_INPUT}) {{ recommendForLibrary(games: $g) {{ score }} }}", variables={"g": [{"appId": "1", f"x{number}": 1} for number in range(9_000)]}),
    Attack("40,000 games", f"query ($g: {_INPUT}) {{ recommendForLibrary(games: $g) {{ score }} }}", "cost", {"g": [{"appId": "1"}] * 40_000}),
    Attack("8,000 games played for longer than the universe exists", f"query ($g: {_INPUT}) {{ recommendForLibrary(games: $g) {{ score }} }}", variables={"g": [{"appId": str(number), "hours": 1e308} for number in range(8_000)]}),
    Attack("100,000 numbers that take long to read", "{ __typename }", variables={"a": [1e308] * 100_000}),
    Attack("an object with 60,000 unknown fields", _FILTERED, variables={"f": {f"k{number}": 1 for number in range(60_000)}}),
    Attack("200,000 lists in a hundred others", "{ __typename }", variables={"a": _deeply([[] for _ in range(200_000)], 100)}),
    Attack("900 KB of variables that nobody declares", "{ __typename }", variables={"a": [{"b": 1}] * 90_000}),
    Attack("10,000 tags of an estimated price", "query ($t: [String!]) { priceEstimate(tags: $t) { price } }", variables={"t": [f"tag {number}" for number in range(10_000)]}),
]  # fmt: skip

#: Operations that the limits allow, many of them at nearly the whole budget.
EXPENSIVE = [
    Attack("100 games with similar games", _GAMES % "appId title developer { name } genres { name } similarGames(first: 5) { score game { appId title } }"),
    Attack("75 games with 25 similar games", "{ games(first: 75) { nodes { similarGames(first: 25) { score source game { appId title price } } } } }"),
    Attack("libraries of 60 players", "{ users(first: 60) { nodes { library(first: 60) { nodes { appId title } } } } }"),
    Attack("100 texts of reviews of 10 games", "{ games(first: 10, orderBy: [{field: REVIEW_COUNT, direction: DESC}]) { nodes { reviews(first: 100) { nodes { text } } } } }"),
    Attack("reasons for the largest libraries", "{ users(first: 5, orderBy: [{field: ITEMS_COUNT, direction: DESC}]) { nodes { recommendations { reason { text } } } } }"),
    Attack("filtered recommendations for the largest libraries", "{ users(first: 10, orderBy: [{field: ITEMS_COUNT, direction: DESC}]) { nodes { recommendations(filter: {price: {lte: 10}}) { score } } } }"),
    Attack("seven searches", "{ " + many(7, 'a#: games(search: "the a of # in on") { totalCount }') + " }"),
    Attack("a search with errors", '{ games(search: "assassns cred brotherhod unlimted edtion") { nodes { title } } }'),
    Attack("ten folded libraries of 100 games", f"query ($g: {_INPUT}) {{ " + many(10, "a#: recommendForLibrary(games: $g) { score }") + " }", variables={"g": _LIBRARY[:100]}),
    Attack("all facets of all games", "{ games { aggregates { tags { count } publishers { count } developers { count } genres { count } years { count } } } }"),
    Attack("all facets of two genres", "{ genres(first: 2) { nodes { games { aggregates { tags { count } publishers { count } developers { count } } } } } }"),
    Attack("50 conditions on titles", "{ games(filter: {or: [" + many(50, '{title: {contains: "qz#"}}') + "]}) { totalCount } }"),
    Attack("a page with 13 sort keys", "{ users(orderBy: [" + "{field: MONEY_SPENT} {field: ITEMS_COUNT} " * 3 + "]) { totalCount } }"),
]  # fmt: skip
