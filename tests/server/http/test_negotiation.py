"""HTTP: the media types of answers and of bodies, by the rules of RFC 9110."""

from __future__ import annotations

import pytest

from harness import TestClient
from server.http.negotiation import GRAPHQL, JSON, MediaTypes, negotiate
from server.http.refusal import Refusal

BOTH = MediaTypes(JSON, GRAPHQL)
ONLY_JSON = MediaTypes(JSON, JSON)
ONLY_GRAPHQL = MediaTypes(GRAPHQL, GRAPHQL)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", BOTH),
        (" , ", BOTH),
        ("*/*", BOTH),
        ("application/*", BOTH),
        ("text/html, */*;q=0.1", BOTH),
        (JSON, ONLY_JSON),
        ("Application/JSON", ONLY_JSON),
        ("application/json, text/plain, */*", ONLY_JSON),
        ("application/json;charset=utf-8", ONLY_JSON),
        ('application/json; charset="UTF-8"; q=0.3', ONLY_JSON),
        (GRAPHQL, ONLY_GRAPHQL),
        (f"{GRAPHQL}, {JSON}", ONLY_GRAPHQL),
        (f"{JSON}, {GRAPHQL}", ONLY_JSON),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", ONLY_GRAPHQL),
        (f"{JSON};q=0.9, {GRAPHQL}", ONLY_GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.6", ONLY_JSON),
        (f"{GRAPHQL};q=0, */*", ONLY_JSON),
        (f"{JSON};q=0, */*", ONLY_GRAPHQL),
        (f"{JSON};q=0.5, */*", ONLY_GRAPHQL),
        (f"{GRAPHQL}, */*;q=0.1", MediaTypes(GRAPHQL, GRAPHQL)),
        (f"{GRAPHQL};q=0.1, */*", BOTH),
        ("text/html", None),
        ("*/*;q=0", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=0.0, */*;q=0.000", None),
        (f"{JSON};charset=utf-16", None),
        ("application", None),
        (f"{JSON};q=much", None),
        ('text/x; a="application/json"', None),
    ],
)
def test_accept_chooses(accept: str, chosen: MediaTypes | None) -> None:
    if chosen is None:
        with pytest.raises(Refusal) as caught:
            negotiate(accept)
        assert caught.value.status == 406
        assert repr(accept) in str(caught.value)
    else:
        assert negotiate(accept) == chosen


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [(None, JSON), ("*/*", JSON), (JSON, JSON), (GRAPHQL, GRAPHQL), ("application/*", JSON)],
)
def test_an_answer_has_the_accepted_type(
    client: TestClient, accept: str | None, content_type: str
) -> None:
    if accept is None:
        request = client.build_request("POST", "/graphql", json={"query": "{ __typename }"})
        del request.headers["accept"]
        answer = client.send(request)
    else:
        answer = client.post(
            "/graphql", json={"query": "{ __typename }"}, headers={"Accept": accept}
        )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{content_type}; charset=utf-8"


def test_several_accept_headers_count_as_one(client: TestClient) -> None:
    headers = [("Accept", f"{JSON};q=0.1"), ("Accept", GRAPHQL), ("Content-Type", JSON)]
    answer = client.post("/graphql", content='{"query": "{ __typename }"}', headers=headers)
    assert answer.headers["content-type"].startswith(GRAPHQL)


def test_nothing_acceptable_is_406_for_get_too(client: TestClient) -> None:
    answer = client.get(
        "/graphql", params={"query": "{ __typename }"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("APPLICATION/Json", 200),
        ("application/json;charset=utf-8", 200),
        ('application/json ; charset="UTF-8"', 200),
        ("application/json; charset=utf8; profile=x", 200),
        ("application/json;", 200),
        ("application/json; charset=iso-8859-1", 415),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset", 415),
        ("application/jsonp", 415),
        ("application/json, text/plain", 415),
        ("text/plain; a=application/json", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/graphql", 415),
        ("json", 415),
        ("", 415),
    ],
)
def test_a_body_must_be_declared_as_json(
    client: TestClient, content_type: str, status: int
) -> None:
    headers = {"Content-Type": content_type}
    answer = client.post("/graphql", content='{"query": "{ __typename }"}', headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert "application/json" in answer.text or "UTF-8" in answer.text


def test_a_post_without_content_type_is_415(client: TestClient) -> None:
    answer = client.post("/graphql", content='{"query": "{ __typename }"}')
    assert answer.status_code == 415


def test_a_compressed_body_is_415_and_says_so(client: TestClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.post("/graphql", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"
