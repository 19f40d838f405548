"""Price estimates, their reasons, and the card of the models."""

from __future__ import annotations

from typing import Any

import pytest

from datastore.base.price_models import METHODS
from datastore.store import Store
from harness import Ask, only_error

ESTIMATE = "price low high method rmse mae baseline reason { feature usd }"
QUERY = f"""query (
  $genres: [String!], $tags: [String!], $specs: [String!], $developer: String, $publisher: String,
  $earlyAccess: Boolean, $releaseYear: Int, $metascore: Int, $method: PriceMethod
) {{ priceEstimate(
  genres: $genres, tags: $tags, specs: $specs, developer: $developer, publisher: $publisher,
  earlyAccess: $earlyAccess, releaseYear: $releaseYear, metascore: $metascore, method: $method
) {{ {ESTIMATE} }} }}"""
GAMES = f"""query ($after: String, $method: PriceMethod) {{ games(first: 100, after: $after) {{
  pageInfo {{ hasNextPage endCursor }} nodes {{
    appId price genres {{ name }} tags specs developer {{ name }} publisher earlyAccess releaseYear
    metascore priceEstimate(method: $method) {{ {ESTIMATE} }} }} }} }}"""


def estimate(ask: Ask, **details: Any) -> dict[str, Any]:
    answer = ask(QUERY, **details)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["priceEstimate"]
    return found


