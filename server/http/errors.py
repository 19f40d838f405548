"""server.http: `extensions` of the errors that clients may see."""

from __future__ import annotations

from datastore.base.errors import AnswerError, NotFound

__all__ = ["ErrorExtensions"]


class ErrorExtensions:
    """Makes the `extensions` of the errors of one answer. Only the first unknown name gets
    suggestions, because each takes a search."""

    def __init__(self) -> None:
        self._has_searched = False

    def __call__(self, error: Exception) -> dict[str, object] | None:
        """The `extensions` of an error meant for clients; None for an error to be masked."""
        if isinstance(error, NotFound) and error.suggest is not None:
            if self._has_searched:
                error.suggest = None
            self._has_searched = True
        return error.extensions() if isinstance(error, AnswerError) else None
