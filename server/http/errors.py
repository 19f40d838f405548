"""server.http: which errors clients get to read."""

from __future__ import annotations

from datastore.base.errors import AnswerError

__all__ = ["extensions_of"]


def extensions_of(error: Exception) -> dict[str, object] | None:
    """`extensions` of an error that was made for clients; None for one that must be masked."""
    return error.extensions() if isinstance(error, AnswerError) else None
