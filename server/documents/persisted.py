"""server.documents: automatic persisted queries, by the protocol of Apollo and urql."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cachetools import LRUCache

from server.execution.errors import RequestError, failure
from server.http.parameters import Parameters
from server.http.refusal import Refusal

__all__ = ["PersistedQueries"]

_PREFIX = "sha256:"


class PersistedQueries:
    """A cache of documents that clients sent with their hash; evicts the least recently used.

    `built_in` are documents by hash that are always known: those of the server's own pages.
    """

    def __init__(
        self, max_documents: int, max_bytes: int, built_in: Mapping[str, str] | None = None
    ) -> None:
        self._max_documents = max_documents
        self._built_in = dict(built_in or {})
        self._documents: LRUCache[str, bytes] = LRUCache(max_bytes, getsizeof=len)
        self._hits = self._misses = 0

    @property
    def operation_names(self) -> frozenset[str]:
        """None: anybody can add documents."""
        return frozenset()

    def cache_uses(self) -> tuple[int, int]:
        """How many hashes were known, and how many were not."""
        return self._hits, self._misses

    def known(self, parameters: Parameters) -> str | None:
        """The document that a request names; None if it is not found or not allowed."""
        key, query = parameters.persisted, parameters.query
        if key is not None and not self._max_documents:
            return None
        if query is not None:
            return query if key is None or key == _hash(query) else None
        wanted = key or (parameters.document_id or "").removeprefix(_PREFIX)
        document = self._documents.get(wanted)
        return self._built_in.get(wanted) if document is None else document.decode()

    def text(self, parameters: Parameters) -> str:
        """The document that a request names.

        Raises RequestError for an unknown hash, Refusal for a hash that does not match the text.
        """
        key = parameters.persisted
        if key is not None and not self._max_documents:
            # Message and code are part of the protocol: clients then always send the text.
            raise _error("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        if parameters.query is None:
            return self._find(key or (parameters.document_id or "").removeprefix(_PREFIX))
        if key is not None and key != _hash(parameters.query):
            raise Refusal(
                400,
                "PERSISTED_QUERY_HASH_MISMATCH",
                f"'sha256Hash' is {key[:64]!r}, but the SHA-256 of the query is "
                f"{_hash(parameters.query)}: send the hash of the exact text.",
            )
        return parameters.query

    def remember(self, parameters: Parameters) -> None:
        """Keep the document of a valid request that has both text and hash."""
        key, text = parameters.persisted, parameters.query
        if text is None:
            self._hits += 1
        if key is None or text is None or key in self._documents:
            return
        document = text.encode()
        if len(document) > self._documents.maxsize:
            return
        while len(self._documents) >= self._max_documents:
            self._documents.popitem()
        self._documents[key] = document

    def _find(self, key: str) -> str:
        if key in self._built_in:
            return self._built_in[key]
        document = self._documents.get(key)
        if document is None:
            self._misses += 1
            raise _error("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return document.decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _error(message: str, code: str) -> RequestError:
    return RequestError([failure(message, code)])
