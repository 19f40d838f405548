"""The profile `production` under the probes of schema thieves and audits.

The probes are those of clairvoyance (guessing names from error messages), graphql-cop (audits of
endpoints) and graphw00f (recognising the engine by its messages).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    Undefined,
    get_introspection_query,
    get_named_type,
)
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from schema.graph import graphql_schema
from server.app import create_app
from thorough import THOROUGH, some

ORIGIN = "https://shop.example"


@pytest.fixture(scope="module")
def production(settings: Settings, store: Store) -> Iterator[TestClient]:
    """A server in production."""
    chosen = replace(settings, profile="production", cors_origins=ORIGIN)
    with TestClient(create_app(chosen, store)) as opened:
        yield opened


def schema_names() -> set[str]:
    """Every name of our schema: types, fields, arguments, values."""
    names: set[str] = set()
    for name, kind in graphql_schema().type_map.items():
        if name.startswith("__"):
            continue
        names.add(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            names.update(kind.fields)
        if isinstance(kind, GraphQLObjectType):
            names.update(arg for field in kind.fields.values() for arg in field.args)
        if isinstance(kind, GraphQLEnumType):
            names.update(kind.values)
    return names


NAMES = schema_names()
#: Everyday words of messages that are names of the schema, too.
WORDS = {"message", "code", "path", "query", "name", "id", "list", "value", "and", "not", "or"}
PROBES = {
    "a field with a typing error": "{ gamez { totalCount } }",
    "a guess next to many": "{ " + " ".join(n[:-1] for n in sorted(NAMES)[:300]) + " }",
    "a leaf with a selection": '{ game(appId: "10") { title { x } } }',
    "an object without one": '{ game(appId: "10") }',
    "a list without one": "{ games }",
    "no argument": "{ game { title } }",
    "an unknown argument": '{ game(appID: "10") { title } }',
    "an argument of another type": "{ games(first: {}) { totalCount } }",
    "an unknown input field": "{ games(filter: {titel: {eq: 1}}) { totalCount } }",
    "an unknown value of an enum": "{ games(orderBy: [{field: TITLES}]) { totalCount } }",
    "an unknown type": "{ ... on Gamez { title } }",
    "a wrong type": "{ ... on Game { title } }",
    "an unknown variable type": "query ($a: GameFiltr) { games(filter: $a) { totalCount } }",
    "a variable elsewhere": "query ($a: Int) { game(appId: $a) { title } }",
    "an unknown directive": "{ games @cot { totalCount } }",
    "a directive in a wrong place": "query @include(if: true) { games { totalCount } }",
    "a mutation": "mutation { addGame { title } }",
    "a subscription": "subscription { games { totalCount } }",
    "an introspection": get_introspection_query(),
    "a hidden introspection": "{ a: __schema\n{ b: types { name } } }",
    "a type by name": '{ __type(name: "Query") { fields { name } } }',
    "introspection in a fragment": "{ ...F } fragment F on Query { __schema { types { name } } }",
    "a conflict": '{ a: game(appId: "1") { title } a: game(appId: "2") { title } }',
    "a syntax error": "{ games( }",
    "a type definition": "type Game { title: Titel }",
    "two operations": "query A { __typename } query B { __typename }",
}


def words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))


def leaked(sent: str, answer: Any) -> set[str]:
    """Names of our schema in the errors that the client did not send."""
    return (words(json.dumps(answer["errors"])) & NAMES) - words(sent) - WORDS


@pytest.mark.parametrize("query", PROBES.values(), ids=PROBES)
def test_no_name_of_the_schema_leaks(production: TestClient, query: str) -> None:
    answer = production.post("/graphql", json={"query": query}).json()
    (error,) = answer["errors"]
    assert "data" not in answer
    assert not leaked(query, answer)
    assert not re.search("did you mean|graphql-core|strawberry|Expected|Cannot", error["message"])
    assert set(error) <= {"message", "locations", "extensions"}
    assert set(error["extensions"]) == {"code"}


@pytest.mark.parametrize("query", PROBES.values(), ids=PROBES)
def test_in_development_the_same_probes_get_reasons(client: TestClient, query: str) -> None:
    body = client.post("/graphql", json={"query": query}).json()
    told = {error["message"] for error in body.get("errors", [])}
    assert "data" in body or not told & {
        "The document is not valid for this schema.",
        "The document is not valid GraphQL.",
    }


def guesses() -> Iterator[tuple[str, dict[str, Any]]]:
    """A request for each name of the schema, with a typing error in it."""
    graph = graphql_schema()
    for name, kind in graph.type_map.items():
        if name.startswith("__"):
            continue
        yield f"query ($v: {typo(name)}) {{ __typename }}", {}
        yield f'{{ node(id: "x") {{ ... on {typo(name)} {{ id }} }} }}', {}
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields:
                yield f'{{ node(id: "x") {{ ... on {name} {{ {typo(field)} }} }} }}', {}
        elif isinstance(kind, GraphQLInputObjectType):
            for field in kind.fields:
                yield f"query ($v: {name} = {{{typo(field)}: 1}}) {{ __typename }}", {}
        elif isinstance(kind, GraphQLEnumType):
            for value in kind.values:
                yield f"query ($v: {name} = {typo(value)}) {{ __typename }}", {}
    assert graph.query_type is not None
    for name, field in graph.query_type.fields.items():
        yield f"{{ {typo(name)} }}", {}
        for argument, declared in field.args.items():
            yield f"{{ {name}({typo(argument)}: 1) {{ __typename }} }}", {}
            kind = get_named_type(declared.type)
            if isinstance(kind, GraphQLInputObjectType) and declared.default_value is Undefined:
                query = f"query ($v: {declared.type}) {{ {name}({argument}: $v) {{ __typename }} }}"
                for member, of in kind.fields.items():
                    yield query, {"v": {typo(member): 1}}
                    if not isinstance(get_named_type(of.type), GraphQLScalarType):
                        yield query, {"v": {member: typo(member)}}
    for directive in graph.directives:
        yield f"{{ __typename @{typo(directive.name)} }}", {}
        for argument in directive.args:
            yield f"{{ __typename @{directive.name}({typo(argument)}: 1) }}", {}


def typo(name: str) -> str:
    """A name that resembles this one and does not exist."""
    return name[:-1] + ("zz" if name.endswith("z") else "z")


def test_no_guess_at_any_name_of_the_schema_is_corrected(production: TestClient) -> None:
    """On every day one in twenty is tried, of all kinds of names."""
    kinds = set()
    requests = list(guesses())
    for query, variables in requests[:: 1 if THOROUGH else 20]:
        answer = production.post("/graphql", json={"query": query, "variables": variables}).json()
        (error,) = answer["errors"]
        assert not leaked(query + json.dumps(variables), answer), query
        assert error["extensions"].keys() == {"code"}
        kinds.add(error["message"])
    assert len(requests) > 1_000
    assert kinds == {
        "The document is not valid for this schema.",
        "A variable or an argument is not valid for this operation.",
    }


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ __type(name: "Game") { name } }']
)
def test_no_way_leads_to_an_introspection(production: TestClient, query: str) -> None:
    persisted = {
        "persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}
    }
    parameters = {"extensions": json.dumps(persisted)}
    answers = [
        production.get("/graphql", params={"query": query}),
        production.post("/graphql", json={"query": query}),
        production.post("/graphql", json={"query": f"query A {{ __typename }} query B {query}",
                                          "operationName": "A"}),
        production.post("/graphql", json={"query": query, "extensions": persisted}),
        production.get("/graphql", params=parameters),  # it was not kept
    ]  # fmt: skip
    assert [answer.status_code for answer in answers[:1]] == [405]
    for answer in answers:
        assert "data" not in answer.json()
    for answer in answers[1:]:
        assert not leaked(query, answer.json())


@pytest.mark.parametrize("text", ["mutation { addGame { title } }", "subscription { games }"])
def test_other_websites_cannot_send_an_operation(production: TestClient, text: str) -> None:
    for answer in (
        production.get("/graphql", params={"query": text}),
        production.post("/graphql", data={"query": text}),
        production.post("/graphql", content=json.dumps({"query": text}),
                        headers={"Content-Type": "text/plain"}),
    ):  # fmt: skip
        assert answer.status_code in (405, 415)
        assert "data" not in answer.json()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($a: Int) { games(first: $a) { totalCount } }", {"a": "x"}),
        ("query ($a: Int!) { games(first: $a) { totalCount } }", {}),
        ("query ($a: GameFilter) { games(filter: $a) { totalCount } }", {"a": {"titel": 1}}),
        ("query ($a: GameFilter) { games(filter: $a) { totalCount } }", {"a": {"title": {"e": 1}}}),
        ("{ games(first: 5000) { totalCount } }", {}),
        ('{ games(after: "x") { totalCount } }', {}),
        ("{ bestDevelopers(year: -7) { rank } }", {}),
        ("query ($a: Int) { bestDevelopers(year: $a) { rank } }", {"a": None}),
    ],
)
def test_arguments_and_variables_leak_nothing(
    production: TestClient, query: str, variables: dict[str, Any]
) -> None:
    answer = production.post("/graphql", json={"query": query, "variables": variables}).json()
    assert not leaked(query + json.dumps(variables), answer)
    for error in answer["errors"]:
        assert set(error["extensions"]) <= {"code", "classification"}


def test_one_request_tests_one_guess(production: TestClient) -> None:
    query = "{ gamez developerz genrez userz }"
    (error,) = production.post("/graphql", json={"query": query}).json()["errors"]
    assert error == {
        "message": "The document is not valid for this schema.",
        "locations": [{"line": 1, "column": 3}],
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }


def test_names_of_the_catalogue_are_suggested(production: TestClient) -> None:
    query = '{ genre(name: "Stratgy") { name } }'
    (error,) = production.post("/graphql", json={"query": query}).json()["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert error["extensions"]["suggestions"] == ["Strategy"]


def test_typename_and_plain_queries_are_answered(production: TestClient) -> None:
    answer = production.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["x-snapshot"]


@pytest.mark.parametrize(
    "path",
    ["/", "/explorer.json", "/assets/index.js", "/graphiql", "/playground", "/console",
     "/altair", "/metrics", "/schema.graphql", "/graphql/", "/.env"],
)  # fmt: skip
def test_there_is_nothing_but_the_endpoint_and_the_explorer(
    production: TestClient, path: str
) -> None:
    answer = production.get(path, follow_redirects=False)
    if path == "/graphql/":  # a redirect to the endpoint itself
        assert answer.status_code in (307, 404)
        return
    assert answer.status_code == 404
    (error,) = answer.json()["errors"]
    assert error == {"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}
    page = production.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert page.status_code == 404
    assert "graphiql" not in page.text.lower()


def test_health_is_answered_without_a_version(production: TestClient, store: Store) -> None:
    assert production.get("/healthz").json() == {"status": "ok"}
    assert production.get("/readyz").json() == {"status": "ok"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_document_in_a_url_is_refused(production: TestClient, method: str) -> None:
    answer = production.request(method, "/graphql", params={"query": "{ __typename }"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_a_url_may_name_a_known_document(production: TestClient) -> None:
    text = "{ __typename }"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": sha256}}
    sent = production.post("/graphql", json={"query": text, "extensions": persisted})
    assert sent.status_code == 200
    answer = production.get("/graphql", params={"extensions": json.dumps(persisted)})
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    "query",
    [
        "query { " + "__typename \n" * 500 + "}",
        "query { " + " ".join(f"alias{number}:__typename" for number in range(101)) + " }",
        "query { __typename " + "@aa" * 10 + " }",
        "query { __schema { directive } }",
        "query { __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "{ __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A }",
        "qwerty cop { abc }",
    ],
    ids=["repeated field", "aliases", "directives", "suggestion", "circular introspection",
         "circular fragments", "unhandled error"],
)  # fmt: skip
def test_audits_of_documents_find_one_neutral_error(production: TestClient, query: str) -> None:
    answer = production.post("/graphql", json={"query": query}).json()
    (error,) = answer["errors"]
    assert "data" not in answer
    assert set(error["extensions"]) == {"code"}
    assert error["message"] in {
        "The document is not valid GraphQL.",
        "The document is not valid for this schema.",
        "The request exceeds a limit of this server.",
    }


def test_audits_of_endpoints_find_nothing(production: TestClient) -> None:
    query = {"query": "{ __typename }"}
    batch = production.post("/graphql", json=[query, query])
    form = production.post("/graphql", data=query)
    traced = production.post("/graphql", json=query, headers={"X-Apollo-Tracing": "1"})
    debug = production.post("/graphql", json={**query, "extensions": {"tracing": True}})
    broken = production.post("/graphql", json={"query": {"a": 1}})
    assert (batch.status_code, form.status_code, broken.status_code) == (400, 415, 400)
    assert traced.json() == debug.json() == {"data": {"__typename": "Query"}}
    for answer in (batch, form, broken):
        assert not re.search(r"Traceback|File \"|\.py\b|[0-9]+\.[0-9]+\.[0-9]+", answer.text)


@pytest.mark.parametrize("path", ["/", "/graphql", "/healthz", "/nothing"])
def test_no_header_names_the_software(production: TestClient, path: str) -> None:
    headers = production.post(path, json={"query": "{ __typename }"}).headers
    assert "server" not in headers
    assert "x-powered-by" not in headers
    assert not re.search("playgraph|uvicorn|starlette|python", str(dict(headers)), re.IGNORECASE)


@pytest.mark.parametrize("profile", ["development", "production"])
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ games(first: %s) { totalCount } }", None),
        ("{ games(first: -%s) { totalCount } }", None),
        ("{ bestDevelopers(year: %s.5) { rank } }", None),
        ("{ bestDevelopers(year: 1e%s) { rank } }", None),
        ('{ game(appId: "%s") { title } }', None),
        ("{ game(appId: %s) { title } }", None),
        ('{ developer(name: "%s") { name } }', None),
        ('{ games(search: "%s") { totalCount } }', None),
        ('{ games(after: "%s") { totalCount } }', None),
        ('{ node(id: "%s") { id } }', None),
        ("{ a%s }", None),
        ("{ ...a%s }", None),
        ("query a%s { nothing }", None),
        ("query ($a: b%s) { __typename }", None),
        ("{ games(first: $a%s) { totalCount } }", None),
        ("query ($a: Int) { games(first: $a) { totalCount } }", "%s"),
        ("query ($a: Int) { games(first: $a) { totalCount } }", '"%s"'),
        ("query ($a: Int) { games(first: $a) { totalCount } }", '["%s"]'),
        ("query ($a: GameFilter) { games(filter: $a) { totalCount } }", '{"a%s": 1}'),
    ],
)
@pytest.mark.parametrize("size", some([4_000, 50_000, 100_000], 2))
def test_no_value_is_echoed_at_length(
    request: pytest.FixtureRequest, profile: str, query: str, variables: str | None, size: int
) -> None:
    client = request.getfixturevalue("client" if profile == "development" else profile)
    digits = "7" * size
    body = json.dumps({"query": query.replace("%s", digits)})
    if variables is not None:
        body = body[:-1] + ', "variables": {"a": ' + variables.replace("%s", digits) + "}}"
    answer = client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400)
    assert answer.json()["errors"]
    assert "7" * 101 not in answer.text
    assert len(answer.content) < 3_000
    assert profile == "development" or "digits" not in answer.text  # Python's own limit
