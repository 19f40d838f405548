"""Titles from raw files to a snapshot: tables, updates, the platform of a file, and forgetting."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from datastore.base.errors import InputError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import InputFile, Manifest, snapshot_path
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build, forget, update
from etl.release.publication import Policy
from etl.release.watch import Watcher
from etl.sources.removal import rows_of_users
from etl.subjects import RAW_KINDS

from .conftest import catalogue_csv, ratings_csv

QUIET = Reporter(Console(quiet=True), quiet=True)
OPTIONS = Options(max_rejects=0.2, seed=1, jobs=1, max_line_bytes=1 << 20)

NETFLIX: list[dict[str, Any]] = [
    {"show_id": "s10", "title": "The Harbor", "director": "Ada Stone", "cast": "Ben Hale, CYD",
     "country": "Chile", "listed_in": "Dramas", "release_year": "2019", "duration": "90 min",
     "rating": "PG-13", "date_added": "March 3, 2021", "description": "A Harbor.\r\nA light."},
    {"show_id": "s2", "title": "Ábaco", "cast": "ben  hale,BEN HALE, Cyd", "duration": "2 Seasons",
     "type": "TV Show", "rating": "TV-Y", "listed_in": "Kids, Dramas"},
]  # fmt: skip
HULU: list[dict[str, Any]] = [
    {"show_id": "s1", "title": "the harbor", "rating": "74 min", "release_year": "2018"},
    {"show_id": "s2", "title": ""},
]
RATINGS = [
    "9,4.0,100,ns10", "9,3.0,200,ns10", "9,3.0,200,ns10", "10,5,50,ns10", "10,0.5,60,hs1",
    "11,2.0,70,zs1",
]  # fmt: skip


def write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Any]:
    """A first build's files."""
    raw = tmp_path / "raw"
    return {
        "titles": [
            write(raw, "netflix_titles.csv", catalogue_csv(*NETFLIX)),
            Path(f"HULU={write(raw, 'others.csv', catalogue_csv(*HULU))}"),
        ],
        "ratings": write(raw, "7.csv", ratings_csv(*RATINGS)),
    }


def build_of(data: Path, given: dict[str, Any]) -> Manifest:
    return build(Inputs(**given), data, OPTIONS, QUIET).manifest


