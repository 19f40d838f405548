"""gql for Python: introspects the server, checks queries against it, and builds them itself."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def gql(python_client: Callable[[str], ModuleType]) -> ModuleType:
    return python_client("gql")


@pytest.fixture(scope="session")
def client(gql: ModuleType, server: str) -> Any:
    """A client that has fetched the schema from the server."""
    from gql.transport.httpx import HTTPXTransport

    client = gql.Client(transport=HTTPXTransport(url=server), fetch_schema_from_transport=True)
    with client:
        yield client.session


def test_the_schema_that_it_introspects_is_ours(client: Any, sdl: str) -> None:
    from graphql import build_schema, lexicographic_sort_schema, print_schema

    ours = print_schema(lexicographic_sort_schema(build_schema(sdl)))
    assert print_schema(lexicographic_sort_schema(client.client.schema)) == ours


def test_it_walks_a_connection_backwards(
    gql: ModuleType, client: Any, all_games: list[str]
) -> None:
    query = gql.gql(
        "query ($before: String) { games(last: 100, before: $before) {"
        " nodes { appId } pageInfo { hasPreviousPage startCursor } } }"
    )
    found: list[str] = []
    before = None
    while True:
        query.variable_values = {"before": before}
        page = client.execute(query)["games"]
        found = [game["appId"] for game in page["nodes"]] + found
        assert len(found) <= len(all_games)
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert found == all_games


def test_its_dsl_asks_by_the_types_of_the_schema(client: Any) -> None:
    from gql.dsl import DSLInlineFragment, DSLQuery, DSLSchema, dsl_gql

    schema = DSLSchema(client.client.schema)
    game = schema.Query.game(appId="220").select(schema.Game.id, schema.Game.title)
    found = client.execute(dsl_gql(DSLQuery(game)))["game"]
    node = schema.Query.node(id=found["id"]).select(
        DSLInlineFragment().on(schema.Game).select(schema.Game.title)
    )
    assert client.execute(dsl_gql(DSLQuery(node)))["node"] == {"title": found["title"]}


def test_it_refuses_a_wrong_field_before_it_asks(gql: ModuleType, client: Any) -> None:
    from graphql import GraphQLError

    with pytest.raises(GraphQLError, match="Cannot query field 'prize'"):
        client.execute(gql.gql('{ game(appId: "220") { prize } }'))


def test_an_unknown_name_is_raised_with_its_code(gql: ModuleType, client: Any) -> None:
    from gql.transport.exceptions import TransportQueryError

    with pytest.raises(TransportQueryError) as raised:
        client.execute(gql.gql('{ developer(name: "Vulve") { name } }'))
    assert raised.value.data == {"developer": None}
    (error,) = raised.value.errors or []
    assert error["extensions"]["code"] == "NOT_FOUND"
