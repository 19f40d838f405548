"""server.pages: example queries of all questions, as GraphiQL's first tabs."""

from __future__ import annotations

from typing import Any

from datastore.store import Store
from resolvers.examples import examples
from server.pages.game_examples import game_tabs
from server.pages.tab import GROUPS
from server.pages.title_examples import title_tabs

__all__ = ["example_tabs"]


def example_tabs(store: Store) -> list[dict[str, Any]]:
    """The questions about each subject of a snapshot as tabs, with variables that have answers, by
    group.

    Without those that ask for people, if these are hidden.
    """
    games, titles = examples(store)
    tabs = [*(game_tabs(games) if games else ()), *(title_tabs(titles) if titles else ())]
    tabs.sort(key=lambda tab: GROUPS.index(tab.group))
    hidden = store.people.are_hidden
    return [tab.as_json() for tab in tabs if not (hidden and tab.shows_people)]