def all_games(ask: Ask, method: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = ask(GAMES, after=after, method=method)["data"]["games"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def of_details(ask: Ask, game: dict[str, Any], method: str) -> dict[str, Any]:
    """The estimate of a game with the details of this one."""
    return estimate(
        ask,
        genres=[genre["name"] for genre in game["genres"]],
        developer=game["developer"] and game["developer"]["name"],
        method=method,
        **{
            name: game[name]
            for name in ("tags", "specs", "publisher", "earlyAccess", "releaseYear", "metascore")
        },
    )


@pytest.mark.parametrize("method", [*METHODS, "BEST"])
def test_every_catalogue_game_has_an_estimate(ask_demo: Ask, method: str) -> None:
    games = all_games(ask_demo, method)
    assert {game["price"] for game in games} > {0.0, None}
    for game in games:
        found = game["priceEstimate"]
        assert 0 <= found["low"] <= found["price"] <= found["high"]
        assert found["method"] in METHODS
        assert method in ("BEST", found["method"])
        amounts = [reason["usd"] for reason in found["reason"]]
        assert found["baseline"] + sum(amounts) == pytest.approx(found["price"], abs=0.006)
        kept = [abs(r["usd"]) for r in found["reason"] if r["feature"] != "everything else"]
        assert kept == sorted(kept, reverse=True)


@pytest.mark.parametrize("method", METHODS)
def test_a_free_game_is_estimated_as_its_details_are(ask_demo: Ask, method: str) -> None:
    free = [game for game in all_games(ask_demo, method) if not game["price"]]
    assert free
    for game in free[:40]:
        found, of_game = of_details(ask_demo, game, method), game["priceEstimate"]
        assert found["price"] == pytest.approx(of_game["price"], rel=1e-12)
        assert (found["low"], found["high"]) == (of_game["low"], of_game["high"])
        assert [r["feature"] for r in found["reason"]] == [r["feature"] for r in of_game["reason"]]


@pytest.mark.parametrize("method", METHODS)
def test_without_details_the_price_is_the_baseline_and_there_is_no_reason(
    ask_demo: Ask, method: str
) -> None:
    nothing = estimate(ask_demo, method=method)
    assert nothing["price"] == nothing["baseline"]
    assert nothing["reason"] == []
    some = estimate(ask_demo, genres=["Indie"], releaseYear=2016, method=method)
    assert some["baseline"] == pytest.approx(nothing["baseline"], rel=1e-12)


def test_lists_that_are_null_empty_or_omitted_are_unknown(ask_demo: Ask) -> None:
    omitted = estimate(ask_demo, genres=["Indie"])
    assert estimate(ask_demo, genres=["Indie"], tags=None, specs=[]) == omitted
    features = [reason["feature"] for reason in omitted["reason"]]
    assert features
    assert not any(noun in feature for feature in features for noun in ("tag", "feature"))


def test_a_new_developer_is_one_without_known_prices(ask_demo: Ask) -> None:
    found = estimate(ask_demo, genres=["Indie"], developer="Brand New Studio")
    assert not any("Brand New Studio" in reason["feature"] for reason in found["reason"])


def test_a_game_that_the_catalogue_lacks_has_none(ask: Ask) -> None:
    answer = ask('{ game(appId: "900") { inCatalogue priceEstimate { price } } }')
    assert answer["data"]["game"] == {"inCatalogue": False, "priceEstimate": None}


def test_best_is_the_method_with_the_lowest_error(ask_demo: Ask) -> None:
    card = ask_demo("{ priceModel { best methods { method random { mae } } } }")["data"]
    errors = {one["method"]: one["random"]["mae"] for one in card["priceModel"]["methods"]}
    assert list(errors) == list(METHODS)
    best = min(errors, key=errors.__getitem__)
    assert card["priceModel"]["best"] == best
    found = estimate(ask_demo)
    assert (found["method"], found["mae"]) == (best, errors[best])


def test_names_match_in_any_spelling(ask: Ask) -> None:
    one = estimate(
        ask, genres=["Design &amp; Illustration"], tags=["SHOOTER"], specs=[" co-op"],
        developer="ORBIT  works", publisher="orbit &amp; sons", method="BOOSTING",
    )  # fmt: skip
    two = estimate(
        ask, genres=["design & illustration"], tags=["Shooter", "shooter"], specs=["Co-op"],
        developer="Orbit Works", publisher="Orbit & Sons", method="BOOSTING",
    )  # fmt: skip
    assert one["price"] == two["price"]


@pytest.mark.parametrize(
    ("argument", "name", "suggestions"),
    [
        ("genres", "Acton", ["Action"]),
        ("tags", "Shoter", ["Shooter"]),
        ("specs", "Coop", ["Co-op"]),
    ],
)
def test_an_unknown_word_is_invalid_with_suggestions(
    ask: Ask, argument: str, name: str, suggestions: list[str]
) -> None:
    answer = ask(QUERY, **{argument: [name]})
    assert answer["data"] == {"priceEstimate": None}
    extensions = only_error(answer)["extensions"]
    assert extensions["code"] == "INVALID_ARGUMENT"
    assert (extensions["argument"], extensions["suggestions"]) == (argument, suggestions)
    assert repr(suggestions[0]) in only_error(answer)["message"]


def test_an_unknown_developer_or_publisher_is_as_none(ask_demo: Ask) -> None:
    unknown = estimate(ask_demo, developer="nobody", publisher="nowhere", method="BOOSTING")
    assert unknown["price"] == estimate(ask_demo, method="BOOSTING")["price"]


@pytest.mark.parametrize(
    ("argument", "value"),
    [("metascore", -1), ("metascore", 101), ("releaseYear", 0), ("releaseYear", 10_000)],
)
def test_impossible_numbers_are_invalid(ask: Ask, argument: str, value: int) -> None:
    error = only_error(ask(QUERY, **{argument: value}))
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"
    assert error["extensions"]["argument"] == argument


@pytest.mark.parametrize(
    ("argument", "value"),
    [("metascore", 0), ("metascore", 100), ("releaseYear", 1), ("releaseYear", 9999)],
)
def test_the_outermost_numbers_are_possible(ask: Ask, argument: str, value: int) -> None:
    assert estimate(ask, **{argument: value})["price"] > 0


def test_too_many_names_are_invalid(ask: Ask) -> None:
    error = only_error(ask(QUERY, tags=["Shooter"] * 101))
    assert "at most 100 are allowed" in error["message"]


def test_reasons_are_in_words(ask: Ask) -> None:
    found = estimate(ask, genres=["Action", "indie"], method="GENRE_MEDIAN")
    assert [reason["feature"] for reason in found["reason"]] in ([], ["genres: Action, Indie"])
    assert estimate(ask, method="MEAN")["reason"] == []


def test_the_names_of_a_reason_are_those_in_its_words(ask_demo: Ask) -> None:
    query = """{ games(first: 40, orderBy: { field: OWNER_COUNT, direction: DESC }) {
      nodes { priceEstimate { reason { feature kind names } } } } }"""
    games = ask_demo(query)["data"]["games"]["nodes"]
    reasons = [
        one for game in games if game["priceEstimate"] for one in game["priceEstimate"]["reason"]
    ]
    assert {"TAG", "DEVELOPER", "METASCORE", "WITHOUT"} <= {one["kind"] for one in reasons}
    for one in reasons:
        assert all(name in one["feature"] for name in one["names"])
        if one["kind"] in ("GENRE", "TAG", "FEATURE"):
            assert one["feature"] == f"{one['kind'].lower()}: {one['names'][0]}"


def test_numbers_are_rounded_on_request(ask: Ask) -> None:
    answer = ask("{ priceEstimate(method: MEAN) { price(precision: 1) mae(precision: 0) } }")
    price = estimate(ask, method="MEAN")["price"]
    assert answer["data"]["priceEstimate"]["price"] == round(price, 1)


def test_the_card_is_what_was_measured(ask_demo: Ask, demo_store: Store) -> None:
    errors = "{ games rmse mae medianAbsoluteError coverage }"
    card = ask_demo(f"""{{ priceModel {{ games best seed validationGames summary limits
      trials {{ method parameters mae chosen }}
      methods {{ method random {errors} randomUpTo100 {errors} newest {errors}
        newestUpTo100 {errors} }} }} }}""")["data"]["priceModel"]
    stored = demo_store.prices.card
    assert stored is not None
    assert (card["games"], card["best"], card["seed"]) == (stored.games, stored.best, stored.seed)
    assert (card["validationGames"], len(card["trials"])) == (0, 0)  # too few for a search
    assert card["limits"]
    best = next(m.random for m in stored.methods if m.method == stored.best)
    assert best is not None
    assert f"by more than {best.median_absolute_error:.2f} USD" in card["summary"]
    for shown, kept in zip(card["methods"], stored.methods, strict=True):
        assert shown["method"] == kept.method
        for name, figures in (
            ("random", kept.random), ("randomUpTo100", kept.random_up_to_100),
            ("newest", kept.newest), ("newestUpTo100", kept.newest_up_to_100),
        ):  # fmt: skip
            assert figures is not None
            assert list(shown[name].values()) == [
                figures.games, figures.rmse, figures.mae, figures.median_absolute_error,
                figures.coverage,
            ]  # fmt: skip
