"""graphql-request: the six questions of one document, and a refusal that a program can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def request_facts(facts: Callable[[str], Facts]) -> Facts:
    return facts("request.ts")


def test_it_gets_the_six_answers(request_facts: Facts) -> None:
    answers = request_facts["answers"]
    items = {row["year"]: row["items"] for row in answers["developer"]["releaseYears"]}
    assert items[2007] == 3
    assert answers["developer"]["reviewSentiment"]["total"] > 0
    assert answers["user"]["itemsCount"] > 0
    assert answers["genre"]["topPlayer"]["hours"] > 0
    assert [place["rank"] for place in answers["bestDevelopers"]] == [1, 2, 3]
    assert len(answers["game"]["similarGames"]) == 5
    assert answers["dataset"]["demo"] is True


def test_an_unknown_name_is_a_coded_error_beside_null(request_facts: Facts) -> None:
    refusal = request_facts["refusal"]
    (error,) = refusal["errors"]
    assert refusal["status"] == 200
    assert refusal["data"] == {"developer": None}
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert "Valve" in error["extensions"]["suggestions"]
