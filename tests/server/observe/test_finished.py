"""Requests that were answered at once: counted and logged a moment later, as all others."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from prometheus_client import generate_latest

from datastore.store import Store
from server.observe.access import Request, log_requests
from server.observe.finished import Finished
from server.observe.logs import ACCESS, LineHandler, log_config
from server.observe.metrics import Metrics
from server.snapshots.holder import Holder

ANSWERED = Request(
    1_795_939_200.0625, "POST", "/graphql", 200, 84, 0.00012, "Find", "id-12345", 23.0, ""
)
FAILED = replace(ANSWERED, operation=None, code="NOT_FOUND", time=1_795_939_201.999)
LINE = (
    "2026-11-29T08:00:00.062Z INFO POST /graphql 200 84 B 0.1 ms operation=Find request=id-12345\n"
)


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[tuple[str, io.StringIO]]:
    """The format of the log, and what the server writes to it."""
    logger = logging.getLogger(ACCESS)
    before = logger.handlers, logger.propagate, logger.level
    handler = LineHandler(stream := io.StringIO())
    made = log_config("info", request.param)["formatters"][request.param]
    handler.setFormatter(made["()"](made.get("fmt")))
    logger.handlers, logger.propagate, logger.level = [handler], False, logging.INFO
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    yield request.param, stream
    logger.handlers, logger.propagate, logger.level = before
    logger.manager._clear_cache()  # type: ignore[attr-defined]


def test_a_line_is_that_of_the_formatter_at_the_time_of_the_answer(
    written: tuple[str, io.StringIO],
) -> None:
    line_format, stream = written
    log_requests([ANSWERED, FAILED])
    first, second = stream.getvalue().splitlines(keepends=True)
    if line_format == "text":
        assert first == LINE
        assert second == LINE.replace("00:00.062Z", "00:01.999Z").replace("Find", "-")
    else:
        facts = json.loads(first)
        assert facts["time"] == "2026-11-29T08:00:00.062Z"
        assert (facts["level"], facts["operation"], facts["bytes"]) == ("INFO", "Find", 84)
        assert json.loads(second)["operation"] is None


def test_the_lines_wait_for_others_a_moment(written: tuple[str, io.StringIO], store: Store) -> None:
    _, stream = written
    finished = Finished(Metrics(Holder(store)))

    async def answer() -> None:
        for _ in range(3):
            finished.add(ANSWERED)
        assert stream.getvalue() == ""
        await asyncio.sleep(0.2)
        assert stream.getvalue().count("\n") == 3

    asyncio.run(answer())


def test_metrics_are_up_to_date_when_they_are_read(store: Store) -> None:
    metrics = Metrics(Holder(store))
    finished = Finished(metrics)
    for request in (ANSWERED, ANSWERED, FAILED):
        finished.add(request)
    text = generate_latest(metrics.registry).decode()
    assert 'playgraph_requests_total{operation="Find",outcome="ok"} 2.0' in text
    assert 'playgraph_requests_total{operation="unnamed",outcome="errors"} 1.0' in text
    assert 'playgraph_request_seconds_bucket{le="0.001",operation="Find"} 2.0' in text
    assert 'playgraph_request_seconds_bucket{le="+Inf",operation="Find"} 2.0' in text
    assert 'playgraph_request_seconds_sum{operation="Find"} 0.00024' in text
    assert 'playgraph_request_cost_bucket{le="10.0"} 0.0' in text
    assert 'playgraph_request_cost_bucket{le="25.0"} 3.0' in text
