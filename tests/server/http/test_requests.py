"""HTTP: which requests are refused, with which status and words, and that none of them is a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import TestClient
from server.http.parameters import _depth

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
TWO = "query A { __typename } query B { __typename }"


def send(client: TestClient, body: bytes | str, accept: str = "*/*") -> Any:
    headers = {"Content-Type": JSON, "Accept": accept}
    return client.post("/graphql", content=body, headers=headers)


def only_error(answer: Any) -> dict[str, Any]:
    body = json.loads(answer.content.decode("utf-8"))
    assert list(body) == ["errors"]
    (error,) = body["errors"]
    return error


REQUEST_ERRORS = {
    "GRAPHQL_PARSE_FAILED": {"query": "{"},
    "GRAPHQL_VALIDATION_FAILED": {"query": "{ nothing }"},
    "OPERATION_RESOLUTION_FAILURE": {"query": TWO},
    "BAD_USER_INPUT": {"query": "query ($id: ID!) { game(appId: $id) { title } }"},
}


@pytest.mark.parametrize("code", REQUEST_ERRORS)
@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [(GRAPHQL, 400, GRAPHQL), (JSON, 200, JSON), ("*/*", 400, GRAPHQL)],
)
def test_a_request_error_has_no_data(
    client: TestClient, code: str, accept: str, status: int, content_type: str
) -> None:
    answer = send(client, json.dumps(REQUEST_ERRORS[code]), accept)
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{content_type}; charset=utf-8"
    assert only_error(answer)["extensions"] == {"code": code}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "*/*"])
def test_a_field_error_is_an_answer(client: TestClient, accept: str) -> None:
    for query in ("{ game(appId: 0) { title } }", "{ games(first: -1) { totalCount } }"):
        answer = send(client, json.dumps({"query": query}), accept)
        assert answer.status_code == 200
        assert "data" in answer.json() and "errors" in answer.json()
        assert "etag" not in answer.headers


def test_a_field_error_of_graphql_itself_is_not_masked(client: TestClient) -> None:
    query = "query ($y: Int = 2010) { bestDevelopers(year: $y) { rank } }"
    answer = send(client, json.dumps({"query": query, "variables": {"y": None}}))
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "'year'" in error["message"]


NESTED = 200_000
HOSTILE = {
    "nothing": b"",
    "blanks": b"  \n",
    "no JSON": b"NONSENSE",
    "half an object": b'{"query": "{ __typename }"',
    "two objects": b'{"query": "{ __typename }"} {}',
    "null": b"null",
    "number": b"7",
    "text": b'"{ __typename }"',
    "true": b"true",
    "array": b'[{"query": "{ __typename }"}]',
    "empty array": b"[]",
    "empty object": b"{}",
    "deep arrays": b"[" * NESTED,
    "deep objects": b'{"a":' * NESTED,
    "deep variables": b'{"query":"{__typename}","variables":{"a":'
    + b"[" * 5_000
    + b"]" * 5_000
    + b"}}",
    "huge number": b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 9_000 + b"}}",
    "infinite number": b'{"query": "{ __typename }", "variables": {"a": 1e999}}',
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ __typename }", "variables": {"a": Infinity}}',
    "-Infinity": b'{"query": "{ __typename }", "variables": {"a": -Infinity}}',
    "invalid UTF-8": b'{"query": "{ __typename } # \xff"}',
    "surrogate in UTF-8": b'{"query": "{ __typename } # \xed\xa0\x80"}',
    "UTF-16 with BOM": '{"query": "{ __typename }"}'.encode("utf-16"),
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16-le"),
    "two byte order marks": b"\xef\xbb\xbf" * 2 + b'{"query": "{ __typename }"}',
    "a byte order mark alone": b"\xef\xbb\xbf",
    "NUL": b'{"query": "{ __typename }\x00"}',
    "NUL behind": b'{"query": "{ __typename }"}\x00',
    "escaped NUL in the query": b'{"query": "{ __typename \\u0000 }"}',
    "control character": b'{"query": "{ __typename }\n"}',
    "lone surrogate in the query": b'{"query": "{ __typename } # \\ud800"}',
    "lone low surrogate": b'{"query": "{ __typename } # \\udc00"}',
    "lone surrogate in a variable": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "lone surrogate in a name": b'{"query": "{ __typename }", "operationName": "\\ud800"}',
    "lone surrogate in a key": b'{"query": "{ __typename }", "variables": {"\\ud800": 1}}',
    "lone surrogate of GraphQL": b'{"query": "{ game(appId: \\"\\\\ud800\\") { title } }"}',
    "query is null": b'{"query": null}',
    "query is an object": b'{"query": {}}',
    "query is empty": b'{"query": ""}',
    "query is blank": b'{"query": " \\n\\t"}',
    "query is a comment": b'{"query": "# nothing"}',
    "query has types only": b'{"query": "type A { b: Int }"}',
    "query has fragments only": b'{"query": "fragment F on Query { __typename }"}',
    "operationName is empty": b'{"query": "{ __typename }", "operationName": ""}',
    "operationName is unknown": b'{"query": "{ __typename }", "operationName": "B"}',
    "operationName is a number": b'{"query": "{ __typename }", "operationName": 1}',
    "variables are a text": b'{"query": "{ __typename }", "variables": "{}"}',
    "variables are an array": b'{"query": "{ __typename }", "variables": []}',
    "variables are 0": b'{"query": "{ __typename }", "variables": 0}',
    "extensions are an array": b'{"query": "{ __typename }", "extensions": []}',
    "mutation": b'{"query": "mutation { __typename }"}',
    "subscription": b'{"query": "subscription { __typename }"}',
    "deep document": b'{"query": "' + b"{ games { nodes " * 20_000 + b'"}',
    "many tokens": b'{"query": "{' + b" a" * 300_000 + b'}"}',
    "many comments": b'{"query": "{ a ' + b"#\\n" * 200_000 + b'}"}',
    "fragments in a circle": b'{"query": "{ ...A } fragment A on Query { ...A }"}',
    "int of 33 bits": b'{"query": "query ($y: Int!) { bestDevelopers(year: $y) { rank } }", '
    b'"variables": {"y": 4294967296}}',
    "int of 70 bits": b'{"query": "query ($y: Int!) { bestDevelopers(year: $y) { rank } }", '
    b'"variables": {"y": 1180591620717411303424}}',
    "int of 70 bits in the query": b'{"query": "{ bestDevelopers(year: 1180591620717411303424) '
    b'{ rank } }"}',
}


def test_a_byte_order_mark_before_a_body_is_ignored(client: TestClient) -> None:
    answer = send(client, b'\xef\xbb\xbf{"query": "{ __typename }"}')
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(("depth", "status"), [(100, 200), (126, 200), (127, 400), (500, 400)])
def test_how_deep_variables_may_be_does_not_depend_on_the_python(
    client: TestClient, depth: int, status: int
) -> None:
    body = b'{"query":"{__typename}","variables":{"a":' + b"[" * depth + b"]" * depth + b"}}"
    assert send(client, body).status_code == status


TEXTS = st.text('[]{}"\\\\/ab\u00e9', max_size=6)


def levels(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(levels, value.values() if isinstance(value, dict) else value), default=0)


@given(
    st.recursive(
        TEXTS | st.integers() | st.none(),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_levels_are_counted_outside_of_strings_only(value: Any, escaped: bool) -> None:
    assert _depth(json.dumps(value, ensure_ascii=escaped).encode()) == levels(value)


def test_variables_with_many_brackets_in_texts_are_not_deep(client: TestClient) -> None:
    text = '[{\\"' * 1_000
    body = json.dumps({"query": "{ __typename }", "variables": {"a": [text, {text: text}]}})
    assert send(client, body.encode()).status_code == 200


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_executed_is_4xx(client: TestClient, name: str) -> None:
    answer = send(client, HOSTILE[name])
    assert answer.status_code == 400, answer.text
    body = json.loads(answer.content.decode("utf-8"))
    assert list(body) == ["errors"]
    assert all(error["message"] and error["extensions"]["code"] for error in body["errors"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[]", "batching is not supported"),
        (b'{"qeury": "{ __typename }"}', "no 'query'"),
        (b'{"query": 7}', "'query' is 7"),
        (b'{"query": "{ a }", "variables": [7]}', "'variables' is [7]"),
        (b'{"query": "{ __typename \\ud800 }"}', "\\ud800"),
        (b"\xff\xfe", "not valid JSON in UTF-8"),
        (json.dumps({"query": TWO}).encode(), "A, B"),
        (json.dumps({"query": TWO, "operationName": "C"}).encode(), "'C'"),
    ],
)
def test_a_refusal_says_what_is_wrong(client: TestClient, body: bytes, words: str) -> None:
    assert words in only_error(send(client, body))["message"]


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "query A { __typename }", "operationName": "A"}',
        '{"query": "{ __typename }", "variables": null, "operationName": null, "extensions": null}',
        '{"query": "{ __typename }", "variables": {}, "extensions": {"x": 1}, "more": [1]}',
        '{"query": "{ __typename } # \\ud83d\\ude00 and 😀"}',
        '{"query": "\\ufeff{ __typename }"}',
    ],
)
def test_what_is_unusual_and_right_is_answered(client: TestClient, body: str) -> None:
    answer = send(client, body.encode())
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_an_error_text_that_repeats_odd_characters_is_utf_8(client: TestClient) -> None:
    query = '{ game(appId: "\\u0000\\u{1F600}\\uFFFF") { title } }'
    answer = send(client, json.dumps({"query": query}))
    assert answer.status_code == 200
    assert "😀" in json.loads(answer.content.decode("utf-8"))["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_405_with_the_ones_allowed(client: TestClient, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert only_error(answer)["extensions"] == {"code": "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "*/*"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"query": "mutation { __typename }"},
        {"query": "subscription { __typename }"},
        {"query": "mutation { notThere(x: $unknown) }"},
        {"query": "query A { __typename } mutation B { b }", "operationName": "B"},
    ],
)
def test_get_runs_queries_only(client: TestClient, parameters: dict[str, str], accept: str) -> None:
    answer = client.get("/graphql", params=parameters, headers={"Accept": accept})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_get_runs_the_query_beside_a_mutation_that_is_valid_or_not(client: TestClient) -> None:
    query = "query A { __typename } mutation B { b }"
    answer = client.get("/graphql", params={"query": query, "operationName": "A"})
    assert answer.status_code == 400  # the schema has no mutations
    assert only_error(answer)["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_get_takes_variables_and_an_operation(client: TestClient) -> None:
    parameters = {
        "query": "query A($name: String!) { __type(name: $name) { name } } query B { __typename }",
        "variables": '{"name": "Game"}',
        "operationName": "A",
        "extensions": "",
    }
    answer = client.get("/graphql", params=parameters)
    assert answer.json() == {"data": {"__type": {"name": "Game"}}}


def test_an_empty_operation_name_of_get_is_none(client: TestClient) -> None:
    assert client.get("/graphql?query={__typename}&operationName=&variables=").status_code == 200


@pytest.mark.parametrize(
    ("query_string", "words"),
    [
        ("", "no 'query'"),
        ("query=", "'query' is empty"),
        ("query=+%20", "'query' is empty"),
        ("query={__typename}&query={__typename}", "more than once"),
        ("query={__typename}&variables={}&variables={}", "more than once"),
        ("query={__typename}&variables=", None),
        ("query={__typename}&variables=[]", "'variables' is []"),
        ("query={__typename}&variables=7", "'variables' is 7"),
        ("query={__typename}&variables={", "not valid JSON"),
        ("query={__typename}&variables={%22a%22:NaN}", "not valid JSON"),
        ("query={__typename}&variables={%22a%22:%22\\ud800%22}", "surrogate"),
        ("query={__typename}&extensions=7", "'extensions' is 7"),
        ("query={__typename}%", "'%'"),
        ("query={__typename}%zz", "'%zz'"),
        ("query={__typename}%ff", "not valid UTF-8"),
        ("query={__typename}%ED%A0%80", "not valid UTF-8"),
        ("query={__typename}%00", "U+0000"),
        ("query={__typename}&operationName=B", "'B'"),
        ("other={__typename}&query={__typename}", None),
    ],
)
def test_a_url_that_is_not_well_formed_is_400(
    client: TestClient, query_string: str, words: str | None
) -> None:
    request = client.build_request("GET", "/graphql")
    request.url = request.url.copy_with(query=query_string.encode())
    answer = client.send(request)
    if words is None:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400
        assert words in only_error(answer)["message"]


def test_head_is_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/graphql", params={"query": "{ __typename }"})
    assert answer.status_code == 200
    assert answer.headers["etag"]
