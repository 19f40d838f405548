"""The whole evaluation, over a world of known taste: each player likes one of two groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import sparse

from datastore.base.evaluation import POPULARITY, RECENT, SERVED, Evaluation
from datastore.base.library import Library
from etl.process.progress import Stage
from etl.recommender.evaluation import evaluate as evaluate_module
from etl.recommender.evaluation.baselines import BASELINES, EASE, EASE_OWNED
from etl.recommender.evaluation.companions import COMPANIONS
from etl.recommender.evaluation.evaluate import Extent, evaluate, steps
from etl.recommender.evaluation.split import split
from etl.recommender.parameters import Parameters, Recipe
from library import make_library, training_data

PARAMETERS = Parameters(factors=8, iterations=4)
GROUP, USERS = 15, 68
UNLISTED = 2 * GROUP - 1  # a game that the catalogue lacks takes part like any other
OWNED_ONLY = 2 * GROUP
WHOLE, SMALLEST = Extent(baselines=True, companions=True), Extent()


def two_tastes() -> Library:
    rng = np.random.default_rng(2)
    users = []
    for user in range(USERS):
        games = rng.choice(GROUP, rng.integers(5, GROUP), replace=False)
        own = {int(game) + GROUP * (user % 2): int(rng.integers(1, 600)) for game in games}
        users.append(own | {OWNED_ONLY: 0})
    return make_library(*users)


LIBRARY = two_tastes()
WORDS = [[f"t:{side}{n}" for n in range(6)] for side in "lr" for _ in range(GROUP)]
WORDS[UNLISTED] = []
WORDS.append([])


class Counted(Stage):
    """A stage that counts its units."""

    def __init__(self) -> None:
        super().__init__(None, None)
        self.units = 0

    def advance(self, units: int) -> None:
        self.units += units


def run(library: Library = LIBRARY, words: list[list[str]] = WORDS, **how: Any) -> Evaluation:
    chosen: dict[str, Any] = {"seed": 0, "jobs": 1, "extent": WHOLE, "stage": Counted()} | how
    recipe = Recipe(PARAMETERS, chosen.pop("seed"), chosen.pop("jobs"))
    data = training_data(library, words, chosen.pop("recent", ()))
    return evaluate(data, recipe, **chosen)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return run()


def test_it_says_what_it_was_measured_on(evaluation: Evaluation) -> None:
    played = np.bincount(LIBRARY.user[LIBRARY.minutes > 0])
    assert (evaluation.users, evaluation.games) == (USERS, 2 * GROUP)
    assert evaluation.held_out == np.maximum(1, np.rint(0.2 * played)).sum()


def test_the_served_model_comes_first_and_all_baselines_follow(evaluation: Evaluation) -> None:
    assert [own.ranking for own in evaluation.rankings] == ["as served", *BASELINES]
    for part in [*evaluation.slices[:2], *evaluation.genres]:
        assert [own.ranking for own in part.rankings] in (["as served", *BASELINES], [])


def test_a_model_of_taste_beats_popularity_which_knows_none(evaluation: Evaluation) -> None:
    served, popular, *_ = evaluation.rankings
    assert served.ndcg_at_10.low > popular.ndcg_at_10.high
    assert popular.lead.low > 0
    assert popular.lead.value == pytest.approx(served.ndcg_at_10.value - popular.ndcg_at_10.value)
    assert served.lead.value == served.lead.low == served.lead.high == 0
    # All that the lists need to show is the other games of the group.
    assert served.recall_at_20.value == 1
    assert served.coverage.value > popular.coverage.value


def test_without_baselines_there_is_still_popularity(evaluation: Evaluation) -> None:
    alone = run(extent=SMALLEST)
    assert alone.rankings == evaluation.rankings[:2]
    assert alone.similar == evaluation.similar


def test_the_same_seed_measures_the_same_on_any_number_of_threads(evaluation: Evaluation) -> None:
    assert run(jobs=3) == evaluation
    assert run(seed=1) != msgspec.structs.replace(evaluation, seed=1)


@pytest.mark.parametrize("extent", [WHOLE, SMALLEST, Extent(companions=True)])
def test_the_steps_that_were_announced_are_gone(extent: Extent) -> None:
    stage = Counted()
    run(extent=extent, stage=stage, recent=RECENT_ROWS)
    assert stage.units == steps(PARAMETERS, extent)


def test_users_with_few_games_are_those_of_whom_ten_or_fewer_are_known(
    evaluation: Evaluation,
) -> None:
    played = np.bincount(LIBRARY.user[LIBRARY.minutes > 0])
    out = np.maximum(1, np.rint(0.2 * played))
    few = played - out <= 10
    beginners, *_ = evaluation.slices
    assert (beginners.users, beginners.pairs) == (few.sum(), out[few].sum())
    assert 0 < beginners.users < USERS


def test_where_all_games_have_players_enough_the_slice_is_empty() -> None:
    # 60 users over 8 games: each game has more than 20 of them.
    users = [{game: 1 for game in range(8) if game != user % 8} for user in range(60)]
    _, rare, *_ = run(make_library(*users), [[]] * 8).slices
    assert (rare.users, rare.pairs, rare.rankings) == (0, 0, [])


def test_games_with_few_players_are_those_of_20_or_fewer_among_all_candidates(
    evaluation: Evaluation,
) -> None:
    ids = [f"u{at}" for at in range(USERS)], [str(at) for at in range(len(WORDS))]
    part = split(LIBRARY, *ids, 0)
    players = np.bincount(part.played.indices, minlength=len(part.games))
    assert 20 in players[part.held_out.indices]
    few = part.held_out.toarray()[:, players <= 20]
    _, rare, *_ = evaluation.slices
    assert (rare.pairs, rare.users) == (few.sum(), few.any(axis=1).sum())
    assert 0 < rare.pairs < evaluation.held_out
    assert rare.rankings[0].recall_at_20.value > rare.rankings[1].recall_at_20.value


def test_similar_games_of_the_model_are_of_the_group(evaluation: Evaluation) -> None:
    served, alone = evaluation.similar
    assert (served.ranking, alone.ranking) == ("as served", "ALS cosine alone")
    # All five are of the group and share all words with it, but with the unlisted game.
    assert served.tags is not None
    assert 4.5 < served.tags.value <= 5
    assert served.coplay.value > 0


def test_without_words_nothing_is_judged_by_them() -> None:
    assert [own.tags for own in run(words=[[] for _ in WORDS]).similar] == [None, None]


def test_a_world_too_small_to_be_measured_is_not() -> None:
    nothing = run(make_library({0: 5}, {}), [[]])
    assert nothing == Evaluation(0, 0, 0, 0, [], [], [])


def test_where_very_many_take_part_only_some_are_measured(
    monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation
) -> None:
    monkeypatch.setattr(evaluate_module, "_MOST_MEASURED", 20)
    some = run(extent=SMALLEST)
    assert (some.users, some.games) == (20, evaluation.games)
    assert some.held_out < evaluation.held_out
    assert some.rankings[0].ndcg_at_10.high - some.rankings[0].ndcg_at_10.low > (
        evaluation.rankings[0].ndcg_at_10.high - evaluation.rankings[0].ndcg_at_10.low
    )
    assert [part.users for part in some.slices] <= [20, 20]


def test_who_is_measured_depends_on_the_users_ids_alone() -> None:
    users = [f"u{at}" for at in range(USERS)]
    games = [str(at) for at in range(len(WORDS))]
    whole = split(LIBRARY, users, games, 0)
    chosen = {users[whole.users[row]] for row in whole.sample(20)}
    assert len(chosen) == 20
    stop = int(LIBRARY.offsets[USERS - 4])
    fewer = Library(
        LIBRARY.offsets[: USERS - 3],
        LIBRARY.game[:stop],
        LIBRARY.minutes[:stop],
    )
    part = split(fewer, users[: USERS - 4], games, 0)
    again = {users[part.users[row]] for row in part.sample(20)}
    left = {user for user in chosen if user in users[: USERS - 4]}
    assert left <= again


def test_companions_are_dropped_in_a_slice_of_all_held_out_games(evaluation: Evaluation) -> None:
    (dropped,) = (part for part in evaluation.slices if part.name == COMPANIONS)
    assert dropped.pairs == evaluation.held_out
    assert [ranking.ranking for ranking in dropped.rankings] == [
        SERVED, POPULARITY, EASE, EASE_OWNED,
    ]  # fmt: skip


def test_lists_of_a_slice_leave_out_what_is_owned() -> None:
    lists = np.array([[3, 1, 0, -1], [2, 0, 1, 3]], np.int32)
    owned = sparse.csr_matrix(np.array([[0, 1, 0, 0], [0, 0, 1, 1]], np.float32))
    found = evaluate_module._without(lists, owned)
    assert found[:, :4].tolist() == [[3, 0, -1, -1], [0, 1, -1, -1]]
    assert found.shape == (2, 20)
    assert (found[:, 4:] == -1).all()


def test_unlisted_games_are_neither_asked_for_nor_recommended() -> None:
    data, hidden = training_data(LIBRARY, WORDS), np.zeros(len(WORDS), bool)
    hidden[:GROUP:3] = True
    recipe = Recipe(PARAMETERS, 0, 1)
    found = evaluate(replace(data, unlisted=hidden), recipe, WHOLE, Counted())
    for ranking in found.rankings:
        assert ranking.unlisted is not None
        assert ranking.unlisted.value == 0
    part = split(LIBRARY, data.users.parts[0].ids, data.app_ids, 0)
    asked = sum(not hidden[part.games[column]] for column in part.held_out.indices)
    assert 0 < found.held_out == asked < part.held_out.nnz


def test_the_quality_of_lists_is_measured_by_genre() -> None:
    words = [[*own, "g:left" if game < GROUP else "g:right"] for game, own in enumerate(WORDS)]
    found = run(words=words)
    assert {part.name for part in found.genres} == {"left", "right"}
    assert sum(part.pairs for part in found.genres) == found.held_out
    assert found.genres[0].pairs >= found.genres[1].pairs
    assert run(words=words, extent=SMALLEST).genres == []


# ---------------------------------------------------------------- started recently

#: The first played game of every third user.
RECENT_ROWS = LIBRARY.offsets[:-1:3].tolist()


@pytest.fixture(scope="module")
def near_to_time() -> Evaluation:
    return run(recent=RECENT_ROWS)


def test_games_started_recently_are_asked_for_in_a_slice_of_their_own(
    near_to_time: Evaluation, evaluation: Evaluation
) -> None:
    assert all(part.name != RECENT for part in evaluation.slices)
    (recent,) = (part for part in near_to_time.slices if part.name == RECENT)
    assert recent.users == recent.pairs == len(RECENT_ROWS)
    assert [own.ranking for own in recent.rankings] == [SERVED, *BASELINES]
    served, popular, *_ = recent.rankings
    assert served.ndcg_at_10.value > popular.ndcg_at_10.value > 0
    by_user = np.frombuffer(recent.by_user, np.float32)
    assert by_user.mean() == pytest.approx(served.ndcg_at_10.value)
    assert near_to_time.task != evaluation.task


def test_what_else_is_held_out_is_not_in_the_lists_of_recent_starts() -> None:
    # Two games are left to recommend: the one that was started, and one that nobody owns.
    users = [{game: 60 - game for game in range(8)} for _ in range(60)]
    for user in range(30):
        users[user] = {game: 60 - game for game in range(1, 9)}
    library = make_library(*users)
    found = run(library, [[]] * 9, recent=library.offsets[:-1:2].tolist(), extent=SMALLEST)
    (recent,) = (part for part in found.slices if part.name == RECENT)
    assert recent.rankings[0].recall_at_20.value == 1
    assert recent.rankings[1].ndcg_at_10.low >= 1 / np.log2(3) - 1e-9


def test_users_of_whom_only_recent_starts_are_known_are_not_asked() -> None:
    rows = [*range(LIBRARY.offsets[0], LIBRARY.offsets[1]), *RECENT_ROWS[1:]]
    found = run(recent=sorted(rows), extent=SMALLEST)
    (recent,) = (part for part in found.slices if part.name == RECENT)
    assert recent.users == len(RECENT_ROWS) - 1


def test_lists_without_companions_are_measured_if_asked_for() -> None:
    found = run(extent=Extent(companions=True))
    (dropped,) = (part for part in found.slices if part.name == COMPANIONS)
    assert [own.ranking for own in dropped.rankings] == [SERVED, POPULARITY]
    assert len(dropped.by_user) == 4 * dropped.users
    assert all(part.name != COMPANIONS for part in run(extent=SMALLEST).slices)
