"""What moved an estimate, in words that a user reads."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.errors import InvalidArgument, UnknownName
from datastore.base.price_card import MethodErrors, PriceCard
from datastore.base.price_features import (
    DEVELOPER,
    EARLY_ACCESS,
    GENRES,
    METASCORE,
    NUMBER_OF_WORDS,
    OTHER_WORDS,
    PUBLISHER,
    UNKNOWN,
    WORDS,
    YEAR,
)
from datastore.prices import Estimate
from datastore.store import Store
from resolvers import prices
from resolvers.prices import Asked, Reason, ReasonKind


def kinds(
    store: Store, asked: Asked, codes: list[int], monkeypatch: pytest.MonkeyPatch
) -> list[tuple[ReasonKind, list[str]]]:
    """The kinds and names of the reasons of these codes."""
    found = Estimate("BOOSTING", 4.0 + len(codes), 1.0, 20.0, 4.0, [(code, 1.0) for code in codes])
    monkeypatch.setattr(store.prices, "estimate", lambda details, method: found)
    explained = prices.estimate(store, asked, prices.BEST)
    assert explained is not None
    return [(reason.kind, reason.names) for reason in explained.reasons()]


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
    monkeypatch.setattr(store.prices, "known_prices", lambda developer, publisher: (1, 2))
    assert told(store, asked, CODES, monkeypatch) == [
        "developer: Orbit & Co",
        "publisher: Kraken",
        "release year 2017",
        "early access",
        "metascore 0",
    ]
    assert told(store, asked, [GENRES], monkeypatch)[0] == "genres: Action, Indie"


def test_a_reason_has_a_kind_and_names_for_other_languages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(["Action", "indie"], ["shooter"], [], "Orbit", "New", False, 2017, 80)
    monkeypatch.setattr(store.prices, "known_prices", lambda developer, publisher: (1, 0))
    tag = WORDS + store.prices.vocabulary.tags_at + store.games.tag_numbers["shooter"]
    codes = [*CODES, tag, WORDS, GENRES, NUMBER_OF_WORDS, OTHER_WORDS, UNKNOWN]
    assert kinds(store, asked, codes, monkeypatch) == [
        (ReasonKind.DEVELOPER, ["Orbit"]),
        (ReasonKind.PUBLISHER, []),
        (ReasonKind.RELEASE_YEAR, ["2017"]),
        (ReasonKind.NOT_EARLY_ACCESS, []),
        (ReasonKind.METASCORE, ["80"]),
        (ReasonKind.TAG, ["Shooter"]),
        (ReasonKind.GENRE, ["Action"]),
        (ReasonKind.GENRES, ["Action", "Indie"]),
        (ReasonKind.NUMBER_OF, ["genres", "tags"]),
        (ReasonKind.WITHOUT, ["genres", "tags"]),
        (ReasonKind.UNKNOWN_DETAILS, []),
    ]


def test_unknown_details_are_named_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(store, Asked(), [UNKNOWN], monkeypatch)[0] == "unknown details"
    assert told(store, Asked(early_access=False), [EARLY_ACCESS], monkeypatch)[0] == (
        "not in early access"
    )


def test_a_developer_whose_prices_are_not_known_is_not_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(developer="Brand New Studio", publisher="Brand New Studio")
    assert told(store, asked, [DEVELOPER, PUBLISHER], monkeypatch) == [
        "developer without known prices",
        "publisher without known prices",
        "everything else",
    ]


def test_words_of_the_game_are_named_with_their_kind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary = store.prices.vocabulary
    tag = vocabulary.tags_at + store.games.tag_numbers["shooter"]
    spec = vocabulary.specs_at + store.games.spec_numbers["co-op"]
    asked = Asked(genres=["Action"], tags=["shooter"], specs=["co-op"])
    assert told(store, asked, [WORDS + word for word in (0, tag, spec)], monkeypatch) == [
        "genre: Action",
        "tag: Shooter",
        "feature: Co-op",
        "everything else",
    ]


@pytest.mark.parametrize(
    ("asked", "lists"),
    [
        (Asked(["Action"], ["shooter"], ["co-op"]), "genres, tags and features"),
        (Asked(["Action"], [], ["co-op"]), "genres and features"),
        (Asked([], ["shooter"], []), "tags"),
    ],
)
def test_only_lists_that_are_given_say_what_a_game_does_not_have(
    store: Store, monkeypatch: pytest.MonkeyPatch, asked: Asked, lists: str
) -> None:
    assert told(store, asked, [NUMBER_OF_WORDS, OTHER_WORDS], monkeypatch)[:2] == [
        f"number of {lists}",
        f"{lists} that it does not have",
    ]


def test_what_remains_is_everything_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Estimate("BOOSTING", 9.0, 1.0, 20.0, 4.0, [(YEAR, 3.5)])
    monkeypatch.setattr(store.prices, "estimate", lambda details, method: found)
    explained = prices.estimate(store, Asked(release_year=2001), "BOOSTING")
    assert explained is not None
    assert explained.reasons() == [
        Reason("release year 2001", 3.5, ReasonKind.RELEASE_YEAR, ["2001"]),
        Reason("everything else", 1.5, ReasonKind.EVERYTHING_ELSE, []),
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


def test_a_card_without_held_out_games_says_so() -> None:
    card = PriceCard(1, 1, "MEAN", [MethodErrors("MEAN", None, None, None, None)], 0, [], 0.0)
    assert prices.summary(card) == (
        "No game was held out, so that nothing is known about the errors of the estimates."
    )
