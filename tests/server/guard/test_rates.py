"""Rate limits: buckets of tokens that fill with time, of a bounded number of clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.guard.rates import Budget, Rates, Spending
from server.http.refusal import Refusal


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def spends(budget: Budget, cost: float) -> bool:
    try:
        Spending(budget).spend(cost)
    except Refusal:
        return False
    return True


def test_a_client_may_use_the_burst_at_once_and_the_rate_from_then_on() -> None:
    clock = Clock()
    budget = Budget(10, 100, clock)
    assert [spends(budget, 50) for _ in range(3)] == [True, True, False]
    clock.now += 4.9
    assert spends(budget, 50)  # may overdraw what has been filled
    assert not spends(budget, 1)
    clock.now += 1
    assert spends(budget, 1)


def test_any_cost_can_be_spent_however_small_the_burst() -> None:
    clock = Clock()
    budget = Budget(1, 1, clock)
    assert spends(budget, 15_000)
    clock.now += 14_998
    assert not spends(budget, 1)
    clock.now += 2
    assert spends(budget, 1)


def test_a_refusal_says_when_to_try_again() -> None:
    clock = Clock()
    budget = Budget(10, 100, clock)
    budget.take(125)
    with pytest.raises(Refusal) as refused:
        budget.require()
    assert (refused.value.status, refused.value.code) == (429, "RATE_LIMITED")
    assert refused.value.headers == {
        "Retry-After": "3",
        "RateLimit-Limit": "100",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "13",
        "RateLimit-Policy": "100;w=10",
    }
    clock.now += 3
    budget.require()


@given(
    costs=st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 500)), max_size=60),
    rate=st.floats(0.1, 100),
    burst=st.floats(1, 1_000),
)
def test_no_client_gets_more_than_burst_and_rate_and_one_request(
    costs: list[tuple[float, float]], rate: float, burst: float
) -> None:
    clock = Clock()
    budget, spent = Budget(rate, burst, clock), 0.0
    for pause, cost in costs:
        clock.now += pause
        if spends(budget, cost):
            spent += cost
    passed = clock.now - 1_000
    largest = max((cost for _, cost in costs), default=0)
    assert spent <= burst + rate * passed + largest + 1e-6


def test_what_a_request_has_spent_itself_does_not_refuse_it() -> None:
    budget = Budget(1, 10, Clock())
    request, other = Spending(budget), Spending(budget)
    request.spend(30)
    request.spend(500)
    with pytest.raises(Refusal):
        other.spend(1)


def test_a_request_refused_because_of_others_is_refused_after_its_first_cost_too() -> None:
    budget = Budget(1, 10, Clock())
    request, other = Spending(budget), Spending(budget)
    request.spend(1)
    other.spend(500)
    with pytest.raises(Refusal):
        request.spend(500)


def test_a_request_that_spends_nothing_costs_one() -> None:
    budget = Budget(1, 10, Clock())
    free, paid = Spending(budget), Spending(budget)
    free.settle()
    free.settle()
    assert budget.headers()["RateLimit-Remaining"] == "9"
    paid.spend(4)
    paid.settle()
    assert budget.headers()["RateLimit-Remaining"] == "5"


def test_clients_have_budgets_of_their_own_and_keys_rates_of_their_own() -> None:
    rates = Rates(10, 2, Clock())
    budget = rates.budget("one")
    assert budget is not None
    budget.take(20)
    assert rates.budget("one") is budget
    assert spends(rates.budget("two") or pytest.fail(), 1)
    own = rates.budget("key", 500)
    assert own is not None and own.headers()["RateLimit-Limit"] == "1000"


def test_without_a_rate_nobody_has_a_limit_but_keys_may() -> None:
    rates = Rates(0, 60, Clock())
    assert rates.budget("somebody") is None
    assert rates.budget("key", 5) is not None


def test_the_memory_is_bounded() -> None:
    rates = Rates(1, 60, Clock())
    for number in range(10_500):
        rates.budget(f"client {number}")
    assert len(rates._budgets) == 10_000
