"""The basis of the answers: the tiny world counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness import Ask


def test_the_dataset_counts_what_there_is_and_what_is_unknown(ask: Ask) -> None:
    answer = ask(
        """{ dataset { demo crawlYear reviewYears games users reviews playRows coverage {
          undatedGames unpricedGames gamesWithoutDeveloper gamesWithoutGenre
          gamesMissingFromCatalogue playRowsMissingFromCatalogue reviewsMissingFromCatalogue
          unplayedRows usersWithoutItems usersWithoutLibrary undatedReviews reviewsWithInferredYear
          reviewsWithoutText } } }"""
    )
    assert answer == {
        "data": {
            "dataset": {
                "demo": False,
                "crawlYear": 2014,  # one after the newest year that a review shows
                "reviewYears": [2011, 2012, 2013, 2014],
                "games": 13,
                "users": 15,
                "reviews": 22,  # without the exact duplicates and the older of two
                "playRows": 41,
                "coverage": {
                    "undatedGames": 2,  # 40, 110
                    "unpricedGames": 2,  # 30, 40
                    "gamesWithoutDeveloper": 1,  # 110
                    "gamesWithoutGenre": 1,  # 110
                    "gamesMissingFromCatalogue": 2,  # 900, 901
                    "playRowsMissingFromCatalogue": 3,  # ada, hal, max
                    "reviewsMissingFromCatalogue": 2,  # hal, critic
                    "unplayedRows": 13,  # ada 1, bob 1, owner 2, max 9
                    "usersWithoutItems": 3,  # empty, critic, silent
                    "usersWithoutLibrary": 2,  # critic, silent
                    "undatedReviews": 1,
                    "reviewsWithInferredYear": 2,
                    "reviewsWithoutText": 1,
                },
            }
        }
    }


def test_version_and_time_of_the_build_are_shown(ask: Ask, ask_demo: Ask) -> None:
    query = "{ dataset { version builtAt demo } }"
    tiny, demo = ask(query)["data"]["dataset"], ask_demo(query)["data"]["dataset"]
    assert tiny["version"] != demo["version"]
    assert (tiny["demo"], demo["demo"]) == (False, True)
    built = datetime.fromisoformat(tiny["builtAt"])
    assert built.utcoffset() == timedelta(0)
