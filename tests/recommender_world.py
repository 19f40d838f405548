"""The demo's recommender by brute force: expected scores, worked out in plain NumPy from the arrays
of the snapshot by the formulas that the documentation gives."""

from __future__ import annotations

from collections.abc import Collection
from math import log, sqrt
from typing import Any

import numpy as np

from datastore.base.second_stage import SIGNALS, TREE_SIGNALS
from datastore.store import Store
from resolvers import recommendations
from resolvers.recommendations import Arguments

MOST = 50


class World:
    """The snapshot's arrays, and everybody's scores by brute force."""

    def __init__(self, store: Store) -> None:
        self.store = store
        stage = store.second_stage
        self.arrays = {
            "partner_games": stage.games.partners,
            "partner_shares": stage.games.shares,
            "partner_plays": stage.games.plays,
            "model_owners": stage.games.owners,
            "model_played": stage.games.played,
            "model_minutes": stage.games.minutes,
            "model_typical": stage.games.typical,
            "curve_knots": stage.order.curves.knots,
            "curve_values": stage.order.curves.values,
        }
        self.trees = stage.order.trees
        model = store.model
        self.parameters: dict[str, Any] = store.manifest.parameters.model
        self.games = model.games
        self.items, self.users = np.array(model.factors), np.array(model.user_factors)
        offsets, targets, weights = model.ease
        self.ease = np.zeros((len(self.games),) * 2)
        self.ease[np.repeat(np.arange(len(self.games)), np.diff(offsets)), targets] = weights

    def owned(self, user: int) -> dict[int, int]:
        games, minutes = self.store.users.library(user)
        return dict(zip(games.tolist(), minutes.tolist(), strict=True))

    def plays(self, user: int) -> bool:
        own = self.owned(user)
        return any(own.get(game, 0) > 0 for game in self.games.tolist())

    def scores(self, user: int, able: Collection[int] | None = None) -> np.ndarray:
        """The z-score of x.y, the weighted z-score of EASE, and the curves and trees of the second
        stage; -inf for a game that takes no part in it. `able` are all games that are asked for."""
        own = self.owned(user)
        history = np.array(
            [
                0.0 if game not in own else 1.0 if own[game] else self.parameters["owned_weight"]
                for game in self.games.tolist()
            ]
        )
        by_als, by_ease = self.items @ self.users[user], history @ self.ease
        if not self.plays(user):
            return by_ease
        by_als = (by_als - by_als.mean()) / by_als.std()
        by_ease = (by_ease - by_ease.mean()) / by_ease.std()
        blended = by_als + self.parameters["ease_weight"] * by_ease
        plays = np.array([own.get(game, 0) > 0 for game in self.games.tolist()])
        signals = self.signals(history, plays) | {"als": by_als, "ease": by_ease}
        free = (history == 0) & ~self.store.games.unlisted[self.games]
        best = np.sort(blended[free])[::-1][: self.parameters["candidates"]]
        signals["lead"] = blended - best[-1]
        scores = blended.copy()
        for row, signal in enumerate(SIGNALS):
            knots, values = (self.arrays[f"curve_{kind}"][row] for kind in ("knots", "values"))
            scores += np.interp(signals[signal], knots, values)
        rows = np.stack([signals[signal] for signal in TREE_SIGNALS], axis=1)
        scores += self.trees.parts(rows.astype(np.float32)).sum(axis=1) + self.trees.baseline
        if able is not None:
            blended[~np.isin(self.games, list(able))] = -np.inf
        else:
            blended[~free] = -np.inf
        taking_part = max(MOST, np.count_nonzero(blended[history == 0] >= best[-1]))
        least = np.sort(blended[history == 0])[::-1][:taking_part][-1]
        return np.where(blended >= least, scores, -np.inf)

    def signals(self, history: np.ndarray, plays: np.ndarray) -> dict[str, np.ndarray]:
        """What the library and the games themselves tell the second stage, game by game."""
        owners, played = (self.arrays[f"model_{name}"] for name in ("owners", "played"))
        share = np.exp(owners.astype(float))
        names = ["together", "plays", "shares", "back", "likeness"]
        names += ["together_played", "plays_played"]
        found: dict[str, list[float]] = {name: [] for name in names}
        rows = (self.arrays[f"partner_{name}"] for name in ("games", "shares", "plays"))
        for game, row in enumerate(zip(*rows, strict=True)):
            own = [(p, s, d) for p, s, d in zip(*row, strict=True) if p >= 0 and history[p]]
            found["together"].append(max((s for _, s, _ in own), default=0))
            found["plays"].append(max((d for *_, d in own), default=0))
            found["shares"].append(sum(s for _, s, _ in own))
            common = [(s * share[p], share[p] * share[game]) for p, s, _ in own]
            found["back"].append(max((both / share[game] for both, _ in common), default=0))
            found["likeness"].append(max((both / sqrt(all_) for both, all_ in common), default=0))
            found["together_played"].append(max((s for p, s, _ in own if plays[p]), default=0))
            found["plays_played"].append(max((d for p, _, d in own if plays[p]), default=0))
        signals = {name: np.array(values, float) for name, values in found.items()}
        vectors = self.store.content.vectors(self.games).astype(float)

        def cosines(weights: np.ndarray) -> np.ndarray:
            profile = weights @ vectors
            return vectors @ profile / (np.linalg.norm(profile) or 1)

        def usual(of: np.ndarray, known: np.ndarray = plays) -> float:
            return float(of[known].mean()) if known.any() else 0.0

        minutes = self.arrays["model_minutes"]
        years = np.nan_to_num(self.store.games.years[self.games])
        usual_year = usual(years, plays & (years > 0))
        count = len(self.games)
        signals |= {
            "lift": np.log(signals["together"] + 0.01) - owners,
            "tags": cosines(history),
            "owners": owners,
            "played": played,
            "owned_games": np.full(count, np.count_nonzero(history)),
            "played_games": np.full(count, plays.sum()),
            "played_part": np.full(count, plays.sum() / max(np.count_nonzero(history), 1)),
            "usual_owners": np.full(count, usual(owners)),
            "rarer": owners - usual(owners),
            "players": owners + np.log(np.maximum(played, 1e-6)),
            "longer": minutes - usual(minutes),
            "played_tags": cosines(plays.astype(float)),
            "taste": cosines(plays.astype(float)) - self.arrays["model_typical"],
            "year": years,
            "newer": np.where((years > 0) & (usual_year > 0), years - usual_year, 0),
        }
        return signals

    def ranked(self, user: int, able: Collection[int] | None = None) -> list[tuple[int, float]]:
        own, scores = self.owned(user), self.scores(user, able)
        order = np.argsort(-scores, kind="stable")
        return [
            (int(self.games[at]), float(scores[at]))
            for at in order
            if int(self.games[at]) not in own and not self.store.games.unlisted[self.games[at]]
        ]


def some(count: int, world: World, *, plays: bool = True) -> list[int]:
    users = [user for user in range(len(world.store.users)) if world.plays(user) is plays]
    return users[:: max(1, len(users) // count)][:count]


def games(found: recommendations.Recommended) -> list[int]:
    return [entry.game for entry in found.entries]


def for_user(world: World, user: int, first: int = MOST, **wanted: Any) -> Any:
    return recommendations.for_user(world.store, user, first, Arguments(**wanted))


def words(store: Store, game: int) -> dict[tuple[str, int], float]:
    """Words of a game with their idf."""
    found = {}
    for kind, column in (("tag", store.games.tag_rows), ("genre", store.games.genres)):
        uses = np.bincount(column.values)
        for word in column.row(game).tolist():
            found[kind, word] = log((1 + len(store.games)) / (1 + int(uses[word])))
    return found


def cosine(store: Store, one: int, other: int) -> float:
    left, right = words(store, one), words(store, other)
    product = sum(left[word] * right[word] for word in left.keys() & right.keys())
    length = sqrt(sum(v * v for v in left.values()) * sum(v * v for v in right.values()))
    return product / length if length else 0.0
