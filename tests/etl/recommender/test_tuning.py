"""The search: seeded, inside of its ranges, and blind to what the evaluation holds out."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.library import Library
from etl.process.progress import Stage
from etl.recommender.evaluation.metrics import top, values
from etl.recommender.evaluation.served_model import fit
from etl.recommender.evaluation.split import split
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.tuning import SPACE, Tuning, tune
from etl.recommender.users import Users
from library import game_words, make_library, training_data

GAMES, USERS = 40, 120
#: Far from good: the search has something to find.
POOR = Parameters(factors=20, iterations=8, alpha=2, regularization=6, ease_regularization=0.06)


def noisy_tastes() -> Library:
    rng = np.random.default_rng(4)
    users = []
    for user in range(USERS):
        liked = np.flatnonzero(np.arange(GAMES) % 4 == user % 4)
        other = rng.choice(GAMES, 4, replace=False)
        games = {*rng.permutation(liked)[:8].tolist(), *other.tolist()}
        users.append({game: 60 * int(rng.integers(0, 9)) for game in games})
    return make_library(*users)


LIBRARY = noisy_tastes()
USER_IDS, APP_IDS = [f"u{at}" for at in range(USERS)], [str(at) for at in range(GAMES)]


def run(library: Library = LIBRARY, **how: Any) -> Tuning:
    chosen: dict[str, Any] = {"seed": 3, "jobs": 1, "trials": 12} | how
    recipe = Recipe(POOR, chosen["seed"], chosen["jobs"])
    stage = chosen.get("stage", Stage(None, None))
    data = training_data(library, [[]] * GAMES)
    return tune(data, recipe, trials=chosen["trials"], stage=stage)


@pytest.fixture(scope="module")
def tuning() -> Tuning:
    return run()


def searched(parameters: Parameters) -> dict[str, Any]:
    return {name: getattr(parameters, name) for name in SPACE}


def test_the_first_trial_are_the_parameters_given(tuning: Tuning) -> None:
    assert len(tuning.trials) == 12
    assert tuning.trials[0].parameters == searched(POOR)


def test_chosen_is_the_best_trial_and_it_is_better_than_what_was_given(tuning: Tuning) -> None:
    best = max(tuning.trials, key=lambda trial: trial.ndcg_at_10)
    assert searched(tuning.chosen) == best.parameters
    assert best.ndcg_at_10 > tuning.trials[0].ndcg_at_10


def test_what_is_not_searched_stays_as_it_was(tuning: Tuning) -> None:
    assert msgspec.structs.replace(tuning.chosen, **searched(POOR)) == POOR


def test_each_trial_moves_one_parameter_of_the_best_before_it(tuning: Tuning) -> None:
    best = tuning.trials[0]
    moved = []
    for trial in tuning.trials[1:]:
        (name,) = (key for key in SPACE if trial.parameters[key] != best.parameters[key])
        moved.append(name)
        best = max(best, trial, key=lambda one: one.ndcg_at_10)
    assert set(moved[: len(SPACE)]) == set(SPACE)


def test_a_trial_is_what_its_parameters_give_when_trained_anew(tuning: Tuning) -> None:
    outer = split(LIBRARY, USER_IDS, APP_IDS, 3)
    ids = [USER_IDS[at] for at in outer.users], [APP_IDS[at] for at in outer.games]
    part = split(outer.known, *ids, 3)
    assert (tuning.users, tuning.held_out) == (part.held_out.shape[0], part.held_out.nnz)
    for trial in tuning.trials[-3:]:
        parameters = msgspec.structs.replace(POOR, min_players=1, **trial.parameters)
        words = game_words([[]] * len(part.games))
        model = fit(Users.of(part.known), words, Recipe(parameters, seed=3, jobs=1), whole=False)
        lists = top(model.scores, part.owned, 1)
        players = np.bincount(part.played.indices, minlength=len(part.games))
        assert values(lists, part.held_out, players).ndcg.mean() == trial.ndcg_at_10


def test_what_the_evaluation_holds_out_is_never_seen(tuning: Tuning) -> None:
    outer = split(LIBRARY, USER_IDS, APP_IDS, 3)
    assert len(outer.users) == USERS
    assert len(outer.games) == GAMES
    hidden = {
        (outer.users[row], outer.games[column])
        for row, column in zip(*outer.held_out.nonzero(), strict=True)
    }
    # Other minutes of the held-out pairs are another library with the same two parts.
    changed = [
        minutes * 7 if (user, game) in hidden else minutes
        for user, game, minutes in zip(LIBRARY.user, LIBRARY.game, LIBRARY.minutes, strict=True)
    ]
    library = Library(LIBRARY.offsets, LIBRARY.game, np.array(changed, np.int32))
    assert run(library) == tuning


def test_the_seed_decides_the_search_and_threads_do_not(tuning: Tuning) -> None:
    assert run(jobs=3) == tuning
    assert run(seed=4).trials[1:] != tuning.trials[1:]


def test_the_stage_advances_with_every_trial() -> None:
    class Counted(Stage):
        units = 0

        def advance(self, units: int) -> None:
            self.units += units

    stage = Counted(None, None)
    run(stage=stage, trials=3)
    assert stage.units == 3


def test_with_too_few_users_the_parameters_stay() -> None:
    small = make_library(*(dict.fromkeys(range(9), 60) for _ in range(49)))
    tuning = run(small)
    assert (tuning.users, tuning.trials, tuning.chosen) == (49, [], POOR)


@given(st.sampled_from(sorted(SPACE)), st.floats(0, 1), st.floats(-3, 3))
def test_no_step_leaves_its_range(name: str, place: float, step: float) -> None:
    own = SPACE[name]
    start = own.low + place * (own.high - own.low)
    moved = own.moved(start, step)
    assert own.low <= moved <= own.high
    assert isinstance(moved, int) == own.whole


def test_the_parameters_of_today_are_in_the_ranges() -> None:
    for name, own in SPACE.items():
        assert own.low <= getattr(Parameters(), name) <= own.high


def test_the_chosen_parameters_are_compared_on_one_validation_part(tuning: Tuning) -> None:
    defaults, live, chosen = tuning.compared
    assert [measured.name for measured in tuning.compared] == ["defaults", "live", "chosen"]
    assert (defaults.parameters, live.parameters) == (Parameters(), POOR)
    assert chosen.parameters == tuning.chosen
    assert live.ndcg_at_10.value == pytest.approx(tuning.trials[0].ndcg_at_10)
    assert chosen.ndcg_at_10.value == pytest.approx(max(t.ndcg_at_10 for t in tuning.trials))
    assert chosen.gain.value == chosen.gain.low == chosen.gain.high == 0
    for other in (defaults, live):
        difference = chosen.ndcg_at_10.value - other.ndcg_at_10.value
        assert other.gain.value == pytest.approx(difference)
        assert other.gain.low < other.gain.value < other.gain.high


def test_a_search_from_the_defaults_compares_with_them_alone() -> None:
    data = training_data(LIBRARY, [[]] * GAMES)
    found = tune(data, Recipe(Parameters(), 3, 1), trials=1, stage=Stage(None, None))
    assert [measured.name for measured in found.compared] == ["defaults", "chosen"]
    assert found.chosen == Parameters()
