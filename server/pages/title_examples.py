"""server.pages: example queries about streaming titles and viewers' ratings."""

from __future__ import annotations

from datastore.base.codes import PLATFORMS
from resolvers.examples import TitleExample
from server.pages.tab import MODELS, TITLES, Tab

__all__ = ["title_tabs"]

_LONGEST = """\
# The longest films of a platform and year
query LongestTitles($year: Int, $platform: Platform, $durationType: DurationType) {
  longestTitles(year: $year, platform: $platform, durationType: $durationType) {
    titleId
    title
    durationInt
    durationType
  }
}
"""
_SCORE_COUNT = """\
# How many films of a platform and year have a
# mean score above a value
query ScoreCount($platform: Platform, $year: Int, $scoreAbove: Float) {
  titleCount(platform: $platform, year: $year, scoreAbove: $scoreAbove)
}
"""
_PLATFORM_COUNT = """\
# How many films a platform has, and how many films and series together
query PlatformCount($platform: Platform) {
  films: titleCount(platform: $platform)
  filmsAndSeries: titleCount(platform: $platform, kinds: [MOVIE, SERIES])
}
"""
_ACTORS = """\
# The actors in most titles of a platform and year
query TopActors($platform: Platform!, $year: Int!) {
  topActors(platform: $platform, year: $year) {
    displayName
    appearances
    titles { nodes { titleId title } }
  }
}
"""
_SIMILAR = """\
# Five titles similar to one, and what they share
query SimilarTitles($titleId: ID!) {
  title(titleId: $titleId) {
    title
    platform
    similarTitles {
      title { titleId title platform }
      score
      reason { text genreWords cast directors words }
    }
  }
}
"""
_VERDICT = """\
# Whether to recommend a title to a viewer: yes if
# the estimated rating is above the threshold
query Verdict($viewerId: ID!, $titleId: ID!) {
  viewer(viewerId: $viewerId) {
    ratingCount
    meanRating
    verdict(titleId: $titleId) {
      title { title }
      recommended
      estimate(precision: 2)
      reason
      threshold
      method
      interval { low(precision: 2) high(precision: 2) }
    }
  }
}
"""
_OWN_RATINGS = """\
# The same for somebody who is not in the data, by
# their own ratings
query VerdictForRatings($ratings: [TitleRating!]!, $titleId: ID!) {
  verdictForRatings(ratings: $ratings, titleId: $titleId) {
    title { title }
    recommended
    estimate(precision: 2)
    reason
    threshold
    method
    interval { low(precision: 2) high(precision: 2) }
  }
}
"""
_MODEL = """\
# Errors of verdicts on ratings they have not seen
query VerdictQuality {
  titleModel {
    summary
    best
    globalMean { rmse(precision: 3) }
    methods {
      method
      rmse(precision: 3)
      coverage(precision: 3)
    }
  }
}
"""


def title_tabs(keys: TitleExample) -> list[Tab]:
    """A tab for each question about titles, with variables that have an answer."""
    platform = None if keys.platform is None else PLATFORMS[keys.platform]
    own = [{"titleId": title_id, "rating": rating} for title_id, rating in keys.ratings]
    place = {"platform": platform, "year": keys.year}
    verdict = {"viewerId": keys.viewer_id, "titleId": keys.unrated_title_id}
    return [
        Tab("get_max_duration", TITLES, _LONGEST, {**place, "durationType": "MIN"}),
        Tab("get_score_count", TITLES, _SCORE_COUNT, {**place, "scoreAbove": 3.5}),
        Tab("get_count_platform", TITLES, _PLATFORM_COUNT, {"platform": platform}),
        Tab("get_actor", TITLES, _ACTORS, place),
        Tab("get_recommendation", TITLES, _SIMILAR, {"titleId": keys.title_id}),
        Tab("verdict", TITLES, _VERDICT, verdict, shows_people=True),
        Tab(
            "verdictForRatings",
            TITLES,
            _OWN_RATINGS,
            {"ratings": own, "titleId": keys.unrated_title_id},
        ),
        Tab("titleModel", MODELS, _MODEL, {}),
    ]
