"""server.execution: JSON encoding of responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

__all__ = ["encoded", "octets", "utf_8"]


def utf_8(text: str) -> bytes:
    """A text in UTF-8. Lone surrogates become `?`."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def octets(texts: Sequence[str]) -> tuple[Sequence[str], int]:
    """The texts with one character for each byte of UTF-8, and how many bytes they have.

    Plans join texts of this kind: one character beyond Latin-1 in an answer would make Python
    encode all of it a hundred times as slowly.
    """
    joined = "".join(texts)
    if joined.isascii():
        return texts, len(joined)
    texts = [text if text.isascii() else utf_8(text).decode("latin-1") for text in texts]
    return texts, sum(map(len, texts))


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
