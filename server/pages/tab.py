"""server.pages: a tab of GraphiQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["GAMES", "GROUPS", "MODELS", "PRICES", "TITLES", "YEARS", "Tab"]

#: Headings of the list of examples, in its order. The page opens with those of the first one.
GAMES = "Games"
YEARS = "The games of a year"
PRICES = "Prices"
TITLES = "Streaming titles"
MODELS = "How good the models are"
GROUPS = (GAMES, YEARS, PRICES, TITLES, MODELS)


class Tab(NamedTuple):
    """An example query, titled with the client's name of the question, and its variables.

    `shows_people`: it asks for users or viewers.
    """

    title: str
    group: str
    query: str
    variables: Mapping[str, Any]
    shows_people: bool = False

    def as_json(self) -> dict[str, Any]:
        """The tab as GraphiQL stores it, and its group."""
        return {
            "title": self.title,
            "group": self.group,
            "query": self.query,
            "variables": json.dumps(self.variables, indent=2, ensure_ascii=False),
            "headers": None,
        }
