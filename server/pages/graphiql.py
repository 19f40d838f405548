"""server.pages: the GraphiQL page and what it opens with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from datastore.store import Store
from resolvers.dataset import examples
from server.snapshots.holder import Holder

__all__ = ["STATIC", "ExplorerPage", "questions"]

#: Written by the build hook, absent where the page could not be built.
STATIC = Path(__file__).parent / "static"
_MISSING = Path(__file__).parent / "missing.html"

_DEVELOPER = """\
# Items and free content per release year
query Developer($name: String!) {
  developer(name: $name) {
    name
    releaseYears {
      year
      items
      freeItems
      freePercent
      unknownPriceItems
    }
  }
}
"""
_USER = """\
# Money spent, recommendations, items
query UserData($userId: ID!) {
  user(userId: $userId) {
    itemsCount
    moneySpent
    pricedItems
    recommendPercent
    reviewCount
    recommendedReviews
  }
}
"""
_GENRE = """\
# Who plays a genre most, by release year
query UserForGenre($name: String!) {
  genre(name: $name) {
    topPlayer {
      user { userId }
      hours
      hoursByReleaseYear { year hours }
    }
  }
}
"""
_BEST = """\
# The best developers of a year
query BestDeveloperYear($year: Int!) {
  bestDevelopers(year: $year) {
    rank
    developer { name }
    recommendations
  }
}
"""
_SENTIMENT = """\
# A developer's reviews by sentiment
query DeveloperReviewsAnalysis($name: String!) {
  developer(name: $name) {
    name
    reviewSentiment { negative neutral positive total }
  }
}
"""
_SIMILAR = """\
# Five games similar to one
query SimilarGames($appId: ID!) {
  game(appId: $appId) {
    title
    similarGames {
      game { appId title }
      score
      source
      sharedPlayers
    }
  }
}
"""


def questions(store: Store) -> list[dict[str, Any]]:
    """The six questions as tabs, with variables that have an answer in this snapshot."""
    key = examples(store)
    tabs = (
        ("developer", _DEVELOPER, {"name": key.developer}),
        ("userdata", _USER, {"userId": key.user_id}),
        ("UserForGenre", _GENRE, {"name": key.genre}),
        ("best_developer_year", _BEST, {"year": key.year}),
        ("developer_reviews_analysis", _SENTIMENT, {"name": key.developer}),
        ("recomendacion_juego", _SIMILAR, {"appId": key.app_id}),
    )
    return [
        {
            "title": title,
            "query": query,
            "variables": json.dumps(variables, indent=2, ensure_ascii=False),
            "headers": None,
        }
        for title, query, variables in tabs
    ]


class ExplorerPage:
    """Serves `/` and `/explorer.json`."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder

    async def page(self, request: Request) -> Response:
        """The page, or one that says why it is missing and how to get it."""
        built = STATIC / "index.html"
        if built.is_file():
            return FileResponse(built, headers={"Cache-Control": "no-cache"})
        return FileResponse(_MISSING, headers={"Cache-Control": "no-store"})

    async def settings(self, request: Request) -> Response:
        """What the page opens with. The questions' keys are chosen from the served snapshot."""
        store = self._holder.store
        body = {
            "endpoint": "/graphql",
            "dataset": {"version": store.manifest.version, "demo": store.manifest.dataset.demo},
            "tabs": questions(store),
        }
        return JSONResponse(body, headers={"Cache-Control": "no-cache"})
