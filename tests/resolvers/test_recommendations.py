"""Recommendations against the formulas that the documentation gives, for the demo's players."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
import pytest

from datastore.base.codes import CONTENT, COPLAY, HYBRID, POPULAR
from datastore.base.columns import Operator
from datastore.base.errors import InvalidArgument
from datastore.base.second_stage import SIGNALS, TREE_SIGNALS
from datastore.store import Store
from recommender_world import MOST, World, cosine, for_user, games, some
from resolvers import filters, recommendations, spaces
from resolvers.recommendations import Arguments, Owned
from resolvers.selection import Selection, select

PLAIN = Arguments()


@pytest.fixture(scope="module")
def world(demo_store: Store) -> World:
    return World(demo_store)


def test_a_players_list_is_the_best_of_all_scores_by_brute_force(world: World) -> None:
    for user in some(40, world):
        found = for_user(world, user).entries
        ranked = world.ranked(user)
        expected = ranked[:MOST]
        assert [entry.score for entry in found] == pytest.approx(
            [score for _, score in expected], rel=1e-3, abs=1e-3
        )
        by_game = dict(ranked)
        assert [by_game[entry.game] for entry in found] == pytest.approx(
            [score for _, score in expected], rel=1e-3, abs=1e-3
        )
        assert {entry.source for entry in found} == {HYBRID}


def test_nobody_gets_an_empty_list_or_an_owned_game(world: World) -> None:
    for user in range(len(world.store.users)):
        listed = games(for_user(world, user))
        assert len(set(listed)) == len(listed) == MOST
        assert not world.owned(user).keys() & set(listed)


def test_a_shorter_list_is_the_head_of_a_longer_one(world: World) -> None:
    for user in some(5, world):
        for diversity in (0.0, 0.4, 1.0):
            whole = games(for_user(world, user, diversity=diversity))
            assert games(for_user(world, user, 7, diversity=diversity)) == whole[:7]


def test_reviewed_games_are_left_out_of_an_owners_list_on_request(
    store: Store,
) -> None:
    world, changed = World(store), 0
    for user in range(len(store.users)):
        reviewed = {int(store.reviews.game[row]) for row in store.reviews.of_user(user)}
        if not world.owned(user) or not reviewed - world.owned(user).keys():
            continue
        only = filters.Test(
            "app_id", Operator.IN, tuple(store.games.app_id[game] for game in reviewed)
        )
        assert set(games(for_user(world, user, where=only))) == reviewed - world.owned(user).keys()
        assert not games(for_user(world, user, where=only, exclude_reviewed=True))
        assert not reviewed & set(games(for_user(world, user, exclude_reviewed=True)))
        changed += 1
    assert changed


def test_who_owns_nothing_gets_no_reviewed_game_but_the_next_most_played(world: World) -> None:
    store, seen = world.store, 0
    for user in range(len(store.users)):
        reviewed = {int(store.reviews.game[row]) for row in store.reviews.of_user(user)}
        if world.owned(user) or not reviewed:
            continue
        left = [game for game in store.recommender.popular.tolist() if game not in reviewed]
        found = for_user(world, user)
        assert games(found) == left[:MOST]
        most = int(store.games.players.max())
        for entry in found.entries:
            assert entry.score == pytest.approx(int(store.games.players[entry.game]) / most)
        gone = [store.games.app_id[game] for game in left[:2]]
        assert games(for_user(world, user, 5, exclude=gone)) == left[2:7]
        seen += left[:MOST] != store.recommender.popular[:MOST].tolist()
    assert seen


def test_excluded_games_make_room_for_the_next_ones(world: World) -> None:
    for user in some(10, world):
        whole = games(for_user(world, user))
        gone = [world.store.games.app_id[game] for game in whole[:5]]
        left = games(for_user(world, user, 20, exclude=[*gone, "no such game"]))
        assert left == whole[5:25]


def test_a_filter_cuts_before_the_list_is_cut(world: World) -> None:
    store = world.store
    for genre in ("RPG", "Casual"):
        where = filters.Test("genre", Operator.EQ, genre)
        fit = set(
            select(range(len(store.games)), lambda: spaces.games(store), Selection(where)).tolist()
        )
        assert fit
        for user in some(5, world):
            found = for_user(world, user, where=where).entries
            able = fit - world.owned(user).keys()
            assert len(found) == min(MOST, len(able))
            assert {entry.game for entry in found} <= able
            best = [pair for pair in world.ranked(user, able) if pair[0] in able][:MOST]
            hybrid = [entry for entry in found if entry.source == HYBRID]
            assert [e.score for e in hybrid] == pytest.approx(
                [score for _, score in best], rel=1e-3, abs=1e-3
            )


def test_a_filter_that_nothing_fits_gives_an_empty_list(world: World) -> None:
    assert (
        for_user(world, 0, where=filters.Test("title", Operator.EQ, "no such title")).entries == []
    )


def library(world: World, user: int) -> list[Owned]:
    ids = world.store.games.app_id
    return [Owned(ids[game], minutes / 60) for game, minutes in world.owned(user).items()]


def test_a_new_player_gets_what_a_user_with_the_same_library_gets(world: World) -> None:
    for user in [*some(40, world), *some(10, world, plays=False)]:
        if not world.owned(user):
            continue
        known = for_user(world, user).entries
        new = recommendations.for_library(world.store, library(world, user), MOST, PLAIN).entries
        assert [entry.score for entry in new] == pytest.approx(
            [entry.score for entry in known], rel=1e-3, abs=1e-3
        )
        assert [entry.source for entry in new] == [entry.source for entry in known]


def test_an_empty_or_unknown_library_gets_the_most_played_games(world: World) -> None:
    popular = world.store.recommender.popular[:10].tolist()
    for own in ([], [Owned("no such game", 12.0)]):
        found = recommendations.for_library(world.store, own, 10, PLAIN)
        assert games(found) == popular
        assert {entry.source for entry in found.entries} == {POPULAR}


def test_a_library_without_playtime_is_scored_by_co_play(world: World) -> None:
    app_id = world.store.games.app_id[int(world.games[0])]
    found = recommendations.for_library(world.store, [Owned(app_id, 0)], 5, PLAIN)
    assert found.entries[0].source == COPLAY
    row = world.ease[0] * world.parameters["owned_weight"]
    best = row.max()
    assert found.entries[0].score == pytest.approx(best, rel=1e-5)
    assert row[world.games.tolist().index(found.entries[0].game)] == pytest.approx(best)


def test_a_library_unknown_to_the_model_is_scored_by_tags(world: World) -> None:
    store = world.store
    placed = set(world.games.tolist())
    rare = next(
        game
        for game in range(len(store.games))
        if game not in placed and len(store.games.tags(game)) > 2
    )
    found = recommendations.for_library(
        store, [Owned(store.games.app_id[rare], 3.0)], 10, PLAIN
    ).entries
    assert {entry.source for entry in found} == {CONTENT}
    for entry in found:
        assert entry.score == pytest.approx(cosine(store, rare, entry.game), rel=1e-5)
        assert store.games.players[entry.game] > 0


def test_duplicate_games_keep_the_longest_playtime(world: World) -> None:
    app_id = world.store.games.app_id[int(world.games[3])]
    twice = [Owned(app_id, 90.0), Owned(f" {app_id} ", 2.0)]
    once = recommendations.for_library(world.store, [Owned(app_id, 90.0)], 10, PLAIN)
    assert recommendations.for_library(world.store, twice, 10, PLAIN).entries == once.entries


def test_own_games_and_the_baseline_add_up_to_the_score(world: World) -> None:
    for user in [*some(30, world), *some(10, world, plays=False)]:
        found = for_user(world, user, 20)
        for entry, reason in zip(found.entries, found.reasons, strict=True):
            parts = [part for _, part in reason.because]
            assert sum(parts) + reason.rest + reason.baseline == pytest.approx(
                entry.score, rel=2e-3, abs=2e-3
            )
            assert parts == sorted(parts, reverse=True)
            assert {game for game, _ in reason.because} <= world.owned(user).keys()
            if entry.source == POPULAR:
                assert reason == ([], entry.score, 0.0)


def test_reasons_name_the_fifty_games_that_add_most_and_sum_up_the_rest(world: World) -> None:
    own = [Owned(world.store.games.app_id[game], 1.0) for game in world.games[:120].tolist()]
    found = recommendations.for_library(world.store, own, 5, PLAIN)
    rows = world.games[:120].astype(np.int64)
    player = world.store.model.player(rows, np.full(120, 60.0))
    whole = world.store.second_stage.contributions(player, np.array(games(found)))
    for entry, reason, parts in zip(found.entries, found.reasons, whole.parts, strict=True):
        named = [part for _, part in reason.because]
        assert named == sorted(parts.tolist(), reverse=True)[:50]
        assert reason.rest == pytest.approx(parts.sum() - sum(named), abs=1e-9)
        assert sum(named) + reason.rest + reason.baseline == pytest.approx(entry.score, abs=1e-3)


def test_hours_near_the_float_limit_are_a_long_playtime(world: World) -> None:
    app_id = world.store.games.app_id[int(world.games[3])]
    longest, long = (
        recommendations.for_library(world.store, [Owned(app_id, hours)], 10, PLAIN).entries
        for hours in (1.7e308, 1e9)
    )
    assert longest == long


def test_by_als_and_ease_each_game_has_its_part_of_the_prediction(world: World) -> None:
    """By EASE a part is a weight; by ALS the share that Hu, Koren and Volinsky derive."""
    model = world.store.model
    user = next(u for u in some(40, world) if len(world.owned(u)) > 4)
    player = model.player(*world.store.users.library(user), user)
    target = for_user(world, user, 3).entries[0].game
    at = world.games.tolist().index(target)
    found = model.parts(player, np.array([target]))
    l2 = world.parameters["regularization"] * sqrt(
        world.store.manifest.subjects["games"].facts["players"]
    )
    y = world.items[player.played].astype(float)
    left = world.items.T.astype(float) @ world.items + l2 * np.eye(y.shape[1])
    left += (y.T * (player.confident - 1)) @ y
    share = world.items[at] @ np.linalg.inv(left) @ y.T * player.confident
    by_als, by_ease = world.items @ world.users[user], np.zeros(len(world.games))
    by_ease[player.columns] = player.weights
    by_ease = by_ease @ world.ease
    own = player.columns.tolist()
    expected = np.zeros(len(own))
    expected[[own.index(column) for column in player.played.tolist()]] = share / by_als.std()
    assert found.by_als[0] == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert found.als_start == pytest.approx(-by_als.mean() / by_als.std(), rel=1e-3)
    expected = player.weights * world.ease[player.columns, at] / by_ease.std()
    assert found.by_ease[0] == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert found.ease_start == pytest.approx(-by_ease.mean() / by_ease.std(), rel=1e-3)


def test_a_reason_is_the_games_share_of_the_score_of_every_curve_and_of_the_trees(
    world: World,
) -> None:
    """The library is added in a thousand equal steps: what a step adds to a curve is divided among
    the games as the step itself is. The trees' share of a signal is divided among the games that
    raise it."""
    store, model, steps = world.store, world.store.model, 1_000
    user = next(u for u in some(40, world) if len(world.owned(u)) > 4)
    player = model.player(*store.users.library(user), user)
    entry, reason = for_user(world, user, 1).entries[0], for_user(world, user, 1).reasons[0]
    target = np.array([entry.game])
    linear = model.parts(player, target)
    by_als, by_ease = linear.by_als[0], linear.by_ease[0]
    own_vectors = store.content.vectors(world.games[player.columns]).astype(float)
    length = np.linalg.norm(player.weights @ own_vectors)
    by_tags = (own_vectors @ store.content.vectors(target)[0]) * player.weights / (length or 1)
    weight = world.parameters["ease_weight"]
    free = ~np.isin(world.games, player.games) & ~store.games.unlisted[world.games]
    last = np.sort(model.scores(player)[free])[::-1][: world.parameters["candidates"]][-1]
    shift = linear.als_start + weight * linear.ease_start - last
    expected = by_als + weight * by_ease
    for signal, parts, start in (
        ("als", by_als, linear.als_start),
        ("ease", by_ease, linear.ease_start),
        ("lead", by_als + weight * by_ease, shift),
        ("tags", by_tags, 0.0),
    ):
        row = list(SIGNALS).index(signal)
        places = start + parts.sum() * np.linspace(0, 1, steps + 1)
        knots, values = (world.arrays[f"curve_{kind}"][row] for kind in ("knots", "values"))
        rises = np.diff(np.interp(places, knots, values))
        if parts.sum():
            expected = expected + sum(rise * parts / parts.sum() for rise in rises)
    column = world.games.tolist().index(entry.game)
    partners, owned = world.arrays["partner_games"][column], set(player.columns.tolist())
    for signal, name in (
        ("together", "partner_shares"),
        ("lift", "partner_shares"),
        ("plays", "partner_plays"),
    ):
        pairs = zip(world.arrays[name][column].tolist(), partners.tolist(), strict=True)
        share, nearest = max(pair for pair in pairs if pair[1] in owned)
        places = np.array([0, share])
        if signal == "lift":
            places = np.log(places + 0.01) - world.arrays["model_owners"][column]
        row = list(SIGNALS).index(signal)
        knots, values = (world.arrays[f"curve_{kind}"][row] for kind in ("knots", "values"))
        rise = np.interp(places, knots, values)
        expected[player.columns.tolist().index(nearest)] += rise[1] - rise[0]
    own = player.columns.tolist()
    pairs = {
        own.index(partner): share
        for partner, share in zip(
            partners.tolist(), world.arrays["partner_shares"][column].tolist(), strict=True
        )
        if partner in owned
    }
    linked = np.array([pairs.get(place, 0.0) for place in range(len(own))])
    nearest_only = np.where(linked == linked.max(), linked, 0)
    raising = {"ease": by_ease, "shares": linked}
    raising |= dict.fromkeys(("tags", "played_tags", "taste"), by_tags)
    raising |= dict.fromkeys(("together", "lift", "plays", "back", "likeness"), nearest_only)
    raising |= dict.fromkeys(("together_played", "plays_played"), nearest_only)
    plays = np.isin(np.arange(len(world.games)), player.played)
    history = np.zeros(len(world.games))
    history[player.columns] = player.weights
    signals = world.signals(history, plays) | {"ease": player.standard_ease}
    row = np.array([[signals[name][column] for name in TREE_SIGNALS]], np.float32)
    by_trees = dict(zip(TREE_SIGNALS, world.trees.parts(row)[0].tolist(), strict=True))
    assert any(abs(part) > 0.01 for part in by_trees.values())
    for signal, parts in raising.items():
        share_of = parts.clip(min=0) / (parts.clip(min=0).sum() or 1)
        expected = expected + by_trees[signal] * share_of
    found = dict(reason.because)
    everything = dict(zip(world.games[player.columns].tolist(), expected.tolist(), strict=True))
    assert found == pytest.approx({game: everything[game] for game in found}, rel=2e-3, abs=2e-3)


def test_the_demo_is_large_enough_to_fit_a_second_stage(world: World) -> None:
    assert np.abs(world.arrays["curve_values"]).max() > 0.1
    assert (np.diff(world.arrays["curve_knots"], axis=1) > 0).all()
    assert len(world.trees.roots) == world.parameters["stage_trees"]


def test_content_reasons_add_up_as_well(world: World) -> None:
    store = world.store
    placed = set(world.games.tolist())
    rare = [g for g in range(len(store.games)) if g not in placed and store.games.tags(g)][:3]
    own = [Owned(store.games.app_id[game], float(at)) for at, game in enumerate(rare)]
    found = recommendations.for_library(store, own, 10, PLAIN)
    for entry, reason in zip(found.entries, found.reasons, strict=True):
        assert entry.source == CONTENT
        assert sum(part for _, part in reason.because) == pytest.approx(entry.score, rel=1e-5)
        assert {game for game, _ in reason.because} <= set(rare)


def test_unlisted_games_are_recommended_only_on_request(world: World) -> None:
    unlisted = set(np.flatnonzero(world.store.games.unlisted).tolist())
    assert unlisted
    found: set[int] = set()
    for user in [*some(40, world), *some(10, world, plays=False)]:
        own = {int(game) for game in world.store.users.owned(user)}
        assert not unlisted & {*games(for_user(world, user))}
        more = {*games(for_user(world, user, include_unlisted=True))}
        assert not more & own
        found |= more & unlisted
    assert found


@pytest.mark.parametrize("hours", [-1.0, nan, float("inf")])
def test_impossible_hours_are_refused_with_the_game(world: World, hours: float) -> None:
    with pytest.raises(InvalidArgument, match=r"The hours of '10' are .*: they must be 0 or more"):
        recommendations.for_library(world.store, [Owned("10", hours)], 5, PLAIN)


def test_longer_lists_than_a_library_can_be_are_refused(world: World) -> None:
    many = [str(number) for number in range(10_001)]
    with pytest.raises(InvalidArgument, match=r"'exclude'.*at most 10,000"):
        for_user(world, 0, exclude=many)
    with pytest.raises(InvalidArgument, match=r"'games'.*at most 10,000"):
        recommendations.for_library(world.store, [Owned(app_id, 1) for app_id in many], 5, PLAIN)
    with pytest.raises(InvalidArgument, match="'first'"):
        for_user(world, 0, 51)
