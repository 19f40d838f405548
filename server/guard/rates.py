"""server.guard: rate limits: how much each client may use, as a bucket of tokens.

One token is one unit of cost. A bucket fills at a steady rate up to the burst. A request may start
as long as its client's bucket is not empty, and may then overdraw it: so every allowed operation
can be executed, however small the burst. The client waits until the debt is paid.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from cachetools import LRUCache

from server.http.refusal import Refusal

__all__ = ["Budget", "Rates", "Spending"]

#: Most clients with a bucket of their own. Those who have not sent anything for the longest time
#: are forgotten first.
_CLIENTS = 10_000


class Budget:
    """The bucket of one client, in units of cost."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float]) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        self._level, self._at = burst, now()

    def require(self, credit: float = 0) -> None:
        """Raise Refusal (429) if the bucket is empty. `credit` is the cost already taken by the
        same request."""
        level = self._filled() + credit
        if level <= 0:
            seconds = int(-level // self._rate) + 1
            raise Refusal(
                429,
                "RATE_LIMITED",
                f"This client has used its share of the server: try again in {seconds:,} s.",
                {"Retry-After": str(seconds), **self.headers()},
            )

    def take(self, cost: float) -> None:
        """Take tokens, more than there are if need be."""
        self._level = self._filled() - cost

    def headers(self) -> dict[str, str]:
        """The fields of the IETF's draft "RateLimit header fields for HTTP", version 6."""
        level = self._filled()
        return {
            "RateLimit-Limit": str(int(self._burst)),
            "RateLimit-Remaining": str(max(0, int(level))),
            "RateLimit-Reset": str(self._seconds(self._burst - level)),
            "RateLimit-Policy": f"{int(self._burst)};w={self._seconds(self._burst)}",
        }

    def has(self, rate: float) -> bool:
        """Whether the bucket fills at this rate."""
        return self._rate == rate

    def _filled(self) -> float:
        now = self._now()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return self._level

    def _seconds(self, tokens: float) -> int:
        return ceil(max(0.0, tokens) / self._rate)


class Spending:
    """What one request spends of its client's budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._spent = 0.0

    def spend(self, cost: float) -> None:
        """Take the cost of what comes next. Raises Refusal (429) if other requests have emptied the
        bucket."""
        self._budget.require(self._spent)
        self.charge(cost)

    def charge(self, cost: float) -> None:
        """Take the cost of what has been done, even if other requests have emptied the bucket."""
        self._budget.take(cost)
        self._spent += cost

    def settle(self) -> None:
        """Take 1 if nothing else has been spent."""
        if not self._spent:
            self._budget.take(1)
            self._spent = 1.0


class Rates:
    """The budgets of clients, in bounded memory.

    `rate` is the cost per second, 0 for no limit; `burst_seconds` the time in which an empty bucket
    is filled.
    """

    def __init__(
        self, rate: float, burst_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        #: Of clients without a rate of their own.
        self.rate = rate
        self._burst_seconds, self._now = burst_seconds, now
        self._budgets: LRUCache[str, Budget] = LRUCache(_CLIENTS)

    def budget(self, client: str, rate: float | None = None) -> Budget | None:
        """The budget of a client, with its own rate if any; None if it has no limit."""
        rate = self.rate if rate is None else rate
        if not rate:
            return None
        budget = self._budgets.get(client)
        if budget is None or not budget.has(rate):
            budget = Budget(rate, rate * self._burst_seconds, self._now)
            self._budgets[client] = budget
        return budget
