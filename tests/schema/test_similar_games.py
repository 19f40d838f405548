"""Similar games over GraphQL: their reasons and their order."""

from __future__ import annotations

import pytest

from harness import Ask

POPULAR = """{ games(first: %d, orderBy: { field: PLAYER_COUNT, direction: DESC }) {
  nodes { appId } } }"""
SIMILAR = """query ($id: ID!, $diversity: Float! = 0) { game(appId: $id) {
  similarGames(first: 8, diversity: $diversity) { game { appId } score source sharedPlayers
    reason { text sharedPlayers sharedTags alsCosine tagCosine coplayCosine titleOverlap
      sameDeveloper samePublisher thin } } } }"""


def test_similar_games_say_why(ask_demo: Ask) -> None:
    popular, explained = ask_demo(POPULAR % 10)["data"]["games"]["nodes"], 0
    for row in popular:
        similar_games = ask_demo(SIMILAR, id=row["appId"])["data"]["game"]["similarGames"]
        for entry in similar_games:
            reason = entry["reason"]
            assert reason["thin"] == (reason["sharedPlayers"] < 5)
            if entry["source"] != "HYBRID":
                continue
            assert reason["sharedPlayers"] == entry["sharedPlayers"]
            parts = reason["alsCosine"] + 5 * reason["tagCosine"] + 40 * reason["coplayCosine"]
            parts += 3 * reason["titleOverlap"] + reason["sameDeveloper"] + reason["samePublisher"]
            assert parts / 51 == pytest.approx(entry["score"], abs=1e-4)
            assert bool(reason["sharedTags"]) == (reason["tagCosine"] > 0)
            if reason["sharedTags"]:
                assert reason["text"].startswith(f"Both are tagged {reason['sharedTags'][0]}")
                explained += 1
    assert explained


def test_similar_games_can_be_asked_to_differ(ask_demo: Ask) -> None:
    popular = ask_demo(POPULAR % 1)["data"]["games"]["nodes"]
    app_id = popular[0]["appId"]

    def listed(diversity: float) -> list[str]:
        found = ask_demo(SIMILAR, id=app_id, diversity=diversity)["data"]["game"]
        return [row["game"]["appId"] for row in found["similarGames"]]

    plain, varied = listed(0.0), listed(0.8)
    assert varied[0] == plain[0]
    assert varied != plain
