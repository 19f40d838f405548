"""Signals of the second stage: by hand, and the same for one library as for many."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.second_stage import PARTNERS, SIGNALS, TREE_SIGNALS
from datastore.base.signals import Libraries, Ordered, StageGames, WordRows

GAMES = 5
SHARES = {(3, 0): (0.5, 0.2), (3, 1): (0.8, 0.1), (4, 1): (0.25, 0.25)}  # owns, plays


def stage() -> StageGames:
    """Games 3 and 4 are candidates; games 0 and 1 are partners of game 3, game 1 of game 4."""
    partners = np.full((GAMES, PARTNERS), -1, np.int32)
    shares, plays = np.zeros((2, GAMES, PARTNERS), np.float32)
    for (game, own), pair in SHARES.items():
        place = np.count_nonzero(partners[game] >= 0)
        partners[game, place] = own
        shares[game, place], plays[game, place] = pair
    words = [[0], [1], [], [0, 1], [1]]
    weights = [[1.0], [1.0], [], [0.6, 0.8], [1.0]]
    offsets = np.cumsum([0, *map(len, words)])
    numbers, of_words = (np.concatenate(lists) for lists in (words, weights))
    rows = WordRows(offsets, numbers.astype(np.int32), of_words.astype(np.float32), 2)
    owners = np.log(np.array([0.4, 0.1, 0.2, 0.05, 0.3], np.float32))
    played = np.array([0.5, 0.5, 1, 0.8, 0.25], np.float32)
    minutes = np.array([3, 5, 4, 6, 2], np.float32)
    typical = np.array([0.5, 0.5, 0, 0.7, 0.1], np.float32)
    years = np.array([2010, 0, 2016, 2012, 0], np.float32)
    return StageGames(partners, shares, plays, owners, played, minutes, typical, years, rows)


def libraries(*owned: dict[int, bool]) -> Libraries:
    """Libraries of games, each played or not; an unplayed one has half the weight."""
    columns = np.array([game for own in owned for game in sorted(own)], np.intp)
    played = np.array([own[game] for own in owned for game in sorted(own)], bool)
    offsets = np.cumsum([0, *map(len, owned)])
    return Libraries(offsets, columns, np.where(played, 1, 0.5).astype(np.float32), played)


def ordered(*columns: list[int]) -> Ordered:
    found = np.array(columns, np.intp)
    scores = np.linspace(1, 2, found.size, dtype=np.float32).reshape(found.shape)
    return Ordered(found, scores, scores * 2, scores * 3)


def test_every_signal_by_hand() -> None:
    """A player of game 0 who owns game 1."""
    found = stage().signals(libraries({0: True, 1: False}), ordered([3, 4, 2]))
    assert {name: values.shape for name, values in found.items()} == dict.fromkeys(found, (1, 3))
    assert found.keys() == SIGNALS.keys() | TREE_SIGNALS.keys()
    third = {name: float(values[0, 0]) for name, values in found.items()}
    assert third == pytest.approx(
        {
            "als": 1,
            "ease": 2,
            "lead": 3,
            "together": 0.8,
            "lift": log(0.81 / 0.05),
            "plays": 0.2,
            "tags": (0.6 + 0.8 * 0.5) / 1.25**0.5,
            "owners": log(0.05),
            "played": 0.8,
            "shares": 1.3,
            "back": max(0.5 * 0.4, 0.8 * 0.1) / 0.05,
            "likeness": max(0.5 * (0.4 / 0.05) ** 0.5, 0.8 * (0.1 / 0.05) ** 0.5),
            "together_played": 0.5,
            "plays_played": 0.2,
            "owned_games": 2,
            "played_games": 1,
            "played_part": 0.5,
            "usual_owners": log(0.4),
            "rarer": log(0.05 / 0.4),
            "players": log(0.05 * 0.8),
            "longer": 3,
            "played_tags": 0.6,
            "taste": 0.6 - 0.7,
            "year": 2012,
            "newer": 2,
        },
        rel=1e-5,
    )
    assert found["together_played"][0].tolist() == pytest.approx([0.5, 0, 0])
    assert found["newer"][0].tolist() == [2, 0, 6]  # the year of game 4 is unknown
    assert exp(found["players"][0, 1]) == pytest.approx(0.3 * 0.25)


def test_of_nothing_played_the_means_are_zero() -> None:
    found = stage().signals(libraries({1: False}, {}), ordered([3, 4], [4, 3]))
    for name in ("usual_owners", "played_games", "played_part", "newer", "played_tags"):
        assert not found[name].any(), name
    assert found["together"].tolist() == [[pytest.approx(0.8), 0.25], [0, 0]]


LIBRARY = st.dictionaries(st.integers(0, GAMES - 1), st.booleans(), max_size=GAMES)


@given(st.lists(LIBRARY, min_size=1, max_size=6))
def test_a_library_has_the_same_bits_alone_as_among_others(owned: list[dict[int, bool]]) -> None:
    rng = np.random.default_rng(1)
    columns = [rng.permutation(GAMES).tolist() for _ in owned]
    together = stage().signals(libraries(*owned), ordered(*columns))
    for user, own in enumerate(owned):
        found = ordered(*columns)
        alone = stage().signals(libraries(own), Ordered(*(part[[user]] for part in found)))
        for name, values in alone.items():
            assert values.tobytes() == together[name][[user]].tobytes(), name