def test_ratings_none_of_which_is_of_a_title_stop_a_build_unless_it_is_forced(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    rows = [f"{viewer},4.0,100,s10" for viewer in range(10)]  # without a platform
    given = Inputs(**inputs | {"ratings": write(tmp_path / "raw", "8.csv", ratings_csv(*rows))})
    with pytest.raises(InputError, match=r"None of the 10 ratings is of a title.* use --force\."):
        build(given, tmp_path / "data", OPTIONS, QUIET)
    forced = replace(OPTIONS, policy=Policy(force=True))
    assert (
        build(given, tmp_path / "data", forced, QUIET).manifest.subjects["titles"].counts["ratings"]
        == 0
    )


def opened(data: Path, manifest: Manifest) -> SnapshotReader:
    return SnapshotReader(snapshot_path(data, manifest.version))


def titles_of(reader: SnapshotReader) -> dict[str, dict[str, Any]]:
    """The titles, names instead of numbers."""
    names = {
        "directors": reader.column("people", "name"),
        "cast": reader.column("people", "name"),
        "countries": reader.column("countries", "name"),
        "genres": reader.column("title_genres", "name"),
    }
    rows = reader.table("titles").to_pylist()
    for row in rows:
        for column, of_number in names.items():
            row[column] = [of_number[number] for number in row[column]]
    return {row["title_id"]: row for row in rows}


def test_the_tables_have_clean_and_published_values(tmp_path: Path, inputs: dict[str, Any]) -> None:
    reader = opened(tmp_path, build_of(tmp_path, inputs))
    titles = titles_of(reader)
    assert list(titles) == ["hs1", "hs2", "ns2", "ns10"]
    harbor = titles["ns10"]
    assert {name: harbor[name] for name in harbor if not name.startswith("published")} | {
        "date_added": harbor["date_added"].isoformat()
    } == {
        "title_id": "ns10", "platform": 3, "kind": 0, "title": "the harbor",
        "title_folded": "the harbor", "title_rank": 1, "search_key": "the harbor",
        "directors": ["ada stone"], "cast": ["ben hale", "cyd"], "countries": ["chile"],
        "genres": ["dramas"], "date_added": "2021-03-03", "release_year": 2019,
        "rating": "pg-13", "rating_missing": False, "duration_int": 90, "duration_type": 0,
        "description": "a harbor.\na light.", "score_mean": 4.0, "score_count": 3,
    }  # fmt: skip
    assert {name: harbor[name] for name in harbor if name.startswith("published")} == {
        "published_title": "The Harbor", "published_directors": ["Ada Stone"],
        "published_cast": ["Ben Hale", "CYD"], "published_countries": ["Chile"],
        "published_genres": ["Dramas"], "published_rating": "PG-13",
        "published_description": "A Harbor.\nA light.",
    }  # fmt: skip
    assert titles["ns2"]["cast"] == ["ben hale", "ben hale", "cyd"]  # as published
    assert titles["ns2"]["published_cast"] == ["ben hale", "BEN HALE", "Cyd"]
    hulu = titles["hs1"]
    assert (hulu["rating"], hulu["rating_missing"], hulu["published_rating"]) == ("g", True, None)
    assert (hulu["duration_int"], hulu["score_mean"], hulu["score_count"]) == (74, 0.5, 1)
    assert [titles[each]["title_rank"] for each in titles] == [1, None, 2, 1]  # "" is 0
    assert (titles["hs2"]["title"], titles["hs2"]["score_mean"]) == (None, None)


def test_people_have_their_commonest_spelling_and_the_titles_with_them_in_the_cast(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    reader = opened(tmp_path, build_of(tmp_path, inputs))
    assert reader.table("people").to_pylist() == [
        {"name": "ada stone", "display_name": "Ada Stone", "cast_titles": []},
        {"name": "ben hale", "display_name": "BEN HALE", "cast_titles": [2, 3]},
        {"name": "cyd", "display_name": "CYD", "cast_titles": [2, 3]},
    ]
    assert list(reader.column("title_genres", "name")) == ["dramas", "kids"]


def test_viewers_and_the_arrays_of_ratings_go_by_viewer_id(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    manifest = build_of(tmp_path, inputs)
    reader = opened(tmp_path, manifest)
    assert reader.table("viewers").to_pylist() == [
        {"viewer_id": "10", "search_key": "10", "rating_count": 2},
        {"viewer_id": "9", "search_key": "9", "rating_count": 1},
    ]
    arrays = {
        name: reader.array(name).tolist()
        for name in ("rating_offsets", "rating_titles", "rating_values", "rating_times",
                     "title_rating_offsets", "title_rating_rows")
    }  # fmt: skip
    assert arrays == {
        "rating_offsets": [0, 2, 3],
        "rating_titles": [0, 3, 3],
        "rating_values": [1, 10, 6],
        "rating_times": [60, 50, 200],
        "title_rating_offsets": [0, 1, 1, 1, 3],
        "title_rating_rows": [0, 1, 2],
    }
    data = manifest.subjects["titles"]
    assert data.counts == {"titles": 4, "viewers": 2, "ratings": 4}
    assert data.coverage["titles_without_score"] == 2
    assert data.coverage["titles_without_cast"] == 2
    assert data.coverage["titles_without_director"] == 3


def test_the_report_counts_what_became_of_the_rows(tmp_path: Path, inputs: dict[str, Any]) -> None:
    reader = opened(tmp_path, build_of(tmp_path, inputs))
    titles, ratings = reader.report["sources"]
    assert (titles["source"], titles["rows"], titles["kept"]) == ("titles", 4, 4)
    assert titles["rescued"] == {"duration taken from the column rating": 1}
    assert (ratings["source"], ratings["rows"], ratings["kept"]) == ("ratings", 6, 4)
    assert ratings["deduplicated"] == {"repeated row": 1}
    assert ratings["rejected"] == {"unknown title": 1}
    assert ratings["notes"] == {"in the score only: rated differently later": 1}


# ---------------------------------------------------------------- updates


def test_an_update_is_the_same_as_a_build_from_all_files(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    data, whole = tmp_path / "data", tmp_path / "whole"
    build_of(data, inputs)
    new = tmp_path / "new"
    titles = write(new, "Netflix-2022.csv", catalogue_csv({"show_id": "s3", "title": "Third"}))
    ratings = write(new, "8.csv", ratings_csv("12,4.5,1,ns3", "9,1.0,300,ns10"))
    built = update(Inputs(titles=titles, ratings=ratings), data, OPTIONS, QUIET)
    assert built is not None
    together = {
        "titles": [*inputs["titles"], titles],
        "ratings": [inputs["ratings"], ratings],
    }
    expected = build_of(whole, together)
    assert built.manifest.tables == expected.tables
    assert built.manifest.arrays == expected.arrays
    assert update(Inputs(titles=titles), data, OPTIONS, QUIET) is None


def test_titles_of_a_later_file_make_ratings_known_that_were_not(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    first = build_of(tmp_path, inputs | {"titles": inputs["titles"][:1]})
    assert first.subjects["titles"].counts["ratings"] == 3
    built = update(Inputs(titles=inputs["titles"][1]), tmp_path, OPTIONS, QUIET)
    assert built is not None
    assert built.manifest.subjects["titles"].counts["ratings"] == 4


# ---------------------------------------------------------------- platforms


def platforms(manifest: Manifest) -> dict[str, str]:
    return {file.name: file.origin for file in manifest.inputs if file.kind == "titles"}


def test_the_platform_is_given_before_the_file_or_by_its_name(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    manifest = build_of(tmp_path, inputs)
    assert platforms(manifest) == {"netflix_titles.csv": "netflix", "others.csv": "hulu"}
    folders = {folder.name.rsplit("-", 1)[0] for folder in (tmp_path / "sources").iterdir()}
    assert folders == {"titles-netflix", "titles-hulu", "ratings"}


def test_what_is_written_before_the_file_counts_more_than_its_name(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    inputs["titles"] = Path(f"amazon={inputs['titles'][0]}")
    manifest = build_of(tmp_path, inputs)
    assert platforms(manifest) == {"netflix_titles.csv": "amazon"}


@pytest.mark.parametrize(
    ("name", "given", "problem"),
    [
        ("titles.csv", "{}", "The name of {} names no platform: put the platform in front, as in "
         "--titles amazon=titles.csv, or into the file's name. One of amazon, disney, hulu, "
         "netflix."),
        ("hulu-or-Netflix.csv", "{}", "The name of {} names hulu and netflix: put the platform in "
         "front, as in --titles amazon=hulu-or-Netflix.csv, or into the file's name. One of "
         "amazon, disney, hulu, netflix."),
        ("netflix.csv", "hbo={}", "hbo in hbo={} is not a platform: use one of amazon, disney, "
         "hulu, netflix, or ./hbo={} for a file with this name."),
        ("netflix.csv", "hulu=", "hulu= names no file: put its path behind it, or ./ in front "
         "of it."),
    ],
)  # fmt: skip
def test_without_one_platform_a_file_is_refused(
    tmp_path: Path, inputs: dict[str, Any], name: str, given: str, problem: str
) -> None:
    path = write(tmp_path / "raw", name, catalogue_csv(*NETFLIX))
    inputs["titles"] = Path(given.format(path))
    with pytest.raises(InputError) as caught:
        build_of(tmp_path, inputs)
    assert str(caught.value) == problem.format(path, path)


def test_the_same_file_of_another_platform_is_another_source(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    path = inputs["titles"][0]
    first = build_of(tmp_path, inputs | {"titles": Path(f"hulu={path}")})
    second = build_of(tmp_path, inputs | {"titles": path})
    assert first.version != second.version
    assert set(titles_of(opened(tmp_path, first))) == {"hs2", "hs10"}
    assert set(titles_of(opened(tmp_path, second))) == {"ns2", "ns10"}
    one, other = (InputFile("titles", "0", "x", origin) for origin in ("hulu", "netflix"))
    assert one.key != other.key
    assert one.key == InputFile("titles", "0", "y", "hulu").key


def test_a_watched_folder_takes_the_platform_from_the_name(tmp_path: Path) -> None:
    inbox, data, said = tmp_path / "inbox", tmp_path / "data", list[str]()

    def run(command: str, inputs: Inputs) -> None:
        {"build": build, "update": update}[command](inputs, data, OPTIONS, QUIET)

    watcher = Watcher(inbox, data, run, said.append, lambda: 0.0, 1 << 20)
    write(inbox, "Hulu_2021.csv", catalogue_csv(*HULU))
    write(inbox, "titles.csv", catalogue_csv(*NETFLIX))
    write(inbox, "7.csv", ratings_csv(*RATINGS))
    watcher.look(settled=True)
    assert any(
        line.startswith("build with Hulu_2021.csv (titles), 7.csv (ratings)") for line in said
    )
    (skipped,) = (line for line in said if "was skipped" in line)
    assert skipped.startswith("titles.csv was skipped: The name of ")
    said.clear()
    (inbox / "titles.csv").rename(inbox / "titles-netflix.csv")
    assert watcher.look(settled=True)
    assert said[0] == "update with titles-netflix.csv (titles)"
    said.clear()
    assert watcher.look(settled=True)
    assert said == []


# ---------------------------------------------------------------- forgetting


def test_a_forgotten_viewer_leaves_no_rating_and_no_reject(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    inputs["ratings"] = write(
        tmp_path / "raw", "8.csv", ratings_csv(*RATINGS, *["9,7,1,ns2"], *["12,4,1,ns2"] * 5)
    )
    build_of(tmp_path, inputs)
    (found,) = rows_of_users(tmp_path, ["9"], RAW_KINDS)
    assert (found.file, found.rows, found.noun) == ("8.csv", 3, "rating")
    built = forget(["9"], tmp_path, OPTIONS, QUIET)
    assert built is not None
    reader = opened(tmp_path, built.manifest)
    assert list(reader.column("viewers", "viewer_id")) == ["10", "12"]
    assert titles_of(reader)["ns10"]["score_count"] == 1
    assert not list(rows_of_users(tmp_path, ["9"], RAW_KINDS))
    for rejects in tmp_path.rglob("rejects.jsonl"):
        for line in rejects.read_text().splitlines():
            assert "9" not in json.loads(line)["users"]


def test_rows_of_a_forgotten_viewer_are_counted_when_they_are_left_out(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    build_of(tmp_path, inputs)
    built = forget(["9"], tmp_path, OPTIONS, QUIET)
    assert built is not None
    assert built.report.sources[1].counts.notes["rows of forgotten users left out"] == 3
    later = write(tmp_path / "raw", "8.csv", ratings_csv("9,4.0,900,ns2", "12,4.0,900,ns2"))
    again = update(Inputs(ratings=later), tmp_path, OPTIONS, QUIET)
    assert again is not None
    (added,) = again.report.added
    assert (added.file, added.counts.rows) == ("8.csv", 2)
    assert added.counts.notes == {"rows of forgotten users left out": 1}
    notes = again.report.sources[1].counts.notes
    assert notes["rows of forgotten users left out"] == 4


def test_the_rows_do_not_depend_on_the_order_of_platforms(
    tmp_path: Path, inputs: dict[str, Any]
) -> None:
    one = build_of(tmp_path / "1", inputs)
    other = build_of(tmp_path / "2", inputs | {"titles": inputs["titles"][::-1]})
    assert (one.tables, one.arrays) == (other.tables, other.arrays)
