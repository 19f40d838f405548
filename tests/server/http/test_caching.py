"""HTTP: entity tags, 304, content codings, and pages of other origins."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
import zstandard
from msgspec.structs import replace

from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.http.compression import coding

SMALL = "{ __typename }"
LARGE = "{ __schema { types { name description fields { name description } } } }"


def get(client: TestClient, query: str = SMALL, **headers: str) -> Any:
    """Ask by GET, without httpx's own wishes."""
    request = client.build_request("GET", "/graphql", params={"query": query})
    request.headers.pop("accept-encoding")
    request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return client.send(request, stream=True)


def body(answer: Any) -> bytes:
    return b"".join(answer.iter_raw())


def test_a_tag_is_strong_and_says_the_request(client: TestClient) -> None:
    tag = get(client).headers["etag"]
    assert tag.startswith('"') and tag.endswith('"')
    assert get(client).headers["etag"] == tag
    assert get(client, "{ a: __typename }").headers["etag"] != tag
    assert get(client, Accept="application/graphql-response+json").headers["etag"] != tag


def test_an_answer_names_its_snapshot_with_and_without_errors(
    client: TestClient, store: Store
) -> None:
    for query in (SMALL, '{ developer(name: "nobody of that name") { name } }'):
        assert get(client, query).headers["x-snapshot"] == store.manifest.version


@pytest.mark.parametrize("known", ["{}", "W/{}", '"a", {}', '"a",W/{},"b"', "*", ' W/"a", {} '])
def test_who_knows_the_answer_gets_304(client: TestClient, known: str) -> None:
    tag = get(client).headers["etag"]
    answer = get(client, If_None_Match=known.replace("{}", tag))
    assert answer.status_code == 304
    assert body(answer) == b""
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert answer.headers["x-request-id"]
    assert "content-type" not in answer.headers and "content-length" not in answer.headers


@pytest.mark.parametrize("known", ['"a"', "", "{}x", "nonsense", '"*"', "**"])
def test_who_knows_something_else_gets_the_answer(client: TestClient, known: str) -> None:
    tag = get(client).headers["etag"].strip('"')
    assert get(client, If_None_Match=known.replace("{}", tag)).status_code == 200


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ game(appId: 0) { title } }"])
def test_an_answer_with_errors_is_never_304_and_not_stored(client: TestClient, query: str) -> None:
    answer = get(client, query, If_None_Match="*")
    assert answer.status_code in (200, 400)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_post_has_the_tag_and_no_conditions(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": SMALL}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert answer.headers["etag"] == get(client).headers["etag"]


def test_cache_control_is_a_setting(settings: Settings, store: Store) -> None:
    chosen = replace(settings, cache_control="public, max-age=60")
    client = TestClient(create_app(chosen, store))
    assert get(client).headers["cache-control"] == "public, max-age=60"
    assert get(client, "{").headers["cache-control"] == "no-store"
    with pytest.raises(SettingsError, match="CACHE_CONTROL"):
        create_app(replace(settings, cache_control="no-cache\r\nX: 1"), store)


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", None),
        ("*", "zstd"),
        ("gzip;q=1.0, br;q=0.5, *;q=0", "gzip"),
        ("zstd;q=0, *", "br"),
        ("zstd;q=0.2, gzip;q=0.3", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=x", None),
        ("identity;q=0, *;q=0", None),
    ],
)
def test_the_favourite_coding_is_taken(accept_encoding: str, chosen: str | None) -> None:
    assert coding(accept_encoding) == chosen


def test_each_coding_has_the_same_answer_and_a_tag_of_its_own(client: TestClient) -> None:
    plain = get(client, LARGE)
    text = body(plain)
    unpack = {
        "zstd": lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed),
        "br": brotli.decompress,
        "gzip": gzip.decompress,
    }
    tags = {plain.headers["etag"]}
    for name, unpacked in unpack.items():
        answer = get(client, LARGE, Accept_Encoding=name)
        packed = body(answer)
        assert answer.headers["content-encoding"] == name
        assert answer.headers["content-length"] == str(len(packed))
        assert answer.headers["vary"] == "Accept, Accept-Encoding"
        assert len(packed) < len(text) / 2
        assert unpacked(packed) == text
        tag = answer.headers["etag"]
        again = get(client, LARGE, Accept_Encoding=name, If_None_Match=tag)
        assert (again.status_code, again.headers["etag"]) == (304, tag)
        assert get(client, LARGE, If_None_Match=tag).status_code == 200
        tags.add(tag)
    assert len(tags) == 4


def test_small_answers_are_not_compressed_and_vary_all_the_same(client: TestClient) -> None:
    answer = get(client, SMALL, Accept_Encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_request_errors_are_compressed_too(client: TestClient) -> None:
    query = "{" + " ".join(f"nothing{i}" for i in range(50)) + "}"
    answer = get(client, query, Accept_Encoding="zstd")
    assert (answer.status_code, answer.headers["content-encoding"]) == (400, "zstd")


HERE, THERE = "https://shop.example", "https://other.example"


@pytest.fixture(scope="module")
def shared(settings: Settings, store: Store) -> TestClient:
    """A server that pages of one other origin may ask."""
    return TestClient(create_app(replace(settings, cors_origins=HERE), store))


def preflight(client: TestClient, origin: str) -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-request-id,apollographql-client-name",
    }
    return client.options("/graphql", headers=headers)


def test_other_origins_are_off_by_default(client: TestClient) -> None:
    refused = preflight(client, HERE)
    assert refused.status_code == 405
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "ORIGIN_NOT_ALLOWED"}
    assert HERE in error["message"] and "--cors-origins" in error["message"]
    answer = get(client, Origin=HERE)
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_an_allowed_origin_may_ask(shared: TestClient) -> None:
    asked = preflight(shared, HERE)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == HERE
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "content-type" in asked.headers["access-control-allow-headers"]
    answer = get(shared, Origin=HERE)
    assert answer.headers["access-control-allow-origin"] == HERE
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "RateLimit-Remaining", "Retry-After", "X-Request-ID", "X-Snapshot"} <= {
        *exposed
    }
    assert answer.headers["vary"] == "Accept, Accept-Encoding, Origin"


def test_refusals_can_be_read_by_an_allowed_origin(shared: TestClient) -> None:
    large = shared.post("/graphql", content=b" " * 1_000_001, headers={"Origin": HERE})
    assert large.status_code == 413
    assert large.headers["access-control-allow-origin"] == HERE


def test_another_origin_may_not(shared: TestClient) -> None:
    refused = preflight(shared, THERE)
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "ORIGIN_NOT_ALLOWED"}
    assert THERE in error["message"] and "--cors-origins" in error["message"]
    assert "access-control-allow-origin" not in refused.headers
    answer = get(shared, Origin=THERE)
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("wrong", ["shop.example", "https://shop.example/", "https://a b", "null"])
def test_an_invalid_origin_stops_the_start(settings: Settings, store: Store, wrong: str) -> None:
    with pytest.raises(SettingsError, match="CORS_ORIGINS"):
        create_app(replace(settings, cors_origins=f"{HERE},{wrong}"), store)


def test_a_page_without_an_origin_gets_advice(shared: TestClient) -> None:
    (error,) = preflight(shared, "null").json()["errors"]
    assert error["message"] == (
        "Pages without an origin, such as local files, may not call this server: serve them over "
        "HTTP and allow that origin with --cors-origins (PLAYGRAPH_CORS_ORIGINS), or allow all "
        "with *."
    )
