"""The schema as clients read it: shape, descriptions, and the committed file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
    validate_schema,
)

from schema.graph import sdl

FILE = Path(__file__).parents[2] / "schema.graphql"
PAGE = {"first": "Int", "last": "Int", "after": "String", "before": "String"}


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(sdl())


def own_types(graph: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for kind in graph.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind


def field(graph: GraphQLSchema, place: str) -> GraphQLField:
    type_name, name = place.split(".")
    kind = graph.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return kind.fields[name]


def written(argument: GraphQLArgument) -> str:
    """Type and default as written in the schema."""
    assert argument.ast_node is not None
    default = argument.ast_node.default_value
    return str(argument.type) + ("" if default is None else f" = {print_ast(default)}")


def required(arguments: dict[str, GraphQLArgument]) -> set[str]:
    return {name for name, argument in arguments.items() if written(argument).endswith("!")}


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert FILE.read_text(encoding="utf-8") == sdl() + "\n", "run: playgraph sdl > schema.graphql"


def test_the_schema_is_valid(graph: GraphQLSchema) -> None:
    assert validate_schema(graph) == []


def test_everything_has_a_description(graph: GraphQLSchema) -> None:
    bare = []
    for kind in own_types(graph):
        # Strawberry describes its scalars itself, where they need it.
        bare += [] if kind.description else [kind.name]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, entry in kind.fields.items():
                bare += [] if entry.description else [f"{kind.name}.{name}"]
                for argument, value in entry.args.items():
                    bare += [] if value.description else [f"{kind.name}.{name}({argument}:)"]
        if isinstance(kind, GraphQLInputObjectType):
            for name, given in kind.fields.items():
                bare += [] if given.description else [f"{kind.name}.{name}"]
        if isinstance(kind, GraphQLEnumType):
            for name, member in kind.values.items():
                bare += [] if member.description else [f"{kind.name}.{name}"]
    assert bare == []


@pytest.mark.parametrize(
    ("client", "places"),
    [
        ("developer(desarrollador)", ["Query.developer", "Developer.releaseYears"]),
        (
            "userdata(User_id)",
            [
                "Query.user", "User.itemsCount", "User.moneySpent", "User.pricedItems",
                "User.recommendPercent", "User.reviewCount", "User.recommendedReviews",
            ],
        ),
        ("UserForGenre(genero)", ["Query.genre", "Genre.topPlayer"]),
        ("best_developer_year(año)", ["Query.bestDevelopers"]),
        (
            "developer_reviews_analysis(desarrolladora)",
            ["Query.developer", "Developer.reviewSentiment"],
        ),
        ("recomendacion_juego(id de producto)", ["Query.game", "Game.similarGames"]),
    ],
)  # fmt: skip
def test_what_answers_a_question_ends_with_the_clients_name_for_it(
    graph: GraphQLSchema, client: str, places: list[str]
) -> None:
    last = {}
    for place in places:
        description = field(graph, place).description or ""
        last[place] = description.splitlines()[-1]
    lacking = [
        place
        for place, line in last.items()
        if not line.startswith("Client's name") or client not in line.partition(": ")[2].split(", ")
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("Query.developer", "Developer"),
        ("Query.user", "User"),
        ("Query.genre", "Genre"),
        ("Query.game", "Game"),
        ("Query.bestDevelopers", "[BestDeveloper!]"),
        ("Query.developers", "DeveloperConnection!"),
        ("Query.genres", "GenreConnection!"),
        ("Query.users", "UserConnection!"),
        ("Query.games", "GameConnection!"),
        ("Query.node", "Node"),
        ("Query.nodes", "[Node]!"),
        ("Query.dataset", "Dataset!"),
        ("Developer.name", "String!"),
        ("Developer.companies", "[String!]!"),
        ("Developer.itemCount", "Int!"),
        ("Developer.releaseYears", "[ReleaseYear!]!"),
        ("Developer.reviewSentiment", "ReviewSentiment!"),
        ("Developer.games", "GameConnection!"),
        ("ReleaseYear.year", "Int"),
        ("ReleaseYear.items", "Int!"),
        ("ReleaseYear.freeItems", "Int!"),
        ("ReleaseYear.freePercent", "Float!"),
        ("ReleaseYear.unknownPriceItems", "Int!"),
        ("ReviewSentiment.negative", "Int!"),
        ("ReviewSentiment.neutral", "Int!"),
        ("ReviewSentiment.positive", "Int!"),
        ("ReviewSentiment.total", "Int!"),
        ("User.userId", "ID!"),
        ("User.itemsCount", "Int!"),
        ("User.moneySpent", "Float!"),
        ("User.pricedItems", "Int!"),
        ("User.recommendPercent", "Float"),
        ("User.reviewCount", "Int!"),
        ("User.recommendedReviews", "Int!"),
        ("User.recommendations", "[RecommendedGame!]!"),
        ("RecommendedGame.game", "Game!"),
        ("RecommendedGame.score", "Float!"),
        ("RecommendedGame.source", "RecommendationSource!"),
        ("Genre.name", "String!"),
        ("Genre.gameCount", "Int!"),
        ("Genre.topPlayer", "TopPlayer"),
        ("Genre.games", "GameConnection!"),
        ("TopPlayer.user", "User!"),
        ("TopPlayer.hours", "Float!"),
        ("BestDeveloper.rank", "Int!"),
        ("BestDeveloper.developer", "Developer!"),
        ("BestDeveloper.recommendations", "Int!"),
        ("Game.appId", "ID!"),
        ("Game.title", "String"),
        ("Game.inCatalogue", "Boolean!"),
        ("Game.developer", "Developer"),
        ("Game.publisher", "String"),
        ("Game.genres", "[Genre!]!"),
        ("Game.tags", "[String!]!"),
        ("Game.specs", "[String!]!"),
        ("Game.releaseDate", "Date"),
        ("Game.releaseYear", "Int"),
        ("Game.price", "Float"),
        ("Game.isFree", "Boolean"),
        ("Game.earlyAccess", "Boolean"),
        ("Game.metascore", "Int"),
        ("Game.reviewSentiment", "ReviewSentiment!"),
        ("Game.similarGames", "[SimilarGame!]!"),
        ("SimilarGame.game", "Game!"),
        ("SimilarGame.score", "Float!"),
        ("SimilarGame.source", "RecommendationSource!"),
        ("SimilarGame.sharedPlayers", "Int!"),
        ("Dataset.version", "String!"),
        ("Dataset.demo", "Boolean!"),
        ("Dataset.crawlYear", "Int"),
        ("Dataset.games", "Int!"),
        ("Dataset.users", "Int!"),
        ("Dataset.reviews", "Int!"),
        ("Dataset.playRows", "Int!"),
        ("Dataset.coverage", "Coverage!"),
        ("PageInfo.hasNextPage", "Boolean!"),
        ("PageInfo.hasPreviousPage", "Boolean!"),
        ("PageInfo.startCursor", "String"),
        ("PageInfo.endCursor", "String"),
    ],
)
def test_the_fields_that_clients_rely_on_have_their_types(
    graph: GraphQLSchema, place: str, kind: str
) -> None:
    assert str(field(graph, place).type) == kind


def test_hours_by_release_year_are_rows_of_year_and_hours(graph: GraphQLSchema) -> None:
    # The name of the type is nobody's business.
    kind = field(graph, "TopPlayer.hoursByReleaseYear").type
    row = get_named_type(kind).name
    assert str(kind) == f"[{row}!]!"
    assert str(field(graph, f"{row}.year").type) == "Int"
    assert str(field(graph, f"{row}.hours").type) == "Float!"


def test_the_time_of_the_build_is_shown(graph: GraphQLSchema) -> None:
    assert str(field(graph, "Dataset.builtAt").type) == "DateTime!"


@pytest.mark.parametrize("kind", ["Game", "User", "Developer", "Genre"])
def test_connections_edges_and_nodes_are_never_null(graph: GraphQLSchema, kind: str) -> None:
    shape = {
        f"{kind}Connection.edges": f"[{kind}Edge!]!",
        f"{kind}Connection.pageInfo": "PageInfo!",
        f"{kind}Connection.totalCount": "Int!",
        f"{kind}Edge.node": f"{kind}!",
        f"{kind}Edge.cursor": "String!",
        f"{kind}.id": "ID!",
    }
    assert {place: str(field(graph, place).type) for place in shape} == shape
    entry = graph.type_map[kind]
    assert isinstance(entry, GraphQLObjectType)
    assert [interface.name for interface in entry.interfaces] == ["Node"]


@pytest.mark.parametrize(
    "place",
    [
        "Query.games", "Query.users", "Query.developers", "Query.genres", "User.library",
        "Developer.games", "Genre.games",
    ],
)  # fmt: skip
def test_connections_take_the_page_arguments_and_require_none(
    graph: GraphQLSchema, place: str
) -> None:
    arguments = field(graph, place).args
    assert {name: str(arguments[name].type) for name in PAGE} == PAGE
    assert required(arguments) == set()


@pytest.mark.parametrize(
    ("place", "arguments"),
    [
        ("Query.developer", {"name": "String!"}),
        ("Query.user", {"userId": "ID!"}),
        ("Query.genre", {"name": "String!"}),
        ("Query.game", {"appId": "ID!"}),
        ("Query.node", {"id": "ID!"}),
        ("Query.nodes", {"ids": "[ID!]!"}),
        (
            "Query.bestDevelopers",
            {"year": "Int!", "first": "Int = 3", "yearBasis": "YearBasis = REVIEW"},
        ),
        ("Game.similarGames", {"first": "Int = 5"}),
        ("User.recommendations", {"first": "Int = 10"}),
    ],
)  # fmt: skip
def test_questions_take_their_arguments_with_their_defaults(
    graph: GraphQLSchema, place: str, arguments: dict[str, str]
) -> None:
    taken = field(graph, place).args
    assert {name: written(taken[name]) for name in arguments} == arguments
    assert required(taken) == {name for name, kind in arguments.items() if kind.endswith("!")}


@pytest.mark.parametrize(
    ("enum", "values"),
    [
        ("RecommendationSource", ["ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR"]),
        ("YearBasis", ["REVIEW", "RELEASE"]),
    ],
)
def test_the_enums_have_their_values(graph: GraphQLSchema, enum: str, values: list[str]) -> None:
    kind = graph.type_map[enum]
    assert isinstance(kind, GraphQLEnumType)
    assert list(kind.values) == values


def test_every_type_can_be_reached_from_the_root(graph: GraphQLSchema) -> None:
    assert graph.query_type is not None
    reached: set[str] = set()
    waiting: list[GraphQLNamedType] = [graph.query_type]
    while waiting:
        kind = waiting.pop()
        if kind.name in reached:
            continue
        reached.add(kind.name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for entry in kind.fields.values():
                waiting.append(get_named_type(entry.type))
                waiting += [get_named_type(argument.type) for argument in entry.args.values()]
        if isinstance(kind, GraphQLInputObjectType):
            waiting += [get_named_type(given.type) for given in kind.fields.values()]
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            waiting += graph.get_possible_types(kind)
    assert {kind.name for kind in own_types(graph)} <= reached
