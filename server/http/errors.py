"""server.http: `extensions` of the errors that clients may see."""

from __future__ import annotations

import msgspec

from datastore.base.errors import AnswerError, NotFound

__all__ = ["SEARCH", "ErrorExtensions", "SearchNeeded"]

#: Cost of a search for suggestions, as of one in a list.
SEARCH = 1_500.0


class SearchNeeded(Exception):
    """The errors of an answer need a search, which was not allowed."""


class ErrorExtensions(msgspec.Struct):
    """Makes the `extensions` of the errors of one answer. Only the first unknown name gets
    suggestions, because each takes a search.

    If it may not search, SearchNeeded is raised instead.
    """

    may_search: bool = True
    #: Cost of the search; 0 without one.
    cost: float = 0.0

    def __call__(self, error: Exception) -> dict[str, object] | None:
        """The `extensions` of an error meant for clients; None for an error to be masked."""
        if isinstance(error, NotFound) and error.suggest is not None:
            if not self.may_search:
                raise SearchNeeded
            if self.cost:
                error.suggest = None
            self.cost = SEARCH
        return error.extensions() if isinstance(error, AnswerError) else None
