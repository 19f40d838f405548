"""Notices: data that is not wrong but limits the answers."""

from __future__ import annotations

from collections import Counter

import pytest

from datastore.base.snapshot import SubjectData
from etl.raw.counts import RowCounts, SourceReport
from etl.release.model_stages import Models
from etl.release.notices import notices
from etl.release.part import Part
from etl.subjects import SUBJECTS


def part(data: SubjectData, *sources: SourceReport, kept: bool = False) -> Part:
    return Part(data, list(sources), Models({}), kept=kept)


def games(
    play_rows: int,
    reviews: int,
    *sources: SourceReport,
    rows: int = 100_000,
    missing: int = 861,
    kept: bool = False,
) -> dict[str, Part]:
    coverage = {
        "games_missing_from_catalogue": missing,
        "play_rows_missing_from_catalogue": play_rows,
        "reviews_missing_from_catalogue": reviews,
    }
    counts = {"games": 32_132, "users": 71_024, "reviews": rows, "play_rows": rows}
    return {"games": part(SubjectData(counts, coverage), *sources, kept=kept)}


def test_rows_of_games_that_the_catalogue_lacks_are_counted_and_explained() -> None:
    (notice,) = notices(games(22_794, 8_957), demo=False)
    assert notice.startswith(
        "22,794 of 100,000 library items (22.8%) and 8,957 of 100,000 reviews (9.0%) refer to "
        "861 games missing from the catalogue."
    )
    assert "money spent is a lower bound" in notice
    assert "playgraph update --games" in notice


def test_a_single_game_is_one_game() -> None:
    (notice,) = notices(games(22_794, 0, missing=1), demo=False)
    assert "refer to 1 game missing from the catalogue." in notice


@pytest.mark.parametrize(("play_rows", "reviews"), [(0, 0), (1_000, 1_000)])
def test_a_few_of_them_cause_no_notice(play_rows: int, reviews: int) -> None:
    assert notices(games(play_rows, reviews), demo=False) == []


def test_library_items_without_a_playtime_are_counted_where_they_are_many() -> None:
    def items(missing: int) -> dict[str, Part]:
        rescued = Counter({"missing playtime (counted as 0)": missing})
        counts = RowCounts(rows=1_000, kept=1_000, rescued=rescued)
        return games(0, 0, SourceReport("items", "users_items.json", counts))

    assert notices(items(10), demo=False) == []
    assert notices(items(425), demo=False) == [
        "425 of 1,000 library items (42.5%) have no playtime, and count as not played: check the "
        "column in users_items.json."
    ]


def test_many_ratings_of_unknown_titles_are_a_notice() -> None:
    def titles(unknown: int) -> dict[str, Part]:
        rejected = Counter({"unknown title": unknown, "no userId": 900})
        report = SourceReport("ratings", "7.csv", RowCounts(rows=1_000, rejected=rejected))
        return {"titles": part(SubjectData({}, {}), report)}

    assert notices(titles(10), demo=False) == []
    assert notices(titles(11), demo=False) == [
        "11 of 1,000 ratings (1.1%) are of titles that no catalogue has, and count nowhere. To use "
        "them, add the catalogues of the missing platforms: playgraph update --titles."
    ]


@pytest.mark.parametrize(
    ("play_rows", "reviews", "rows"), [(99, 99, 100), (9, 0, 9), (4, 4, 4), (0, 0, 0)]
)
def test_files_of_which_some_rows_fit_or_few_exist_belong_together(
    play_rows: int, reviews: int, rows: int
) -> None:
    (of_games,) = (subject for subject in SUBJECTS if subject.name == "games")
    assert of_games.mismatch(games(play_rows, reviews, rows=rows)["games"].data, []) == ""


def test_libraries_and_reviews_of_other_games_do_not_belong_to_the_catalogue() -> None:
    (of_games,) = (subject for subject in SUBJECTS if subject.name == "games")
    assert of_games.mismatch(games(5, 5, rows=5)["games"].data, []) == (
        "None of the 5 library items and 5 reviews is of a game in the catalogue: id there and "
        "item_id here are not the same ids."
    )


@pytest.mark.parametrize(
    ("play_rows", "reviews", "named"), [(20, 19, "20 library items"), (0, 20, "20 reviews")]
)
def test_nor_do_libraries_of_other_games_beside_reviews_that_fit_or_the_reverse(
    play_rows: int, reviews: int, named: str
) -> None:
    (of_games,) = (subject for subject in SUBJECTS if subject.name == "games")
    problem = of_games.mismatch(games(play_rows, reviews, rows=20)["games"].data, [])
    assert problem.startswith(f"None of the {named} is of a game in the catalogue: ")


@pytest.mark.parametrize(
    ("unknown", "kept", "fits"), [(9, 0, True), (10, 0, False), (10, 1, True), (0, 10, True)]
)
def test_ratings_of_other_titles_do_not_belong_to_the_catalogues(
    unknown: int, kept: int, fits: bool
) -> None:
    (of_titles,) = (subject for subject in SUBJECTS if subject.name == "titles")
    counts = RowCounts(rows=20, kept=kept, rejected=Counter({"unknown title": unknown}))
    problem = of_titles.mismatch(SubjectData({}, {}), [SourceReport("ratings", "7.csv", counts)])
    assert (problem == "") is fits
    assert fits or problem.startswith("None of the 10 ratings is of a title in the catalogues: ")


def test_a_subject_that_was_kept_has_no_notices() -> None:
    notes = Counter({"price unknown": 10})
    report = SourceReport("games", "g.json", RowCounts(rows=10, kept=10, notes=notes))
    assert len(notices(games(22_794, 0, report), demo=False)) == 2
    assert notices(games(22_794, 0, report, kept=True), demo=False) == []


def test_the_demo_dataset_has_no_notices() -> None:
    assert notices(games(22_794, 0), demo=True) == []


def test_what_no_row_has_is_a_notice_from_ten_rows_on() -> None:
    def report(kept: int) -> SourceReport:
        notes = Counter({"price unknown": kept, "no genre": kept - 1})
        return SourceReport("games", "g.json", RowCounts(rows=kept, kept=kept, notes=notes))

    assert notices(games(0, 0, report(9)), demo=False) == []
    assert notices(games(0, 0, report(10)), demo=False) == [
        "Price unknown in all 10 rows of games (g.json): check the name and form of the column."
    ]
