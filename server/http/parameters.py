"""server.http: the parameters of a GraphQL request, from a URL or a JSON body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from server.http.refusal import Refusal

__all__ = ["Parameters", "from_body", "from_url"]

_NAMES = ("query", "documentId", "id", "operationName", "variables", "extensions")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
#: Longest value that a message repeats.
_SHOWN = 60
#: Deepest nesting of objects and lists in a request.
_DEEPEST = 128


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed request, before its document is looked up."""

    query: str | None
    document_id: str | None
    persisted: str | None
    operation_name: str | None
    variables: dict[str, Any] | None


def from_url(query_string: bytes) -> Parameters:
    """Read the query component. Raises Refusal (400)."""
    given: dict[str, Any] = {}
    for pair in query_string.split(b"&"):
        name, _, value = pair.partition(b"=")
        key = _unescaped(name, "A parameter's name")
        if key not in _NAMES:
            continue
        if key in given:
            raise _bad(f"The parameter '{key}' is given more than once: give it once.")
        given[key] = _unescaped(value, f"The parameter '{key}'")
    # The specification: an empty parameter is the same as none.
    given = {key: value for key, value in given.items() if value or key == "query"}
    for key in ("variables", "extensions"):
        if key in given:
            given[key] = _decoded(given[key].encode(), f"The parameter '{key}'")
    return _checked(given)


def from_body(body: bytes) -> Parameters:
    """Read a JSON body. Raises Refusal (400)."""
    if not body.strip():
        raise _bad("The body is empty: send a JSON object with a 'query'.")
    given = _decoded(body, "The body")
    if isinstance(given, list):
        raise _bad(
            "The body is an array, and batching is off: send each request by itself.",
            "BATCHING_NOT_SUPPORTED",
        )
    if not isinstance(given, dict):
        raise _bad(f"The body is {_shown(given)}: send a JSON object with a 'query'.")
    return _checked(given)


def _checked(given: dict[str, Any]) -> Parameters:
    extensions = _object(given, "extensions") or {}
    parameters = Parameters(
        _text(given, "query"),
        _text(given, "documentId") or _text(given, "id"),
        _persisted(extensions),
        _text(given, "operationName"),
        _object(given, "variables"),
    )
    if parameters.operation_name == "":
        raise _bad("'operationName' is empty: name an operation of the document, or leave it out.")
    if parameters.query is not None and not parameters.query.strip():
        raise _bad("'query' is empty: give a GraphQL document.")
    if parameters.query is parameters.document_id is parameters.persisted is None:
        raise _bad("The request has no 'query': give a GraphQL document.")
    return parameters


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise _bad(f"'{name}' is {_shown(value)}: it must be a string.")
    return value


def _object(given: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = given.get(name)
    if value is not None and not isinstance(value, dict):
        raise _bad(f"'{name}' is {_shown(value)}: it must be an object.")
    return value


def _persisted(extensions: dict[str, Any]) -> str | None:
    asked = extensions.get("persistedQuery")
    if asked is None:
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("sha256Hash"), str):
        raise _bad(
            f"'extensions.persistedQuery' is {_shown(asked)}: "
            "it must be an object with 'version' 1 and a string 'sha256Hash'."
        )
    version = asked.get("version")
    if version != 1 or isinstance(version, bool):
        raise _bad(f"'extensions.persistedQuery.version' is {_shown(version)}: it must be 1.")
    found: str = asked["sha256Hash"]
    return found


def _unescaped(text: bytes, what: str) -> str:
    if wrong := _BAD_ESCAPE.search(text):
        escape = wrong[0].decode("ascii", "backslashreplace")
        raise _bad(f"{what} contains {escape!r}: write a percent sign as %25.")
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"{what} is not valid UTF-8 ({error.reason} at byte {error.start}).") from None


def _decoded(text: bytes, what: str) -> Any:
    try:
        value = msgspec.json.decode(text)
        _require_flat(value, text, what)
        return value
    except UnicodeDecodeError as error:
        raise _bad(f"{what} is not valid UTF-8 ({error.reason} in a string).") from None
    except RecursionError:
        raise _bad(f"{what} is nested too deeply.") from None
    except (msgspec.MsgspecError, ValueError) as error:
        reason = str(error).partition(" - at ")[0].removeprefix("JSON is malformed: ")
        half = _SURROGATE.search(text)
        hint = f"; is {half[0].decode()} half of a surrogate pair?" if half else "."
        raise _bad(f"{what} is not valid JSON in UTF-8: {reason}{hint}") from None


def _require_flat(value: Any, text: bytes, what: str) -> None:
    # How deep a decoder goes depends on the Python version; our limit does not.
    shallow = text.count(b"[") + text.count(b"{") <= _DEEPEST
    if shallow or not isinstance(value, dict | list):
        return
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise _bad(f"{what} is nested too deeply: at most {_DEEPEST} objects and lists.")


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _bad(message: str, code: str = "BAD_REQUEST") -> Refusal:
    return Refusal(400, code, message)
