"""The words of games: tags, then genres; looked up, chosen and divided."""

from __future__ import annotations

import numpy as np
import pytest

from etl.recommender.content import GameWords, Popularity
from etl.recommender.interactions import Popular
from etl.recommender.users import Users
from library import game_words, make_library

WORDS = [
    [*(f"t:{letter}" for letter in "abcdefgh"), "g:a", "g:z"],
    ["t:a", "t:z", "g:b"],
    [],
    ["g:z", "g:a"],
]


def spelled(words: GameWords) -> list[list[str]]:
    names = [*(f"t:{name}" for name in words.tags), *(f"g:{name}" for name in words.genres)]
    bounds = zip(words.offsets[:-1], words.offsets[1:], strict=True)
    return [[names[word] for word in words.words[first:last]] for first, last in bounds]


def test_a_game_has_its_tags_and_then_its_genres() -> None:
    words = game_words([["g:x", "t:b"], [], ["t:b", "t:a", "g:y", "g:x"]])
    assert spelled(words) == [["t:b", "g:x"], [], ["t:b", "t:a", "g:y", "g:x"]]
    assert len(words) == 3
    assert words.counts.tolist() == [2, 0, 4]


@pytest.mark.parametrize(("game", "genre"), [(0, "a"), (1, "b"), (2, None), (3, "z")])
def test_the_first_genre_is_the_one_that_the_game_names_first(game: int, genre: str | None) -> None:
    words = game_words(WORDS)
    first = words.first_genre(game)
    assert (first is None) == (genre is None)
    if first is not None:
        assert words.genres[first - len(words.tags)] == genre


def test_games_with_a_word_are_those_that_name_it_as_tag_or_as_genre() -> None:
    words = game_words(WORDS)
    genre = len(words.tags) + words.genres.index("a")
    assert words.games_with(words.tags.index("a")).tolist() == [True, True, False, False]
    assert words.games_with(genre).tolist() == [True, False, False, True]


def test_some_games_keep_their_words_in_the_order_that_is_asked_for() -> None:
    some = game_words(WORDS).of_games(np.array([3, 2, 1], np.int32))
    assert spelled(some) == [WORDS[3], [], WORDS[1]]


def test_a_word_is_in_the_same_half_in_every_game_and_as_tag_and_genre() -> None:
    one, other = map(spelled, game_words(WORDS).halves(0))
    for own, first, second in zip(WORDS, one, other, strict=True):
        assert sorted(first + second) == sorted(own)
    names = [{word[2:] for own in half for word in own} for half in (one, other)]
    assert not names[0] & names[1]
    assert all(names)


def test_another_seed_makes_other_halves() -> None:
    words = game_words(WORDS)
    sides = [spelled(words.halves(seed)[0]) for seed in range(8)]
    assert spelled(words.halves(0)[0]) == sides[0]
    assert len(set(map(str, sides))) > 4


def test_popular_games_have_most_players_then_most_owners() -> None:
    library = make_library({0: 5, 1: 5, 2: 0}, {1: 1, 2: 0, 3: 0}, {2: 0})
    popularity = Popularity.of(
        Popular.of(Users.of(library), 5), np.array([False, False, True, False, False])
    )
    assert popularity.order.tolist() == [1, 0, 2, 3, 4]
    assert popularity.share.tolist() == [0.5, 1, 0, 0, 0]
    assert popularity.known.tolist() == [1, 0]
    assert popularity.listed.tolist() == [1, 0, 3, 4]
