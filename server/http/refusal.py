"""server.http: what is refused before anything runs: its status, its code, and its words."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

__all__ = ["Refusal", "encoded", "failure", "refused"]


class Refusal(Exception):
    """A request that is refused whatever its document says; clients read all of it."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


def failure(message: str, code: str, **more: object) -> dict[str, Any]:
    """One GraphQL error of ours."""
    return {"message": message, "extensions": {"code": code, **more}}


def refused(refusal: Refusal, media_type: str) -> Response:
    """The answer to a refused request: errors, and no data."""
    body = encoded({"errors": [failure(str(refusal), refusal.code)]})
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return Response(body, refusal.status, headers, f"{media_type}; charset=utf-8")


def encoded(answer: dict[str, Any]) -> bytes:
    """An answer as JSON in UTF-8, also where an error text repeats what is no Unicode."""
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        return msgspec.json.encode(_speakable(answer))


def _speakable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_speakable(key): _speakable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_speakable(item) for item in value]
    return value
