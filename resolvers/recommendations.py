"""resolvers: games for a player, known or new, and the reasons for them.

Plain lists are precomputed in the snapshot. Lists with a filter, excluded games or a library that
is not in the snapshot are computed on request by the same model, from the same sources in the same
order: HYBRID or COPLAY, CONTENT, POPULAR.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from datastore.base.errors import InvalidArgument, TooMany
from datastore.model import Player
from datastore.recommendations import Entry
from datastore.store import Store
from resolvers.arguments import check_first, shown
from resolvers.diversity import checked_diversity, diverse
from resolvers.filters import Expression
from resolvers.games import matching_games

__all__ = [
    "Arguments",
    "Owned",
    "Reason",
    "Recommended",
    "for_library",
    "for_user",
]

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]

#: Most games in a given library, or in a list of games to exclude.
MOST_GAMES = 10_000


class Owned(NamedTuple):
    """A game in a given library: its product id and the hours played."""

    app_id: str
    hours: float


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments of recommendations other than their number."""

    where: Expression | None = None
    exclude: Collection[str] = ()
    exclude_reviewed: bool = False
    diversity: float = 0.0
    include_unlisted: bool = False


class Reason(NamedTuple):
    """Why a game is recommended: own games and their contributions to the score, highest first.

    The score is `baseline`, plus these contributions, plus `rest`, the contribution of all other
    own games. At most as many games are listed as a client may request.
    """

    because: list[tuple[int, float]]
    baseline: float
    rest: float = 0.0


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
        for sources, explain in (((HYBRID, COPLAY), _by_model), ((CONTENT,), _by_content)):
            indices = [i for i, entry in enumerate(self.entries) if entry.source in sources]
            if indices:
                games = np.array([self.entries[i].game for i in indices])
                for i, reason in zip(indices, explain(self._store, player, games), strict=True):
                    reasons[i] = reason
        return reasons


def for_user(store: Store, user: int, first: int, arguments: Arguments) -> Recommended:
    """Games for a user, best first, without games the user owns. For a user who owns nothing, the
    reviewed games are left out, too: they are all that is known of the user.

    Raises InvalidArgument for an argument out of range.
    """
    most = store.recommender.most
    first, diversity = check_first(first, most), checked_diversity(arguments.diversity)
    excluded = _excluded(store, arguments.exclude)
    owns_nothing = not store.users.owns_something(user)
    if arguments.exclude_reviewed or owns_nothing:
        excluded += [int(store.reviews.game[row]) for row in store.reviews.of_user(user)]

    def player() -> Player:
        return store.model.player(*store.users.library(user), user)

    if arguments.where is None and owns_nothing:
        entries = _most_played(store, excluded, include_unlisted=arguments.include_unlisted)
    elif arguments.where is None and not excluded and not arguments.include_unlisted:
        entries = store.recommender.for_user(user, most if diversity else first)
    else:
        entries = _from_sources(store, player(), _allowed(store, arguments, excluded))
    return Recommended(store, _picked(store, entries, diversity, first), player)


def for_library(
    store: Store, library: Sequence[Owned], first: int, arguments: Arguments
) -> Recommended:
    """Games for a player who is not in the snapshot, best first, without those in the library.

    Unknown games are ignored; duplicates keep the longest playtime. Raises InvalidArgument for an
    argument out of range.
    """
    first = check_first(first, store.recommender.most)
    diversity = checked_diversity(arguments.diversity)
    if len(library) > MOST_GAMES:
        raise TooMany("games", f"{len(library):,} games", MOST_GAMES)
    longest: dict[int, float] = {}
    for app_id, hours in library:
        if not 0 <= hours < inf:
            subject = f"The hours of {shown(app_id)} are"
            raise InvalidArgument("games", hours, "they must be 0 or more.", subject)
        row = store.games.find(app_id)
        if row is not None and hours >= longest.get(row, 0.0):
            longest[row] = hours
    games = np.array(sorted(longest), np.int64)
    with np.errstate(over="ignore"):  # hours near the float limit become infinite minutes
        # Rounded, so that 7 minutes given as hours are 7 minutes again.
        minutes = np.round(np.array([longest[game] for game in games.tolist()]) * 60.0, 6)
    player = store.model.player(games, minutes)
    allowed = _allowed(store, arguments, _excluded(store, arguments.exclude))
    entries = _from_sources(store, player, allowed)
    return Recommended(store, _picked(store, entries, diversity, first), lambda: player)


def _excluded(store: Store, app_ids: Collection[str]) -> list[int]:
    if not app_ids:
        return []
    if len(app_ids) > MOST_GAMES:
        raise TooMany("exclude", f"{len(app_ids):,} ids", MOST_GAMES)
    rows = (store.games.find(app_id) for app_id in app_ids)
    return [row for row in rows if row is not None]


