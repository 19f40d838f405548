"""server.pages: a tab of GraphiQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Tab"]


class Tab(NamedTuple):
    """An example query, titled with the client's name of the question, and its variables.

    `shows_people`: it asks for users or viewers.
    """

    title: str
    query: str
    variables: Mapping[str, Any]
    shows_people: bool = False

    def as_json(self) -> dict[str, Any]:
        """The tab as GraphiQL stores it."""
        return {
            "title": self.title,
            "query": self.query,
            "variables": json.dumps(self.variables, indent=2, ensure_ascii=False),
            "headers": None,
        }
