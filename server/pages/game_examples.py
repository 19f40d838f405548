"""server.pages: example queries about games: the six questions, the catalogue by year, prices."""

from __future__ import annotations

from resolvers.examples import GameExample
from server.pages.tab import GAMES, MODELS, PRICES, YEARS, Tab

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
# The player with the most hours in a genre
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
_YEAR_GENRES = """\
# The genres with the most games of a year
query YearGenres($year: Int!) {
  catalogueYear(year: $year) {
    topGenres { genre { name } games }
  }
}
"""
_YEAR_GAMES = """\
# The games of a year
query YearGames($year: Int!) {
  catalogueYear(year: $year) {
    gameCount
    games(first: 10) { nodes { appId title } }
  }
}
"""
_YEAR_SPECS = """\
# The most frequent features of a year's games
query YearSpecs($year: Int!) {
  catalogueYear(year: $year) {
    topSpecs { name games }
  }
}
"""
_YEAR_EARLY_ACCESS = """\
# How many games of a year are in early access
query YearEarlyAccess($year: Int!) {
  catalogueYear(year: $year) {
    gameCount
    earlyAccessGames
  }
}
"""
_YEAR_SENTIMENT = """\
# The games of a year by the store's nine labels
query YearSentiment($year: Int!) {
  catalogueYear(year: $year) {
    storeSentiment { label games }
    unlabelledGames
  }
}
"""
_YEAR_METASCORE = """\
# The best metascores of a year
query YearMetascore($year: Int!) {
  catalogueYear(year: $year) {
    topMetascores { metascore game { appId title } }
  }
}
"""
_PRICE = """\
# An estimate of a game's price, in USD; the interval
# from low to high holds for 80 % of games
query PriceEstimate($genres: [String!], $earlyAccess: Boolean, $releaseYear: Int) {
  priceEstimate(genres: $genres, earlyAccess: $earlyAccess, releaseYear: $releaseYear) {
    price(precision: 2)
    low(precision: 2)
    high(precision: 2)
    method
    rmse(precision: 2)
    mae(precision: 2)
    reason { feature usd(precision: 2) }
  }
}
"""
_MODEL = """\
# The recommender of games, compared with simpler ones
query RecommenderQuality {
  model {
    limits
    metrics { ranking ndcgAt10 { value low high } }
    baselines { ranking ndcgAt10 { value low high } }
  }
}
"""
_PRICE_MODEL = """\
# Errors of price estimates on games they have not seen
query PriceQuality {
  priceModel {
    best
    methods {
      method
      random { games mae rmse }
    }
    limits
  }
}
"""


def game_tabs(keys: GameExample) -> list[Tab]:
    """A tab for each question about games, with variables that have an answer."""
    year = {"year": keys.catalogue_year}
    guess = {"genres": keys.genres, "earlyAccess": False, "releaseYear": keys.catalogue_year}
    return [
        Tab("developer", GAMES, _DEVELOPER, {"name": keys.developer}),
        Tab("userdata", GAMES, _USER, {"userId": keys.user_id}, shows_people=True),
        Tab("UserForGenre", GAMES, _GENRE, {"name": keys.genre}, shows_people=True),
        Tab("best_developer_year", GAMES, _BEST, {"year": keys.year}),
        Tab("developer_reviews_analysis", GAMES, _SENTIMENT, {"name": keys.developer}),
        Tab("recomendacion_juego", GAMES, _SIMILAR, {"appId": keys.app_id}),
        Tab("genero", YEARS, _YEAR_GENRES, year),
        Tab("juegos", YEARS, _YEAR_GAMES, year),
        Tab("specs", YEARS, _YEAR_SPECS, year),
        Tab("earlyacces", YEARS, _YEAR_EARLY_ACCESS, year),
        Tab("sentiment", YEARS, _YEAR_SENTIMENT, year),
        Tab("metascore", YEARS, _YEAR_METASCORE, year),
        Tab("prediccion", PRICES, _PRICE, guess),
        Tab("model", MODELS, _MODEL, {}),
        Tab("priceModel", MODELS, _PRICE_MODEL, {}),
    ]
