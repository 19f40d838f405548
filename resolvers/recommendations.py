"""resolvers: similar games, and games for a player, known or new.

Plain lists are precomputed in the snapshot. Lists with a filter, excluded games or a library that
is not in the snapshot are computed on request by the same model, from the same sources in order:
HYBRID or COPLAY, CONTENT, POPULAR.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR, SOURCES
from datastore.base.errors import InvalidArgument
from datastore.model import Player
from datastore.recommendations import Entry, Neighbour
from datastore.store import Store
from resolvers import spaces
from resolvers.arguments import check_first, shown
from resolvers.filters import Expression
from resolvers.paging import row_array
from resolvers.selection import Selection, select

__all__ = [
    "Alike",
    "Owned",
    "Reason",
    "Recommended",
    "Wanted",
    "alike",
    "for_library",
    "for_user",
    "similar",
]

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
E = TypeVar("E", Entry, Neighbour)

#: Most games in a given library, or in a list of games to exclude.
MOST_GAMES = 10_000


class Owned(NamedTuple):
    """A game in a given library: its product id and the hours played."""

    app_id: str
    hours: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Arguments of recommendations other than their number."""

    where: Expression | None = None
    exclude: Collection[str] = ()
    exclude_reviewed: bool = False
    diversity: float = 0.0


class Reason(NamedTuple):
    """Why a game is recommended: own games and their contributions to the score, highest first.

    The score is `baseline`, plus these contributions, plus `rest`, the contribution of all other
    own games. At most as many games are listed as a client may request.
    """

    because: list[tuple[int, float]]
    baseline: float
    rest: float = 0.0


class Alike(NamedTuple):
    """Why two games are similar: cosines (None when not used) and common tags and genres."""

    als: float | None
    tags: float
    shared_tags: list[str]


class Recommended:
    """Recommended games, best first; reasons are computed when first requested."""

    def __init__(self, store: Store, entries: list[Entry], player: Callable[[], Player]) -> None:
        self.entries = entries
        self._store = store
        self._player = player

    @cached_property
    def reasons(self) -> list[Reason]:
        """One reason per entry."""
        player = self._player()
        reasons = [Reason([], entry.score) for entry in self.entries]
        for codes, explain in (((HYBRID, COPLAY), _by_model), ((CONTENT,), _by_content)):
            names = [SOURCES[code] for code in codes]
            at = [i for i, entry in enumerate(self.entries) if entry.source in names]
            if at:
                games = np.array([self.entries[i].game for i in at])
                for i, reason in zip(at, explain(self._store, player, games), strict=True):
                    reasons[i] = reason
        return reasons


def similar(store: Store, game: int, first: int, diversity: float = 0.0) -> list[Neighbour]:
    """The games most similar to a game. Raises InvalidArgument for an argument out of range."""
    first = check_first(first, store.recommender.most)
    if not _checked_diversity(diversity):
        return store.recommender.similar(game, first)
    pool = store.recommender.similar(game, store.recommender.most)
    return _diverse(store, pool, diversity, first)


def alike(store: Store, one: int, other: int) -> Alike:
    """The similarity of two games and what they have in common."""
    pair = np.array([one, other])
    directions, vectors = store.model.directions(pair), store.content.vectors(pair)
    known = store.model.places(one) and store.model.places(other)
    return Alike(
        float(directions[0] @ directions[1]) if known else None,
        float(vectors[0] @ vectors[1]),
        store.content.shared(one, other),
    )


