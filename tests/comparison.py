"""How a store is compared with the oracle: the same questions, the same keys, every field."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterable
from typing import Any

import oracle
import oracle_answers
from harness import Ask

__all__ = ["Comparison"]

_DEVELOPER = """query ($key: String!) { x: developer(name: $key) { name itemCount
  releaseYears { year items freeItems freePercent unknownPriceItems }
  reviewSentiment { negative neutral positive total } } }"""
_USER = """query ($key: ID!) { x: user(userId: $key) {
  itemsCount moneySpent pricedItems recommendPercent reviewCount recommendedReviews } }"""
_GENRE = """query ($key: String!) { x: genre(name: $key) { name gameCount topPlayer {
  user { userId } hours hoursByReleaseYear { year hours } } } }"""
_BEST = """query ($year: Int!, $first: Int!, $basis: YearBasis!) {
  x: bestDevelopers(year: $year, first: $first, yearBasis: $basis) {
    rank developer { name } recommendations } }"""
_SIMILAR = """query ($key: ID!) { x: game(appId: $key) { similarGames(first: 50) {
  game { appId } source sharedPlayers } } }"""
_DATASET = "{ x: dataset { games users reviews playRows crawlYear } }"


def _spellings(name: str) -> list[str]:
    return [name, name.upper(), name.lower(), f"  {name.replace(' ', '   ')}\t"]


class Comparison:
    """Asks a store and the oracle. Every method returns how many keys it has compared."""

    def __init__(self, world: oracle.World, ask: Ask, most: int | None = None) -> None:
        self.world = world
        self._ask = ask
        self._most = most
        self._random = random.Random(20160816)

    def _sample(self, keys: Collection[Any]) -> list[Any]:
        ordered = sorted(keys)
        if self._most is None or len(ordered) <= self._most:
            return ordered
        return self._random.sample(ordered, self._most)

    def _answer(self, query: str, **variables: Any) -> Any:
        response = self._ask(query, **variables)
        # The keys stay out of the message: those of the real data are people.
        assert "errors" not in response, [error["extensions"] for error in response["errors"]]
        return response["data"]["x"]

    def dataset(self) -> int:
        assert self._answer(_DATASET) == oracle_answers.dataset(self.world)
        return 1

    def developers(self) -> int:
        answers = oracle_answers.developers(self.world)
        keys = self._sample(answers)
        for name in keys:
            for spelling in _spellings(name):
                # A capital of two letters, such as of ß, may be of another name.
                if oracle.fold(spelling) == oracle.fold(name):
                    assert self._answer(_DEVELOPER, key=spelling) == answers[name]
        return len(keys)

    def users(self) -> int:
        answers = oracle_answers.users(self.world)
        keys = self._sample(answers)
        for number, user in enumerate(keys):
            got, expected = self._answer(_USER, key=user), answers[user]
            money, exact = got.pop("moneySpent"), expected.pop("moneySpent")
            assert math.isclose(money, exact, rel_tol=1e-12), f"money of user {number}"
            assert got == expected, f"user {number} of the sample"
        return len(keys)

    def genres(self) -> int:
        answers = oracle_answers.genres(self.world)
        for name, expected in answers.items():
            for spelling in _spellings(name):
                assert self._answer(_GENRE, key=spelling) == expected
        return len(answers)

    def best_developers(self) -> int:
        compared = 0
        for basis in ("REVIEW", "RELEASE"):
            answers = oracle_answers.best_developers(self.world, basis)
            years: Iterable[int] = range(min(answers) - 1, max(answers) + 2)
            for year in years:
                for first in (1, 3, 100):
                    got = self._answer(_BEST, year=year, first=first, basis=basis)
                    assert got == answers.get(year, [])[:first], f"{year} by {basis}"
                    compared += 1
        return compared

    def similar_games(self) -> int:
        players = oracle_answers.shared_players(self.world)
        known = {*self.world.games, *(app for own in self.world.library.values() for app in own)}
        keys = self._sample(known)
        for app_id in keys:
            rows = self._answer(_SIMILAR, key=app_id)["similarGames"]
            games = [row["game"]["appId"] for row in rows]
            assert len(set(games)) == len(games) > 0
            assert app_id not in games
            for row, other in zip(rows, games, strict=True):
                shared = len(players.get(app_id, set()) & players.get(other, set()))
                assert row["sharedPlayers"] == shared, f"{app_id} and {other}"
                if row["source"] in ("ALS", "HYBRID", "COPLAY"):
                    assert players.get(other), f"{other} has no players"
        return len(keys)
