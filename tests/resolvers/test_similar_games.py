"""Similar games against the formulas that the documentation gives, for the demo's games."""

from __future__ import annotations

from collections import Counter

import pytest

from datastore.base.codes import HYBRID, POPULAR
from datastore.base.columns import Operator
from datastore.base.series import plain, series
from datastore.store import Store
from recommender_world import MOST, World, cosine
from resolvers import filters, similar_games


@pytest.fixture(scope="module")
def world(demo_store: Store) -> World:
    return World(demo_store)


def test_the_score_of_a_similar_game_is_the_weighted_mean_of_its_parts(world: World) -> None:
    store, weights = world.store, world.parameters
    kinds = ("tag", "coplay", "title", "developer", "publisher")
    total = 1 + sum(weights[f"{kind}_weight"] for kind in kinds)
    neighbours = store.recommender.similar
    for game in world.games[:30].tolist():
        (places,) = similar_games.similar(store, [game], 10)
        for place in places:
            other = int(neighbours.row[place])
            why = similar_games.similarity(store, game, other)
            assert why.tags == pytest.approx(cosine(store, game, other), abs=1e-5)
            if neighbours.source[place] != HYBRID:
                continue
            assert why.als is not None
            blended = why.als + weights["tag_weight"] * why.tags
            blended += weights["coplay_weight"] * neighbours.coplay[place]
            blended += weights["title_weight"] * why.titles
            blended += weights["developer_weight"] * why.same_developer
            blended += weights["publisher_weight"] * why.same_publisher
            assert blended / total == pytest.approx(neighbours.score[place], abs=1e-4)
            common = set(store.games.tags(game)) & set(store.games.tags(other))
            assert common <= set(why.shared_tags)


def test_shared_tags_are_listed_rarest_first(world: World) -> None:
    store = world.store
    one, other = world.games[:2].tolist()
    shared = similar_games.similarity(store, one, other).shared_tags
    uses = {name: int((store.games.tag_rows.values == row).sum())
            for row, name in enumerate(store.games.tag_names)}  # fmt: skip
    known = [uses[name] for name in shared if name in uses]
    assert known == sorted(known)


def test_a_diverse_list_of_similar_games_begins_with_the_most_similar(world: World) -> None:
    for game in world.games[:10].tolist():
        (plain,) = similar_games.similar(world.store, [game], MOST, 0.0)
        (diverse,) = similar_games.similar(world.store, [game], MOST, 0.5)
        assert diverse[0] == plain[0]
        assert sorted(diverse) == sorted(plain)


def test_similar_unlisted_games_come_where_their_score_puts_them(world: World) -> None:
    similar, unlisted = world.store.recommender.similar, world.store.games.unlisted
    every = list(range(len(world.store.games)))
    listed = similar_games.similar(world.store, every, MOST, 0.0)
    more = similar_games.similar(world.store, every, MOST, 0.0, include_unlisted=True)
    assert not unlisted[similar.row[[place for places in listed for place in places]]].any()
    added = 0
    for before, after in zip(listed, more, strict=True):
        new = [place for place in after if unlisted[similar.row[place]]]
        assert [place for place in after if place not in new] == before[: MOST - len(new)]
        by_model = [similar.score[place] for place in after if similar.source[place] == HYBRID]
        assert by_model == sorted(by_model, reverse=True)
        added += len(new)
    assert added


def test_a_filter_chooses_among_the_most_similar_games(world: World) -> None:
    free = filters.Test("is_free", Operator.EQ, True)
    similar, prices = world.store.recommender.similar, world.store.games.prices
    for game in world.games[:20].tolist():
        (every,) = similar_games.similar(world.store, [game], MOST)
        (found,) = similar_games.similar(world.store, [game], MOST, where=free)
        assert found == [place for place in every if prices[similar.row[place]] == 0]


def test_of_five_similar_games_at_most_two_are_of_one_series(world: World) -> None:
    titles = [series(plain(title or "")) for title in world.store.games.title]
    similar = world.store.recommender.similar
    crowded = 0
    for game in range(len(titles)):
        (pure,) = similar_games.similar(world.store, [game], 5, 0.0)
        (places,) = similar_games.similar(world.store, [game], 5)
        if POPULAR in similar.source[places]:
            continue
        counts = [
            max(Counter(titles[similar.row[p]] for p in found).values()) for found in (pure, places)
        ]
        assert counts[1] <= 2
        crowded += counts[0] > 2
    assert crowded