def for_user(store: Store, user: int, first: int, wanted: Wanted) -> Recommended:
    """Games for a user, best first, without games the user owns. For a user who owns nothing, the
    reviewed games are left out too, as they are all that is known.

    Raises InvalidArgument for an argument out of range.
    """
    most = store.recommender.most
    first, diversity = check_first(first, most), _checked_diversity(wanted.diversity)
    excluded = _excluded(store, wanted.exclude)
    nothing_owned = not len(store.users.library(user)[0])
    if wanted.exclude_reviewed or nothing_owned:
        excluded += [int(store.reviews.game[row]) for row in store.reviews.of_user(user)]

    def player() -> Player:
        return store.model.player(*store.users.library(user), user)

    if wanted.where is None and nothing_owned:
        entries = _most_played(store, excluded)
    elif wanted.where is None and not excluded:
        entries = store.recommender.for_user(user, most if diversity else first)
    else:
        entries = _ladder(store, player(), _allowed(store, wanted.where, excluded))
    return Recommended(store, _diverse(store, entries, diversity, first), player)


def for_library(store: Store, library: Sequence[Owned], first: int, wanted: Wanted) -> Recommended:
    """Games for a player who is not in the snapshot, best first, without those in the library.

    Unknown games are ignored; duplicates keep the longest playtime. Raises InvalidArgument for an
    argument out of range.
    """
    first = check_first(first, store.recommender.most)
    diversity = _checked_diversity(wanted.diversity)
    if len(library) > MOST_GAMES:
        raise InvalidArgument(
            "games", f"{len(library)} games", f"at most {MOST_GAMES} are allowed."
        )
    longest: dict[int, float] = {}
    for app_id, hours in library:
        if not 0 <= hours < inf:
            what = f"The hours of {shown(app_id)} are"
            raise InvalidArgument("games", hours, "they must be 0 or more.", what)
        row = store.games.find(app_id)
        if row is not None and hours >= longest.get(row, 0.0):
            longest[row] = hours
    games = np.array(sorted(longest), np.int64)
    with np.errstate(over="ignore"):  # hours near the float limit become infinite minutes
        # Rounded, so that 7 minutes given as hours are 7 minutes again.
        minutes = np.round(np.array([longest[game] for game in games.tolist()]) * 60.0, 6)
    player = store.model.player(games, minutes)
    allowed = _allowed(store, wanted.where, _excluded(store, wanted.exclude))
    entries = _ladder(store, player, allowed)
    return Recommended(store, _diverse(store, entries, diversity, first), lambda: player)


def _checked_diversity(value: float) -> float:
    if not 0 <= value <= 1:
        raise InvalidArgument("diversity", value, "it must be between 0 and 1.")
    return value


def _excluded(store: Store, app_ids: Collection[str]) -> list[int]:
    if len(app_ids) > MOST_GAMES:
        raise InvalidArgument(
            "exclude", f"{len(app_ids)} ids", f"at most {MOST_GAMES} are allowed."
        )
    rows = (store.games.find(app_id) for app_id in app_ids)
    return [row for row in rows if row is not None]


def _allowed(store: Store, where: Expression | None, excluded: list[int]) -> Mask:
    """Mask over all games: True for those that may be recommended."""
    chosen = select(range(len(store.games)), lambda: spaces.games(store), Selection(where))
    allowed = np.zeros(len(store.games), bool)
    allowed[row_array(chosen)] = True
    allowed[excluded] = False
    return allowed


def _ladder(store: Store, player: Player, allowed: Mask) -> list[Entry]:
    """The longest possible list of allowed games, without the player's own."""
    allowed = allowed.copy()
    allowed[player.games] = False
    most, found = store.recommender.most, list[Entry]()
    for rung in (_model_rung, _content_rung, _popular_rung):
        games, scores, source = rung(store, player)
        kept = allowed[games]
        games, scores = games[kept], scores[kept]
        order = _best(scores, most - len(found))
        found += [
            Entry(game, score, SOURCES[source])
            for game, score in zip(games[order].tolist(), scores[order].tolist(), strict=True)
        ]
        allowed[games[order]] = False
        if len(found) == most:
            break
    return found


