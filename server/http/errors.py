"""server.http: `extensions` of the errors that clients may see."""

from __future__ import annotations

from datastore.base.errors import AnswerError

__all__ = ["extensions_of"]


def extensions_of(error: Exception) -> dict[str, object] | None:
    """The `extensions` of an error meant for clients; None for an error to be masked."""
    return error.extensions() if isinstance(error, AnswerError) else None
