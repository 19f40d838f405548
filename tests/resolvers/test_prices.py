"""What moved an estimate, in words that a user reads."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.errors import InvalidArgument, UnknownName
from datastore.base.price_features import (
    DEVELOPER,
    EARLY_ACCESS,
    GENRES,
    METASCORE,
    NUMBER_OF_WORDS,
    OTHER_WORDS,
    PUBLISHER,
    WORDS,
    YEAR,
)
from datastore.prices import Estimate
from datastore.store import Store
from resolvers import prices
from resolvers.prices import Asked, Reason


def told(
    store: Store, asked: Asked, codes: list[int], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """How the reasons of these codes read for a game with these details."""
    found = Estimate("BOOSTING", 9.0, 1.0, 20.0, 4.0, [(code, 1.0) for code in codes])
    monkeypatch.setattr(store.prices, "estimate", lambda details, method: found)
    explained = prices.estimate(store, asked, prices.BEST)
    assert explained is not None
    return [reason.feature for reason in explained.reasons()]


CODES = [DEVELOPER, PUBLISHER, YEAR, EARLY_ACCESS, METASCORE]


def test_what_is_known_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(["Action", "indie"], [], [], " Orbit &amp; Co", "Kraken", True, 2017, 0)
    assert told(store, asked, CODES, monkeypatch) == [
        "developer: Orbit & Co",
        "publisher: Kraken",
        "release year 2017",
        "early access",
        "metascore 0",
    ]
    assert told(store, asked, [GENRES], monkeypatch)[0] == "genres: Action, Indie"


def test_what_is_unknown_is_said_to_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(store, Asked(), CODES, monkeypatch) == [
        "developer unknown",
        "publisher unknown",
        "release year unknown",
        "early access unknown",
        "no metascore",
    ]
    assert told(store, Asked(), [GENRES], monkeypatch)[0] == "no genres"
    assert told(store, Asked(early_access=False), [EARLY_ACCESS], monkeypatch)[0] == (
        "not in early access"
    )


def test_words_that_the_game_has_and_lacks_are_told_apart(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary = store.prices.vocabulary
    genre, tag = 0, vocabulary.tags_at + store.games.tag_numbers["shooter"]
    spec = vocabulary.specs_at + store.games.spec_numbers["co-op"]
    asked = Asked(tags=["shooter"])
    assert told(store, asked, [WORDS + word for word in (genre, tag, spec)], monkeypatch) == [
        "no genre: Action",
        "tag: Shooter",
        "no feature: Co-op",
        "everything else",
    ]


def test_the_number_of_words_and_all_other_words_have_their_own_reasons(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(store, Asked(), [NUMBER_OF_WORDS, OTHER_WORDS], monkeypatch)[:2] == [
        "number of genres, tags and features",
        "genres, tags and features that it does not have",
    ]


def test_what_remains_is_everything_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Estimate("BOOSTING", 9.0, 1.0, 20.0, 4.0, [(YEAR, 3.5)])
    monkeypatch.setattr(store.prices, "estimate", lambda details, method: found)
    explained = prices.estimate(store, Asked(release_year=2001), "BOOSTING")
    assert explained is not None
    assert explained.reasons() == [
        Reason("release year 2001", 3.5),
        Reason("everything else", 1.5),
    ]


def test_a_game_is_explained_by_its_own_details(store: Store) -> None:
    row = store.games.find("10")
    assert row is not None
    explained = prices.of_game(store, row, "GENRE_MEDIAN")
    assert explained is not None
    stored = store.prices.of_game(row, "GENRE_MEDIAN")
    assert explained.estimate == stored
    expected = ["genres: Action"] if stored and stored.reasons else []
    assert [reason.feature for reason in explained.reasons()] == expected


def test_without_a_model_there_is_no_estimate(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.prices, "trained", False)
    assert prices.of_game(store, 0, prices.BEST) is None
    assert prices.estimate(store, Asked(), prices.BEST) is None
    with pytest.raises(InvalidArgument):  # what is wrong is wrong without a model, too
        prices.estimate(store, Asked(metascore=101), prices.BEST)


def test_a_name_without_likeness_has_no_suggestions(store: Store) -> None:
    with pytest.raises(UnknownName) as raised:
        prices.estimate(store, Asked(tags=["Шутер"]), "MEAN")
    assert raised.value.suggestions == []
    assert str(raised.value) == "Argument 'tags' is 'Шутер': no game has a tag of this name."


def test_nan_is_what_models_take_for_unknown(store: Store) -> None:
    """An omitted flag is neither true nor false."""
    values = [
        prices.estimate(store, Asked(early_access=flag), "BAGGING") for flag in (None, True, False)
    ]
    assert all(value is not None and np.isfinite(value.estimate.price) for value in values)
