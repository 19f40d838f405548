"""server.http: the parameters of a GraphQL request, from a URL or a JSON body."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from math import isinf
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
import numpy as np

from server.http.refusal import Refusal

__all__ = ["Parameters", "from_body", "from_url"]

_NAMES = ("query", "documentId", "id", "operationName", "variables", "extensions")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
#: Longest part of a value that a message quotes, in characters.
_SHOWN = 60
#: Deepest nesting of objects and lists in a request.
_DEEPEST = 128
#: Steps between levels, 1 down and -1 up, and 0 for a quote; and all other bytes.
_STEPS = bytes.maketrans(b'{[}]"', b"\x01\x01\xff\xff\x00")
_OTHERS = bytes(set(range(256)) - set(b'{[}]"'))


class Parameters(msgspec.Struct, frozen=True, gc=False):
    """The parameters of a well-formed request; its document is not looked up yet."""

    query: str | None
    document_id: str | None
    persisted: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    #: Whether the answer reports the cost of the operation.
    reports_cost: bool = False


def from_url(query_string: bytes) -> Parameters:
    """Read the parameters of a URL's query string. Raises Refusal (400) if they are invalid."""
    values: dict[str, Any] = {}
    for pair in query_string.split(b"&"):
        name, _, value = pair.partition(b"=")
        key = _unescaped(name, "A parameter's name")
        if key not in _NAMES:
            continue
        if key in values:
            raise _bad(f"The parameter '{key}' is given more than once: give it once.")
        values[key] = _unescaped(value, f"The parameter '{key}'")
    # By the specification, an empty parameter is the same as none.
    values = {key: value for key, value in values.items() if value or key == "query"}
    for key in ("variables", "extensions"):
        if key in values:
            values[key] = _decoded(values[key].encode(), f"The parameter '{key}'")
    return _checked(values)


def from_body(body: bytes) -> Parameters:
    """Read the parameters of a JSON body, also behind a byte order mark. Raises Refusal (400) if
    they are invalid."""
    usual = _usual(body)
    if usual is not None:
        return usual
    body = body.removeprefix(BOM_UTF8)
    if not body.strip():
        raise _bad("The body is empty: send a JSON object with a 'query'.")
    values = _decoded(body, "The body")
    if isinstance(values, list):
        raise _bad(
            "The body is an array, but batching is not supported: send each request separately.",
            "BATCHING_NOT_SUPPORTED",
        )
    if not isinstance(values, dict):
        raise _bad(f"The body is {_shown(values)}: send a JSON object with a 'query'.")
    return _checked(values)


def _float(text: str) -> float:
    """A number in JSON. Raises ValueError for one that is too large."""
    value = float(text)
    if isinf(value):
        raise ValueError("Number out of range")
    return value


class _Usual(msgspec.Struct, gc=False):
    query: str
    operationName: str | None = None  # noqa: N815
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    documentId: None = None  # noqa: N815
    id: None = None


#: Numbers such as 1e308 are read by Python: msgspec takes 10 us for each, a second for a body.
_read_usual = msgspec.json.Decoder(_Usual, float_hook=_float).decode
_read_any = msgspec.json.Decoder(float_hook=_float).decode


def _usual(body: bytes) -> Parameters | None:
    """The parameters of a body with just a query, as most have it; None if more must be checked."""
    if body.count(b"[") + body.count(b"{") > _DEEPEST:  # would be read in vain
        return None
    try:
        read = _read_usual(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if read.extensions or read.operationName == "":
        return None
    if not read.query or read.query.isspace():
        return None
    return Parameters(read.query, None, None, read.operationName, read.variables)


def _checked(values: dict[str, Any]) -> Parameters:
    extensions = _object(values, "extensions")
    parameters = Parameters(
        _text(values, "query"),
        _text(values, "documentId") or _text(values, "id"),
        _persisted_hash(extensions) if extensions else None,
        _text(values, "operationName"),
        _object(values, "variables"),
        _reports_cost(extensions) if extensions else False,
    )
    if parameters.operation_name == "":
        raise _bad("'operationName' is empty: name an operation of the document, or omit it.")
    if parameters.query is not None and not parameters.query.strip():
        raise _bad("'query' is empty: send a GraphQL document.")
    if parameters.query is parameters.document_id is parameters.persisted is None:
        raise _bad("The request has no 'query': send a GraphQL document.")
    return parameters


def _text(values: dict[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise _bad(f"'{name}' is {_shown(value)}: it must be a string.")
    return value


def _object(values: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = values.get(name)
    if value is not None and not isinstance(value, dict):
        raise _bad(f"'{name}' is {_shown(value)}: it must be an object.")
    return value


def _persisted_hash(extensions: dict[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
        raise _bad(
            f"'extensions.persistedQuery' is {_shown(persisted)}: "
            "it must be an object with 'version' 1 and a string 'sha256Hash'."
        )
    version = persisted.get("version")
    if version != 1 or isinstance(version, bool):
        raise _bad(f"'extensions.persistedQuery.version' is {_shown(version)}: it must be 1.")
    sha256: str = persisted["sha256Hash"]
    return sha256


def _reports_cost(extensions: dict[str, Any]) -> bool:
    wanted = extensions.get("cost", False)
    if not isinstance(wanted, bool):
        raise _bad(f"'extensions.cost' is {_shown(wanted)}: it must be true or false.")
    return wanted


def _unescaped(text: bytes, subject: str) -> str:
    if invalid := _BAD_ESCAPE.search(text):
        escape = invalid[0].decode("ascii", "backslashreplace")
        raise _bad(f"{subject} contains {escape!r}: write a percent sign as %25.")
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"{error.reason} at byte {error.start}"
        raise _bad(f"{subject} is not valid UTF-8 ({reason}).") from None


def _decoded(text: bytes, subject: str) -> Any:
    try:
        value = _read_any(text)
        _check_depth(text, subject)
        return value
    except UnicodeDecodeError as error:
        raise _bad(f"{subject} is not valid UTF-8 ({error.reason} in a string).") from None
    except RecursionError:
        raise _bad(f"{subject} is nested too deeply.") from None
    except (msgspec.MsgspecError, ValueError) as error:
        reason = str(error).partition(" - at ")[0].removeprefix("JSON is malformed: ")
        surrogate = _SURROGATE.search(text)
        hint = f"; is {surrogate[0].decode()} half of a surrogate pair?" if surrogate else "."
        raise _bad(f"{subject} is not valid JSON in UTF-8: {reason}{hint}") from None


def _check_depth(text: bytes, subject: str) -> None:
    """Raise Refusal (400) if a text in JSON is nested too deeply. The limit of the decoder itself
    depends on the Python version."""
    if text.count(b"[") + text.count(b"{") > _DEEPEST and _depth(text) > _DEEPEST:
        raise _bad(f"{subject} is nested too deeply: at most {_DEEPEST} levels are allowed.")


def _depth(text: bytes) -> int:
    """Levels of objects and lists in valid JSON, by its brackets outside of strings."""
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = np.frombuffer(text.translate(_STEPS, delete=_OTHERS), np.int8)
    inside = np.cumsum(marks == 0, dtype=np.int32) % 2
    return int(np.cumsum(marks * (1 - inside), dtype=np.int32).max(initial=0))


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _bad(message: str, code: str = "BAD_REQUEST") -> Refusal:
    return Refusal(400, code, message)
