"""Null for an optional argument means its default, whichever argument it is."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from harness import Ask
from schema.graph import graphql_schema

#: Every argument and input field with a default, given by a variable: of games and of titles.
ALL = """query (
  $i: Int, $f: Float, $b: Boolean, $y: YearBasis, $r: RankingMethod, $m: SentimentMethod,
  $o: OrderDirection, $s: String, $l: [String!], $p: PriceMethod
) {
  bestDevelopers(year: 2011, first: $i, yearBasis: $y, ranking: $r) { rank }
  worstDevelopers(year: 2011, first: $i, yearBasis: $y, ranking: $r) { places { rank } }
  mostRecommendedGames(year: 2011, first: $i, yearBasis: $y, ranking: $r) { places { rank } }
  leastRecommendedGames(year: 2012, first: $i, yearBasis: $y, ranking: $r) { places { rank } }
  recommendForLibrary(
    games: [{ appId: "10", hours: $f }], first: $i, includeUnlisted: $b, diversity: $f) {
    score reason(first: $i) { because { contribution } } }
  catalogueYear(year: 2010) {
    topGenres(first: $i) { games } topSpecs(first: $i) { games }
    topMetascores(first: $i) { metascore } }
  priceEstimate(
    genres: $l, tags: $l, specs: $l, developer: $s, publisher: $s, earlyAccess: $b, releaseYear: $i,
    metascore: $i, method: $p
  ) { price method }
  game(appId: "10") {
    priceEstimate(method: $p) { price method }
    similarGames(first: $i, diversity: $f, includeUnlisted: $b) { score }
    reviewSentiment(threshold: $f, method: $m) { negative neutral positive }
    reviews(orderBy: { field: POSTED, direction: $o }) { nodes { id } } }
  user(userId: "ada") {
    recommendations(first: $i, excludeReviewed: $b, includeUnlisted: $b, diversity: $f) { score }
    reviewSentiment(threshold: $f, method: $m) { negative neutral positive }
    library(orderBy: { field: TITLE, direction: $o }) { nodes { id } } }
  developer(name: "orbit works") {
    reviewSentiment(threshold: $f, method: $m) { negative neutral positive } }
  genre(name: "action") { topPlayers(first: $i) { hours } }
  games(orderBy: { field: TITLE, direction: $o }) {
    nodes { id }
    aggregates {
      developers(first: $i) { count } tags(first: $i) { count } publishers(first: $i) { count } } }
  users(orderBy: { field: USER_ID, direction: $o }) { nodes { id } }
  developers(orderBy: { field: NAME, direction: $o }) { nodes { id } }
  genres(orderBy: { field: NAME, direction: $o }) { nodes { id } }
}"""


TITLES = """query (
  $i: Int, $f: Float, $k: [TitleKind!], $d: DurationType, $o: OrderDirection, $e: EstimateMethod
) {
  verdictForRatings(
    ratings: [{ titleId: "as2", rating: 4 }], titleId: "ns1", threshold: $f, method: $e
  ) { recommended }
  longestTitles(durationType: $d, kinds: $k) { titleId }
  titleCount(kinds: $k)
  topActors(platform: NETFLIX, year: 2018, kinds: $k) { name }
  actors(search: "ada", first: $i) { name }
  title(titleId: "as2") { similarTitles(first: $i) { score } }
  titles(orderBy: { field: TITLE, direction: $o }) {
    nodes { id } aggregates { genres(first: $i) { count } countries(first: $i) { count } } }
  viewers(orderBy: { field: RATING_COUNT, direction: $o }) { nodes { id } }
  viewer(viewerId: "7") {
    verdict(titleId: "ns1", threshold: $f, method: $e) { recommended }
    recommendations(first: $i) { title { titleId } }
    ratings(orderBy: { field: RATING, direction: $o }) { nodes { id } } }
}"""


def optional() -> Iterator[tuple[str, object]]:
    """Every argument and input field with a default, and its type."""
    for kind in graphql_schema().type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                if field.default_value is not Undefined:
                    yield f"{kind.name}.{name}", field.type
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                for argument, given in field.args.items():
                    if given.default_value is not Undefined:
                        yield f"{kind.name}.{name}({argument}:)", given.type


def test_every_argument_with_a_default_is_nullable() -> None:
    kinds = dict(optional())
    assert [place for place, kind in kinds.items() if isinstance(kind, GraphQLNonNull)] == []


def test_the_documents_above_sets_each_of_them() -> None:
    info = TypeInfo(graphql_schema())
    given: set[str] = set()

    class Given(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: object) -> None:
            given.add(f"{info.get_parent_type()}.{names[-1]}({node.name.value}:)")

        def enter_field(self, node: FieldNode, *_: object) -> None:
            names.append(node.name.value)

        def leave_field(self, *_: object) -> None:
            names.pop()

        def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
            given.add(f"{get_named_type(info.get_parent_input_type())}.{node.name.value}")

    names: list[str] = []
    for document in (ALL, TITLES):
        visit(parse(document), TypeInfoVisitor(info, Given()))
    assert {place for place, _ in optional()} <= given


def test_null_gives_the_answer_of_the_default(ask: Ask) -> None:
    nulls = ask(ALL, i=None, f=None, b=None, y=None, r=None, m=None, o=None)
    assert "errors" not in nulls
    assert nulls == ask(ALL)
    assert len(nulls["data"]["game"]["similarGames"]) == 5
    assert len(nulls["data"]["bestDevelopers"]) > 0


def test_null_gives_the_answer_of_the_default_about_titles(ask_titles: Ask) -> None:
    nulls = ask_titles(TITLES, i=None, f=None, k=None, d=None, o=None, e=None)
    assert "errors" not in nulls
    assert nulls == ask_titles(TITLES)
    assert len(nulls["data"]["title"]["similarTitles"]) == 5
    assert len(nulls["data"]["topActors"]) == 2