def _best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Indices of the `count` highest scores, best first, ties in index order."""
    if not count:
        return np.zeros(0, np.intp)
    places = np.arange(len(scores))
    if count < len(scores):
        places = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    return places[np.argsort(-scores[places], kind="stable")][:count]


_Rung = tuple[npt.NDArray[np.integer], Floats, int]


def _model_rung(store: Store, player: Player) -> _Rung:
    scores = store.model.scores(player)
    if len(player.played):
        return store.model.games, scores, HYBRID
    kept = scores > 0  # without playtime, a score of 0 or less carries no information
    return store.model.games[kept], scores[kept], COPLAY


def _content_rung(store: Store, player: Player) -> _Rung:
    """Games with similar tags and genres, among those that anybody has played."""
    known = scoring.known(store.recommender.popular, store.games.players)
    profile, length = _profile(store, player)
    scores = store.content.cosines(profile / length)[known] if length else np.zeros(len(known))
    kept = scores > 0
    return known[kept], scores[kept], CONTENT


def _popular_rung(store: Store, player: Player) -> _Rung:
    games = store.recommender.popular
    players = store.games.players[games]
    return games, players / max(1, int(players.max(initial=0))), POPULAR


def _most_played(store: Store, excluded: Collection[int]) -> list[Entry]:
    """The result of the ladder for a player who owns nothing, without computing all scores."""
    recommender, gone = store.recommender, set(excluded)
    games = recommender.popular[: recommender.most + len(gone)]
    players = store.games.players[games]
    share = players / max(1, int(players.max(initial=0)))
    listed = [
        Entry(game, share, SOURCES[POPULAR])
        for game, share in zip(games.tolist(), share.tolist(), strict=True)
        if game not in gone
    ]
    return listed[: recommender.most]


def _profile(store: Store, player: Player) -> tuple[Floats, float]:
    """Sum of the tag and genre vectors of the own games, weighted by history, and its norm."""
    profile = player.history @ store.content.vectors(player.games)
    return profile, float(np.linalg.norm(profile))


def _by_model(store: Store, player: Player, games: npt.NDArray[np.int64]) -> list[Reason]:
    found, most = store.model.contributions(player, games), store.recommender.most
    return [_reason(found.games, parts, found.baseline, most) for parts in found.parts]


def _by_content(store: Store, player: Player, games: npt.NDArray[np.int64]) -> list[Reason]:
    own, most = store.content.vectors(player.games), store.recommender.most
    _, length = _profile(store, player)
    parts = (store.content.vectors(games) @ own.T) * player.history / length
    return [_reason(player.games, row, 0.0, most) for row in parts]


def _reason(games: npt.NDArray[np.integer], parts: Floats, baseline: float, most: int) -> Reason:
    first = _best(parts, most)
    first = first[parts[first] != 0]
    rest = np.delete(parts, first).sum() if len(parts) > most else 0.0
    because = list(zip(games[first].tolist(), parts[first].tolist(), strict=True))
    return Reason(because, baseline, float(rest))


def _diverse(store: Store, pool: list[E], diversity: float, first: int) -> list[E]:
    """Entries of the pool re-ranked by maximal marginal relevance.

    J. Carbonell, J. Goldstein: The Use of MMR, Diversity-Based Reranking (SIGIR 1998). Relevance
    falls linearly from 1 at the head of the pool to its end; similarity is the mean of the cosines
    of ALS factors and of tags and genres.
    """
    if not diversity:
        return pool[:first]
    games = np.array([entry.game for entry in pool], np.int64)
    directions, vectors = store.model.directions(games), store.content.vectors(games)
    alike = (directions @ directions.T + vectors @ vectors.T) / 2
    gain = (1 - diversity) * (1 - np.arange(len(pool)) / max(1, len(pool)))
    nearest = np.zeros(len(pool))
    chosen: list[int] = []
    for _ in range(min(first, len(pool))):
        value = gain - diversity * nearest
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
        nearest = np.maximum(nearest, alike[chosen[-1]])
    return [pool[at] for at in chosen]
