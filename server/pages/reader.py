"""server.pages: what a request says of its reader."""

from __future__ import annotations

from starlette.requests import Request

__all__ = ["base_address", "preferred_language", "prefers_page"]

_LANGUAGES = ("en", "es")


def base_address(request: Request, root_path: str) -> str:
    """The server's root as seen from the address requested; relative to it if the prefix is
    unknown, so that a proxy may cut one off."""
    if root_path:
        return f"{root_path}/"
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return "../" * (path.partition(b"?")[0].count(b"/") - 1) or "./"


def prefers_page(request: Request) -> bool:
    """Whether the reader is a browser that opens an address: it names HTML first."""
    return request.headers.get("accept", "").lstrip().startswith("text/html")


def preferred_language(accepted: str) -> str:
    """The language of the explorer that a header `Accept-Language` prefers; English if neither."""
    weights = dict.fromkeys(_LANGUAGES, 0.0)
    for entry in accepted.split(","):
        tag, _, parameter = entry.partition(";")
        name = tag.strip().partition("-")[0].lower()
        if name in weights:
            weights[name] = max(weights[name], _weight(parameter))
    return max(_LANGUAGES, key=lambda name: weights[name])


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
