"""server.pages: example queries about games: the six questions."""

from __future__ import annotations

from resolvers.examples import GameExample
from server.pages.tab import Tab

__all__ = ["game_tabs"]

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


def game_tabs(keys: GameExample) -> list[Tab]:
    """A tab for each question about games, with variables that have an answer."""
    return [
        Tab("developer", _DEVELOPER, {"name": keys.developer}),
        Tab("userdata", _USER, {"userId": keys.user_id}),
        Tab("UserForGenre", _GENRE, {"name": keys.genre}),
        Tab("best_developer_year", _BEST, {"year": keys.year}),
        Tab("developer_reviews_analysis", _SENTIMENT, {"name": keys.developer}),
        Tab("recomendacion_juego", _SIMILAR, {"appId": keys.app_id}),
    ]
