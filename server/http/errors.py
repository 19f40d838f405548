"""server.http: `extensions` of the errors that clients may see."""

from __future__ import annotations

from datastore.base.errors import AnswerError, NotFound

__all__ = ["SEARCH", "ErrorExtensions", "SearchNeeded"]

#: Cost of a search for suggestions, as of one in a list.
SEARCH = 1_500.0


class SearchNeeded(Exception):
    """The errors of an answer need a search, which was not allowed."""


class ErrorExtensions:
    """Makes the `extensions` of the errors of one answer. Only the first unknown name gets
    suggestions, because each takes a search.

    If `may_search` is false, SearchNeeded is raised instead.
    """

    def __init__(self, may_search: bool = True) -> None:
        self._may_search = may_search
        #: Cost of the search; 0 without one.
        self.cost = 0.0

    def __call__(self, error: Exception) -> dict[str, object] | None:
        """The `extensions` of an error meant for clients; None for an error to be masked."""
        if isinstance(error, NotFound) and error.suggest is not None:
            if not self._may_search:
                raise SearchNeeded
            if self.cost:
                error.suggest = None
            self.cost = SEARCH
        return error.extensions() if isinstance(error, AnswerError) else None
