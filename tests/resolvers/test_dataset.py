"""Keys for the explorer: each has an answer worth showing."""

from __future__ import annotations

from datastore.store import Store
from resolvers.dataset import Example, examples


def test_the_examples_of_the_tiny_world_are_its_richest_entries(store: Store) -> None:
    assert examples(store) == Example(
        developer="Orbit Works",  # nine reviews
        user_id="owner",  # three reviews and two items
        genre="Strategy",  # 1,830 minutes of all players
        year=2011,
        app_id="10",
    )


def test_the_demo_has_an_example_for_every_question(demo_store: Store) -> None:
    assert None not in examples(demo_store)
