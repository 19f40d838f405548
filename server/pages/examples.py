"""server.pages: example queries of the six questions, as GraphiQL's first tabs."""

from __future__ import annotations

import json
from typing import Any

from datastore.store import Store
from resolvers.dataset import examples

__all__ = ["example_tabs"]

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
# The player with the most hours in a genre, by release year
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


def example_tabs(store: Store) -> list[dict[str, Any]]:
    """The six questions as tabs, with variables that have an answer in this snapshot."""
    keys = examples(store)
    tabs = (
        ("developer", _DEVELOPER, {"name": keys.developer}),
        ("userdata", _USER, {"userId": keys.user_id}),
        ("UserForGenre", _GENRE, {"name": keys.genre}),
        ("best_developer_year", _BEST, {"year": keys.year}),
        ("developer_reviews_analysis", _SENTIMENT, {"name": keys.developer}),
        ("recomendacion_juego", _SIMILAR, {"appId": keys.app_id}),
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
