"""Answers outside the endpoints."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness import TestClient
from server.http.disclosure import Disclosure
from server.http.fallback import handlers


@pytest.mark.parametrize("given", [{"Allow": "HEAD, GET"}, {"Allow": "GET, HEAD"}, None])
def test_a_405_names_the_methods_in_one_order_whatever_the_route_says(
    given: dict[str, str] | None,
) -> None:
    handle = handlers("", Disclosure(False), has_page=True, lost=None)[HTTPException]
    request = Request({"type": "http", "method": "PUT", "headers": []})
    answer = asyncio.run(handle(request, HTTPException(405, headers=given)))
    assert answer.headers["allow"] == "GET, HEAD"
    (error,) = json.loads(answer.body)["errors"]
    assert error["message"] == "The method is 'PUT': use one of GET, HEAD."


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/assets/index.js"])
def test_a_path_that_is_only_read_names_its_methods(client: TestClient, path: str) -> None:
    answer = client.put(path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
