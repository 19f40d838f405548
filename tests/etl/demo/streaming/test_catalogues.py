"""The demo's four catalogues: what is odd in the real ones is odd in them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from demo_world import TITLES
from etl.demo import DemoFiles
from etl.demo.streaming.catalogues import FEWEST_TITLES, make_titles, title_ids
from thorough import thorough_only
from title_oracle import TitleWorld, people

HEADER = (
    "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,"
    "description"
)


def rows(files: DemoFiles, platform: str) -> list[dict[str, str]]:
    (path,) = (path for path in files.titles if path.name.startswith(platform))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(files: DemoFiles, platform: str) -> bytes:
    (path,) = (path for path in files.titles if path.name.startswith(platform))
    return path.read_bytes()


def test_the_files_have_the_real_names_and_columns(files: DemoFiles) -> None:
    assert [path.name for path in files.titles] == [
        "amazon_prime_titles.csv",
        "disney_plus_titles.csv",
        "hulu_titles.csv",
        "netflix_titles.csv",
    ]
    for path in files.titles:
        assert path.read_text("utf-8-sig").splitlines()[0] == HEADER


def test_there_are_as_many_titles_as_asked_for(titles: TitleWorld) -> None:
    assert len(titles.titles) == TITLES
    assert min(Counter(title.platform for title in titles.titles.values()).values()) >= 12


def test_one_file_has_crlf_and_another_a_byte_order_mark(files: DemoFiles) -> None:
    amazon, disney, netflix = (content(files, name) for name in ("amazon", "disney", "netflix"))
    assert amazon.count(b"\r\n") == amazon.count(b"\n")
    assert b"\r" not in disney
    assert netflix.startswith(b"\xef\xbb\xbfshow_id")


def test_texts_hold_line_breaks_and_quotes(files: DemoFiles) -> None:
    assert any("\r\n" in row["description"] for row in rows(files, "amazon"))
    assert any("\n" in row["title"] and '"' in row["title"] for row in rows(files, "netflix"))


def test_some_durations_are_in_the_rating_column(files: DemoFiles) -> None:
    moved = [
        row
        for platform in ("hulu", "netflix")
        for row in rows(files, platform)
        if row["rating"].split()[-1:] in (["min"], ["Seasons"])
    ]
    assert len(moved) == 4
    assert not any(row["duration"] for row in moved)


def test_hulu_has_no_cast_and_movies_that_last_seasons(files: DemoFiles) -> None:
    hulu = rows(files, "hulu")
    assert not any(row["cast"] for row in hulu)
    assert any(row["type"] == "Movie" and row["duration"] == "7 Seasons" for row in hulu)


def test_some_people_are_not_persons_or_look_like_none(files: DemoFiles) -> None:
    amazon = rows(files, "amazon")
    assert {"1", "None"} <= {row["director"] for row in amazon}
    assert any(row["cast"] == "1" for row in amazon)


def test_suffixes_follow_a_comma_several_in_a_row(titles: TitleWorld) -> None:
    cast = {name for title in titles.titles.values() for name in title.cast}
    assert {"wojtek yarborovic sr. ii", "caspian drummondsey iii m.d."} <= cast


@pytest.mark.parametrize("column", ["director", "cast", "country", "date_added", "rating"])
def test_every_column_that_may_be_missing_is_missing_somewhere(
    files: DemoFiles, column: str
) -> None:
    amazon = rows(files, "amazon")
    assert 0 < sum(not row[column] for row in amazon) < len(amazon)


def test_invented_titles_and_people_are_not_those_of_the_canon(titles: TitleWorld) -> None:
    names = Counter(title.title for title in titles.titles.values())
    assert {name: count for name, count in names.items() if count > 1} == {
        "night bus to umberland": 3
    }


@pytest.mark.parametrize("seed", range(5))
def test_every_seed_makes_a_world_of_the_least_size(seed: int) -> None:
    assert len(title_ids(make_titles(seed, FEWEST_TITLES))) == FEWEST_TITLES


@pytest.mark.parametrize(
    ("count", "message"), [(79, "at least 80 titles"), (25_001, "at most 25000 titles")]
)
def test_too_few_or_too_many_titles_are_refused(count: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_titles(1, count)


@thorough_only("takes two seconds")
def test_as_many_titles_as_the_published_ones_can_be_made() -> None:
    world = make_titles(1, 22_998)
    titles = {record.title for records in world.values() for record in records}
    assert len(titles) == 22_998 - 2  # one is on three platforms


def test_no_invented_actor_is_as_busy_as_the_canons() -> None:
    for seed in range(3):
        appearances: Counter[tuple[str, str, str]] = Counter()
        for platform, records in make_titles(seed, 1000).items():
            for record in records[12:]:
                actors = people(record.cast)
                appearances.update((platform.name, record.release_year, name) for name in actors)
        assert max(appearances.values()) == 2


def test_the_demo_folder_has_nothing_else(files: DemoFiles) -> None:
    assert {path.name for path in Path(files.games).parent.iterdir()} == {
        path.name for path in files.paths()
    }
