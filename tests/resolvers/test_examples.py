"""Keys for the explorer: each has an answer worth showing."""

from __future__ import annotations

from datastore.store import Store
from resolvers.examples import GameExample, examples


def test_the_examples_of_the_tiny_world_are_its_richest_entries(store: Store) -> None:
    assert examples(store).games == GameExample(
        developer="Orbit Works",  # nine reviews
        user_id="owner",  # three reviews and two items
        genre="Strategy",  # 1,830 minutes of all players
        year=2011,
        app_id="10",
        catalogue_year=2010,
        genres=["Action"],
    )


def test_a_snapshot_without_a_subject_has_no_examples_of_it(store: Store) -> None:
    assert examples(store).titles is None


def test_the_demo_has_an_example_for_every_question_about_games(demo_store: Store) -> None:
    games = examples(demo_store).games
    assert games is not None
    assert None not in games
