"""server.execution: JSON encoding of responses."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["encoded", "utf_8"]


def utf_8(text: str) -> bytes:
    """A text in UTF-8. Lone surrogates become `?`."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def encoded(response: Any) -> bytes:
    """Encode a response as compact JSON in UTF-8. Lone surrogates, which error messages may quote,
    become `?`."""
    try:
        return msgspec.json.encode(response)
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(response))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value