def _allowed(store: Store, arguments: Arguments, excluded: list[int]) -> Mask:
    """Mask over all games: True for those that may be recommended."""
    allowed = matching_games(store, arguments.where)
    allowed[excluded] = False
    if not arguments.include_unlisted:
        allowed[store.games.unlisted] = False
    return allowed


def _from_sources(store: Store, player: Player, allowed: Mask) -> list[Entry]:
    """The longest possible list of allowed games, without the player's own: from the model, then by
    content, then the most popular ones."""
    allowed = allowed.copy()
    allowed[player.games] = False
    most, entries = store.recommender.most, list[Entry]()
    for candidates in (_model_candidates, _content_candidates, _popular_candidates):
        games, scores, source = candidates(store, player, allowed)
        kept = allowed[games]
        games, scores = games[kept], scores[kept]
        order = scoring.best(scores, most - len(entries))
        entries += [
            Entry(game, score, source)
            for game, score in zip(games[order].tolist(), scores[order].tolist(), strict=True)
        ]
        allowed[games[order]] = False
        if len(entries) == most:
            break
    return entries


#: Games, their scores and the source.
_Candidates = tuple[npt.NDArray[np.integer], Floats, int]


def _model_candidates(store: Store, player: Player, allowed: Mask) -> _Candidates:
    if len(player.played):
        return *store.second_stage.ranked(player, allowed), HYBRID
    scores = store.model.scores(player)
    kept = scores > 0  # without playtime, a score of 0 or less carries no information
    return store.model.games[kept], scores[kept], COPLAY


def _content_candidates(store: Store, player: Player, _: Mask) -> _Candidates:
    """Games with similar tags and genres, among those that anybody has played."""
    known = scoring.known(store.recommender.popular, store.games.players)
    profile, length = _profile(store, player)
    scores = store.content.cosines(profile / length)[known] if length else np.zeros(len(known))
    kept = scores > 0
    return known[kept], scores[kept], CONTENT


def _popular_candidates(store: Store, _: Player, __: Mask) -> _Candidates:
    games = store.recommender.popular
    players = store.games.players[games]
    return games, players / max(1, int(players.max(initial=0))), POPULAR


def _listed(store: Store) -> npt.NDArray[np.int32]:
    """The games that recommendations may contain, most players first; computed once a snapshot."""
    if _listed not in store.derived:
        popular = store.recommender.popular
        store.derived[_listed] = popular[~store.games.unlisted[popular]]
    games: npt.NDArray[np.int32] = store.derived[_listed]
    return games


def _most_played(store: Store, excluded: Collection[int], *, include_unlisted: bool) -> list[Entry]:
    """The same as `_from_sources` for a player who owns nothing, without computing all scores."""
    recommender, excluded_games = store.recommender, set(excluded)
    games = recommender.popular if include_unlisted else _listed(store)
    games = games[: recommender.most + len(excluded_games)]
    players = store.games.players[games]
    shares = players / max(1, int(store.games.players[recommender.popular[:1]].max(initial=0)))
    entries = [
        Entry(game, share, POPULAR)
        for game, share in zip(games.tolist(), shares.tolist(), strict=True)
        if game not in excluded_games
    ]
    return entries[: recommender.most]


def _profile(store: Store, player: Player) -> tuple[Floats, float]:
    """Sum of the tag and genre vectors of the player's games, weighted by history; and its norm."""
    profile = player.history @ store.content.vectors(player.games)
    return profile, float(np.linalg.norm(profile))


def _by_model(store: Store, player: Player, games: npt.NDArray[np.int64]) -> list[Reason]:
    result, most = store.second_stage.contributions(player, games), store.recommender.most
    return [
        _reason(result.games, parts, baseline, most)
        for parts, baseline in zip(result.parts, result.baseline.tolist(), strict=True)
    ]


def _by_content(store: Store, player: Player, games: npt.NDArray[np.int64]) -> list[Reason]:
    own_vectors, most = store.content.vectors(player.games), store.recommender.most
    _, length = _profile(store, player)
    parts = (store.content.vectors(games) @ own_vectors.T) * player.history / length
    return [_reason(player.games, row, 0.0, most) for row in parts]


def _reason(games: npt.NDArray[np.integer], parts: Floats, baseline: float, most: int) -> Reason:
    highest = scoring.best(parts, most)
    highest = highest[parts[highest] != 0]
    rest = np.delete(parts, highest).sum() if len(parts) > most else 0.0
    because = list(zip(games[highest].tolist(), parts[highest].tolist(), strict=True))
    return Reason(because, baseline, float(rest))


def _picked(store: Store, pool: list[Entry], diversity: float, first: int) -> list[Entry]:
    """The first entries of the pool, re-ranked if diversity is asked for."""
    if not diversity:
        return pool[:first]
    games = np.array([entry.game for entry in pool], np.int64)
    return [pool[index] for index in diverse(store, games, diversity, first)]
