"""The demo's ratings: known viewers, then a crowd as in the published file."""

from __future__ import annotations

import gzip
from collections import Counter
from statistics import correlation, fmean

import pytest

from demo_world import VIEWERS
from etl.demo import DemoFiles
from etl.demo.streaming.ratings import KNOWN, REJECTED, make_ratings
from title_oracle import TitleWorld


def test_the_file_has_the_published_columns_and_line_ends(files: DemoFiles) -> None:
    text = gzip.decompress(files.ratings.read_bytes())
    assert text.startswith(b"userId,rating,timestamp,movieId\r\n1,5.0,1100000000,as3\r\n")
    assert text.count(b"\r\n") == text.count(b"\n")


def test_one_viewer_has_invalid_rows_only(titles: TitleWorld) -> None:
    assert titles.rejected == sum(REJECTED.values()) == sum(row.viewer == "8" for row in KNOWN)
    assert "8" not in titles.viewers
    assert len(titles.viewers) == VIEWERS - 1


def test_two_viewers_agree_and_a_third_likes_the_opposite(titles: TitleWorld) -> None:
    one, two, three = (titles.viewers[viewer] for viewer in "123")
    assert one == two
    assert one.keys() == three.keys()
    assert correlation(list(one.values()), list(three.values())) == pytest.approx(-1)


def test_viewers_of_one_opinion_and_of_one_rating(titles: TitleWorld) -> None:
    assert set(titles.viewers["4"].values()) == {5.0}
    assert set(titles.viewers["5"].values()) == {0.5}
    assert titles.viewers["6"] == {"ds1": 4.0}


def test_the_last_of_conflicting_ratings_counts(titles: TitleWorld) -> None:
    assert titles.viewers["7"] == {"as1": 2.5, "ns1": 4.0, "ds3": 3.0}
    assert len([row for row in titles.ratings if row.viewer == "7"]) == 7
    assert len([row for row in titles.distinct if row.viewer == "7"]) == 6


def test_one_viewer_has_rated_all_that_the_crowd_rates(titles: TitleWorld) -> None:
    assert titles.titles.keys() - titles.viewers["9"].keys() == {"as10", "as11", "ns12"}


def test_a_share_of_ratings_is_repeated(titles: TitleWorld) -> None:
    pairs = Counter((row.viewer, row.title) for row in titles.ratings)
    assert 0.005 < sum(count > 1 for count in pairs.values()) / len(pairs) < 0.02


def test_viewers_differ_in_mood_and_titles_do_not_differ() -> None:
    titles = [f"as{number}" for number in range(300)]
    rows = [row for row in make_ratings(3, titles, 1000) if row not in KNOWN]
    by_viewer: dict[str, list[float]] = {}
    by_title: dict[str, list[float]] = {}
    for row in rows:
        by_viewer.setdefault(row.viewer, []).append(float(row.rating))
        by_title.setdefault(row.title, []).append(float(row.rating))
    moods = [fmean(stars) for stars in by_viewer.values() if len(stars) > 30]
    scores = [fmean(stars) for stars in by_title.values() if len(stars) > 30]
    assert max(moods) - min(moods) > 1.5
    assert max(scores) - min(scores) < 0.8
    assert fmean(map(fmean, by_viewer.values())) == pytest.approx(3.5, abs=0.1)


def test_too_few_viewers_for_the_known_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 50 viewers"):
        make_ratings(1, ["as1"], 49)
