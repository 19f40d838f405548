"""Libraries of a few players, as the build keeps those of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from datastore.base.library import Library
from etl.recommender.content import GameWords, Words
from etl.recommender.kin import Kin
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users

__all__ = ["game_words", "make_library", "training_data"]


def make_library(*users: dict[int, int]) -> Library:
    """One dictionary of game and minutes a user; each user's most played games come first."""
    rows = [
        (user, game, minutes)
        for user, own in enumerate(users)
        for game, minutes in sorted(own.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    offsets = np.concatenate([[0], np.cumsum([len(own) for own in users])]).astype(np.int64)
    return Library(offsets, *np.array(rows, np.int32).reshape(-1, 3).T[1:])


def game_words(words: list[list[str]]) -> GameWords:
    """The words of each game: `t:` before a tag, `g:` before a genre."""

    def of(prefix: str) -> Words:
        names: dict[str, int] = {}
        games = [
            [names.setdefault(word, len(names)) for word in own if word.startswith(prefix)]
            for own in map(dict.fromkeys, words)
        ]
        offsets = np.concatenate([[0], np.cumsum([len(own) for own in games])]).astype(np.int64)
        numbers = np.array([number for own in games for number in own], np.int32)
        return Words([name.removeprefix(prefix) for name in names], offsets, numbers)

    return GameWords.of(of("t:"), of("g:"))


def training_data(
    library: Library, words: list[list[str]], recent_starts: Sequence[int] = ()
) -> TrainingData:
    """The libraries of users "u0", "u1", … with games "0", "1", …, which have nothing in common but
    their words."""
    users = [f"u{at}" for at in range(len(library.offsets) - 1)]
    games = [str(at) for at in range(len(words))]
    nothing = np.zeros(len(words), np.bool_)
    kin = Kin([""] * len(words), *np.full((2, len(words)), -1, np.int32))
    return TrainingData(
        Users.of(library, users, recent_starts), games, game_words(words), kin, nothing
    )
