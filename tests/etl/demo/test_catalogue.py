"""The demo's catalogue: its size, its genres and developers, its records that mislead."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from demo_world import GAMES, World
from etl.demo.catalogue import make_catalogue


def test_three_records_describe_no_separate_game(world: World) -> None:
    assert len(world.games) == GAMES
    without_id = [record for record in world.games if "id" not in record]
    found = [re.search(r"/app/(\d+)", record["url"]) for record in without_id]
    rescued = {match[1] for match in found if match} - world.catalogue_ids
    assert len(without_id) == 3
    assert sum(match is None for match in found) == 1
    assert rescued == {"7000900"}
    assert Counter(world.values("id")).most_common(2)[0] == ("612880", 2)
    assert len(world.catalogue_ids | rescued) == GAMES - 3


def test_a_whole_demo_has_all_genres_and_many_developers() -> None:
    records = make_catalogue(20160816, 1500).records
    genres = Counter(
        str(genre)
        for record in records
        for genre in ast.literal_eval(str(record.get("genres", [])))
    )
    developers = Counter(record.get("developer") for record in records)
    titles = [record["app_name"] for record in records if "app_name" in record]
    assert len(genres) == 22
    assert min(genres.values()) >= 3
    assert len(developers) > 300
    assert sum(count >= 8 for count in developers.values()) >= 8
    assert len(titles) - len(set(titles)) == 2
    assert 0.05 < developers[None] / len(records) < 0.15


def test_big_studios_release_over_years_and_give_some_away() -> None:
    records = make_catalogue(20160816, 1500).records
    most = Counter(
        str(record["developer"]) for record in records if "developer" in record
    ).most_common(10)
    owns = [
        [record for record in records if record.get("developer") == developer]
        for developer, _ in most
    ]
    assert (
        sum(len({str(record.get("release_date"))[:4] for record in own}) >= 4 for own in owns) >= 5
    )
    assert (
        sum(any(str(record.get("price")).startswith("Free") for record in own) for own in owns) >= 3
    )


@pytest.mark.parametrize("seed", range(5))
def test_every_seed_makes_a_catalogue_of_the_least_size(seed: int) -> None:
    assert len(make_catalogue(seed, GAMES).records) == GAMES
