"""datastore.base: the signals by which the second stage orders a player's best games.

The build computes them for a block of users and the server for one library: the same text, on the
same counts, so that both find the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.evidence import spans
from datastore.base.second_stage import lift

__all__ = ["Libraries", "Ordered", "Pairs", "StageGames", "WordRows"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]
Doubles = npt.NDArray[np.float64]


class Libraries(NamedTuple):
    """Libraries of users over the model's games, one after another: for each entry the column of
    the game, its weight (1 if played, less if only owned) and whether it was played."""

    offsets: Ints  # users + 1
    columns: Ints
    weights: Floats
    played: npt.NDArray[np.bool_]

    @property
    def users(self) -> int:
        """How many there are."""
        return len(self.offsets) - 1

    @property
    def owners(self) -> npt.NDArray[np.intp]:
        """The user of each entry."""
        return np.repeat(np.arange(self.users), np.diff(self.offsets))


class WordRows(NamedTuple):
    """Tags and genres of the model's games: of `size` words, those of each game and their weights,
    rows of length 1."""

    offsets: Ints
    words: Ints
    weights: Floats
    size: int


class Ordered(NamedTuple):
    """Candidates by the first stage, users x candidates: columns, z-scores by ALS and by EASE, and
    the blended score minus that of the last candidate."""

    columns: npt.NDArray[np.intp]
    als: Floats
    ease: Floats
    lead: Floats


class Pairs(NamedTuple):
    """Candidates of which an own game is a partner: numbers of the candidate (row by row) and of
    the partner; own columns; shares of that game's owners who own and who play the candidate; and
    whether the own game was played. Candidates are ascending."""

    candidate: Ints
    own: Ints
    shares: Floats
    plays: Floats
    played: npt.NDArray[np.bool_]


_NO_PAIRS = Pairs(
    np.zeros(0, np.intp),
    np.zeros(0, np.int32),
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
    np.zeros(0, np.bool_),
)


@dataclass(frozen=True, slots=True)
class StageGames:
    """What the second stage knows of the model's games. Partners are games x partners."""

    partners: npt.NDArray[np.int32]
    shares: Floats
    plays: Floats
    owners: Floats  # logarithm of the share of users who own the game
    played: Floats  # share of its owners who have played it
    minutes: Floats  # mean logarithm of 1 + the minutes of its players
    typical: Floats  # cosine of its words with those of everything that is played
    years: Floats  # of release, 0 if unknown
    words: WordRows

    def pairs(self, libraries: Libraries, columns: Ints) -> Pairs:
        """The own games that are partners of candidates, users x candidates."""
        owns = np.zeros((libraries.users, len(self.owners) + 1), np.int8)  # the last is for -1
        owns[libraries.owners, libraries.columns] = 1 + libraries.played
        candidates, found = columns.shape[1], [_NO_PAIRS]
        for user, games in enumerate(columns):
            partners = self.partners[games]  # the server reads the partners of these rows only
            state = owns[user].take(partners.reshape(-1), mode="wrap")
            at = np.flatnonzero(state != 0)
            found.append(
                Pairs(
                    at // max(partners.shape[1], 1) + user * candidates,
                    partners.reshape(-1)[at],
                    self.shares[games].reshape(-1)[at],
                    self.plays[games].reshape(-1)[at],
                    state[at] == 2,
                )
            )
        return Pairs(*map(np.concatenate, zip(*found, strict=True)))

    def signals(self, libraries: Libraries, found: Ordered) -> dict[str, Floats]:
        """All signals by name, users x candidates."""
        columns = found.columns
        pairs = self.pairs(libraries, columns)
        owners, minutes, years = (of[columns] for of in (self.owners, self.minutes, self.years))

        def greatest(values: Floats) -> Floats:
            return _greatest(pairs.candidate, values, columns)

        distance = self.owners[pairs.own] - owners.reshape(-1)[pairs.candidate]
        together, plays = greatest(pairs.shares), greatest(pairs.plays)
        shares = np.bincount(pairs.candidate, pairs.shares, columns.size).reshape(columns.shape)
        owner, played = libraries.owners, libraries.played
        columns_played, player = libraries.columns[played], owner[played]

        def mean(of: Floats, known: npt.NDArray[np.bool_] | None = None) -> Floats:
            """Mean over the played games of each user, users x 1."""
            user, game = player, columns_played
            if known is not None:
                user, game = user[known[game]], game[known[game]]
            counts = np.bincount(user, minlength=libraries.users)
            sums = np.bincount(user, of[game], libraries.users)
            return (sums / np.maximum(counts, 1)).astype(np.float32)[:, None]

        usual, usual_year = mean(self.owners), mean(self.years, self.years > 0)
        owned_games = np.diff(libraries.offsets)[:, None]
        played_games = np.bincount(player, minlength=libraries.users)[:, None]
        own_tags = self._cosines(self.profiles(libraries), columns)
        only_played = libraries._replace(weights=played.astype(np.float32))
        played_tags = self._cosines(self.profiles(only_played), columns)
        known_years = (years > 0) & (usual_year > 0)
        wide: dict[str, Any] = {
            "als": found.als,
            "ease": found.ease,
            "lead": found.lead,
            "together": together,
            "lift": lift(together, owners),
            "plays": plays,
            "tags": own_tags,
            "owners": owners,
            "played": self.played[columns],
            "shares": shares,
            "back": greatest(pairs.shares * np.exp(distance)),
            "likeness": greatest(pairs.shares * np.exp(distance / 2)),
            "together_played": greatest(np.where(pairs.played, pairs.shares, 0)),
            "plays_played": greatest(np.where(pairs.played, pairs.plays, 0)),
            "owned_games": owned_games,
            "played_games": played_games,
            "played_part": played_games / np.maximum(owned_games, 1),
            "usual_owners": usual,
            "rarer": owners - usual,
            "players": owners + np.log(np.maximum(self.played[columns], 1e-6)),
            "longer": minutes - mean(self.minutes),
            "played_tags": played_tags,
            "taste": played_tags - self.typical[columns],
            "year": years,
            "newer": np.where(known_years, years - usual_year, 0),
        }
        return {
            name: np.broadcast_to(np.asarray(values, np.float32), columns.shape)
            for name, values in wide.items()
        }

    def profiles(self, libraries: Libraries) -> Floats:
        """Weighted sums of the words of each library, scaled to length 1: users x words."""
        offsets, words, weights, size = self.words
        entries, row = spans(offsets[libraries.columns], offsets[libraries.columns + 1])
        cell = libraries.owners[row] * size + words[entries]
        values = weights[entries] * libraries.weights[row]
        sums = np.bincount(cell, values, libraries.users * size).reshape(-1, size)
        length = np.sqrt(np.einsum("uw,uw->u", sums, sums))[:, None]
        return (sums / np.where(length > 0, length, 1)).astype(np.float32)

    def _cosines(self, profiles: Floats, columns: Ints) -> Floats:
        """Cosines of each user's profile with each of the user's candidates."""
        offsets, words, weights, size = self.words
        flat = columns.reshape(-1)
        entries, row = spans(offsets[flat], offsets[flat + 1])
        user = row // max(columns.shape[1], 1)
        parts = weights[entries] * profiles.reshape(-1)[user * size + words[entries]]
        return np.bincount(row, parts, flat.size).reshape(columns.shape).astype(np.float32)


def _greatest(candidate: Ints, values: Floats, columns: Ints) -> Floats:
    """The greatest value of each candidate, 0 without any; `candidate` is ascending."""
    result = np.zeros(columns.size, np.float32)
    if len(candidate):
        starts = np.flatnonzero(np.diff(candidate, prepend=-1))
        result[candidate[starts]] = np.maximum.reduceat(values, starts)
    return result.reshape(columns.shape)
