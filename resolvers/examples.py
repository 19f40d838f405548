"""resolvers: example keys of a snapshot, for queries that have an answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import DEVELOPER, MIN, MOVIE, REVIEW
from datastore.store import Store

__all__ = ["Examples", "GameExample", "TitleExample", "examples"]

#: Titles that an example of somebody's own ratings lists.
_OWN_RATINGS = 3


class GameExample(NamedTuple):
    """A key with a rich answer for each question about games; None if the snapshot has none."""

    developer: str | None
    user_id: str | None
    genre: str | None
    year: int | None
    app_id: str | None
    #: Release year of most games, the genres of `app_id`, and its developer.
    catalogue_year: int | None
    genres: list[str]


class TitleExample(NamedTuple):
    """A key with a rich answer for each question about titles; None if the snapshot has none.

    `platform` and `year` are of the films with the most casts, `platform` with the most films.
    """

    platform: int | None
    year: int | None
    title_id: str | None
    #: Somebody who has rated some titles, and the most rated title that is not among them.
    viewer_id: str | None
    unrated_title_id: str | None
    #: Title ids and stars of some ratings by `viewer_id`; invented if viewers are hidden.
    ratings: list[tuple[str, float]]


class Examples(NamedTuple):
    """The keys of each subject; None without its data."""

    games: GameExample | None
    titles: TitleExample | None


def examples(store: Store) -> Examples:
    """Choose keys of the subjects in a snapshot."""
    subjects = store.manifest.subjects
    return Examples(
        _games(store) if "games" in subjects else None,
        _titles(store) if "titles" in subjects else None,
    )


def _games(store: Store) -> GameExample:
    """Choose keys: most reviews, most games owned and reviewed, most players."""
    developers, users, games = store.developers, store.users, store.games
    reviews = np.sum(developers.sentiment, axis=0)
    developer = int(reviews.argmax()) if len(developers) else None
    # The user with the most reviews and items among those who have both.
    activity = (users.reviews > 0) * (users.items > 0) * (users.reviews * 10 + users.items)
    user = int(activity.argmax()) if len(users) and not store.people.are_hidden else None
    genre = max(
        range(len(store.genres)),
        key=lambda row: sum(store.genres.player_minutes[r] for r in store.genres.player_rows(row)),
        default=None,
    )
    years = store.rankings.years(DEVELOPER, REVIEW)
    players = games.players[: games.listed]
    game = int(players.argmax()) if len(players) else None
    return GameExample(
        developer=None if developer is None else developers.name[developer],
        user_id=None if user is None else users.user_id[user],
        genre=None if genre is None else store.genres.name[genre],
        year=max(years, key=lambda year: years[year]) if years else None,
        app_id=None if game is None else games.app_id[game],
        catalogue_year=_commonest(games.frame.numbers("release_year")[: games.listed]),
        genres=[]
        if game is None
        else [store.genres.name[row] for row in games.genres.row(game).tolist()],
    )


def _titles(store: Store) -> TitleExample:
    """Choose keys: most films and casts, most ratings, a viewer who has not rated everything."""
    titles, viewers = store.titles, store.viewers
    platform, year = _films(store)
    most_rated = np.argsort(-titles.score_count, kind="stable").tolist()
    counts = np.where(viewers.rating_count * 2 <= len(titles), viewers.rating_count, 0)
    viewer = int(counts.argmax()) if counts.any() else None
    if store.people.are_hidden and len(most_rated) > 1:
        invented = [(titles.title_id[title], 4.0) for title in most_rated[1 : _OWN_RATINGS + 1]]
        popular = titles.title_id[most_rated[0]]
        return TitleExample(platform, year, popular, None, popular, invented)
    if viewer is None or store.people.are_hidden:
        title_id = titles.title_id[most_rated[0]] if most_rated else None
        return TitleExample(platform, year, title_id, None, None, [])
    rows = store.ratings.of_viewer(viewer)
    rated = store.ratings.titles(rows).tolist()
    unrated = next(title for title in most_rated if title not in set(rated))
    own = zip(rated[:_OWN_RATINGS], store.ratings.stars(slice(rows.start, rows.stop)), strict=False)
    return TitleExample(
        platform=platform,
        year=year,
        title_id=titles.title_id[most_rated[0]],
        viewer_id=viewers.viewer_id[viewer],
        unrated_title_id=titles.title_id[unrated],
        ratings=[(titles.title_id[title], float(stars)) for title, stars in own],
    )


def _films(store: Store) -> tuple[int | None, int | None]:
    """A platform and a release year with many films that have a duration and a cast."""
    titles = store.titles
    films = (titles.kind == MOVIE) & (titles.duration_types == MIN)
    with_cast = films & (np.diff(titles.cast_rows.offsets) > 0)
    for chosen in (with_cast, films):
        platform = _commonest(np.where(chosen, titles.platform, np.nan))
        if platform is not None:
            year = _commonest(
                np.where(chosen & (titles.platform == platform), titles.years, np.nan)
            )
            return platform, year
    return None, None


def _commonest(numbers: npt.NDArray[np.float64]) -> int | None:
    """The most frequent number that is not NaN, the smallest of several; None if there is none."""
    values, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
    return int(values[counts.argmax()]) if len(values) else None
