"""server.documents: automatic persisted queries, as the links of Apollo and urql speak them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from server.execution.executor import RequestError
from server.http.parameters import Parameters
from server.http.refusal import Refusal, failure

__all__ = ["PersistedQueries"]

_PREFIX = "sha256:"


class PersistedQueries:
    """Documents that clients left here under their hash; the one used longest ago goes first."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def text(self, parameters: Parameters) -> str:
        """The document that a request means.

        Raises RequestError for an unknown hash, Refusal for one that is another document's.
        """
        key = parameters.persisted
        if key is not None and not self._most:
            # Message and code are the protocol: clients send the whole text from then on.
            raise _error("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        if parameters.query is None:
            return self._find(key or (parameters.document_id or "").removeprefix(_PREFIX))
        if key is not None and key != _hash(parameters.query):
            raise Refusal(
                400,
                "PERSISTED_QUERY_HASH_MISMATCH",
                f"'sha256Hash' is {key[:64]!r}, and the SHA-256 of the query is "
                f"{_hash(parameters.query)}: send the hash of the very text.",
            )
        return parameters.query

    def remember(self, parameters: Parameters) -> None:
        """Keep the document of a request that gave text and hash, and that is valid."""
        key, text = parameters.persisted, parameters.query
        if key is None or text is None or key in self._texts:
            return
        kept = text.encode()
        if len(kept) > self._most_bytes:
            return
        self._texts[key] = kept
        self._bytes += len(kept)
        while len(self._texts) > self._most or self._bytes > self._most_bytes:
            _, dropped = self._texts.popitem(last=False)
            self._bytes -= len(dropped)

    def _find(self, key: str) -> str:
        found = self._texts.get(key)
        if found is None:
            raise _error("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        self._texts.move_to_end(key)
        return found.decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _error(message: str, code: str) -> RequestError:
    return RequestError([failure(message, code)])
