"""The report on tiny worlds, whose findings are known by construction."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

import titles_world
import world
from analysis import recommender
from analysis.charts import Chart, Figure, Section
from analysis.report import sections, write_pictures, write_report
from datastore.base.errors import PlaygraphError
from datastore.base.reader import SnapshotReader
from datastore.people import People
from datastore.store import Store

#: Elements of HTML without an end tag.
VOID = {"meta", "link"}
#: A build's report.
REPORT = {"notices": ["Beware of <b>this</b>."]}


@pytest.fixture
def of_games(store: Store, snapshot: Path) -> list[Section]:
    return sections(store, SnapshotReader(snapshot).report)


@pytest.fixture
def of_titles(title_store: Store) -> list[Section]:
    return sections(title_store, {})


def figures(found: list[Section]) -> dict[str, Figure]:
    return {figure.name: figure for section in found for figure in section.figures}


def test_invisible_characters_of_names_are_shown_as_escapes(store: Store, tmp_path: Path) -> None:
    bad = "a\x00b\x1b<\N{RIGHT-TO-LEFT OVERRIDE}c"
    chart = Chart("bars", [bad], {bad: [1]}, bad, bad)
    section = Section(bad, [Figure("odd", bad, bad, chart)])
    write_report(store, [section], {"notices": [bad]}, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert not re.search("[\x00\x1b\u202e]", text)
    assert text.count(r"a\u0000b\u001b&lt;\u202ec") >= 8


def test_subjects_that_the_snapshot_lacks_are_left_out(
    of_games: list[Section], of_titles: list[Section]
) -> None:
    assert [section.title for section in of_games] == [
        "Data quality and coverage",
        "Games, prices and free content",
        "Genres",
        "Libraries and playtime",
        "Reviews and sentiment",
        "What the recommender sees",
    ]
    assert [section.title for section in of_titles] == ["Streaming titles", "Viewers' ratings"]


def test_dropped_rows_are_counted_by_reason(of_games: list[Section]) -> None:
    dropped = figures(of_games)["rows-dropped"]
    reasons = dict(zip(dropped.chart.labels, dropped.chart.series["rows"], strict=True))
    assert reasons == {
        "items: duplicate item within a library": 4,
        "games: duplicate id within a file": 2,
        "reviews: exact duplicate": 2,
        "games: no id in the record or its url": 1,
        "reviews: older review by the same user of the same game": 1,
    }
    assert dropped.finding == (
        "Of 86 rows read, 10 (11.6%) were dropped, 1 of them as unusable; the most frequent "
        "reason is “items: duplicate item within a library” (4)."
    )


def test_gaps_are_shares_of_what_they_are_gaps_in(of_games: list[Section]) -> None:
    gaps = figures(of_games)["gaps-games"]
    shares = dict(zip(gaps.chart.labels, gaps.chart.series["share"], strict=True))
    assert shares["users without library"] == round(100 * 2 / 15, 2)
    assert shares["games missing from catalogue"] == round(100 * 2 / 15, 2)  # of 13 and these two
    assert shares["unpriced games"] == round(100 * 2 / 13, 2)
    assert gaps.finding == "The largest gap is “unplayed items”: 31.7% of 41 library items."


def test_prices_name_their_outliers(of_games: list[Section]) -> None:
    prices = figures(of_games)["prices"]
    assert prices.finding == (
        "Half of the 8 paid games cost at most $7.50, 95% at most $331.35. The outliers are Fjord "
        "($499.00), Grove ($19.99), Harbor ($14.99)."
    )
    counts = dict(zip(prices.chart.labels, prices.chart.series["games"], strict=True))
    assert counts["free"] == 3
    assert counts["1–2.99"] == 2  # 1.99 and 2.99
    assert counts["5–9.99"] == 2  # 5.00 and 9.99
    assert counts["100+"] == 1


def test_releases_have_a_column_for_each_year(of_games: list[Section]) -> None:
    releases = figures(of_games)["releases"]
    assert releases.chart.labels == ["2010", "2011", "2012", "2013", "2014"]
    assert releases.chart.series == {"games": [3, 2, 2, 2, 2]}
    assert releases.finding == (
        "Releases peak in 2010 with 3 games. The release year of 2 games is unknown."
    )


def test_genres_that_occur_together_are_counted(of_games: list[Section]) -> None:
    pairs = figures(of_games)["genre-pairs"].chart
    action, racing = pairs.labels.index("Action"), pairs.labels.index("Racing")
    assert pairs.series["Action"][racing] == 50.0  # one of two racing games is an action game
    assert pairs.series["Racing"][action] == 16.7  # which is one of six
    assert pairs.series["Action"][action] is None


def test_unplayed_and_extreme_playtimes_are_named(of_games: list[Section]) -> None:
    minutes = [m for library in world.LIBRARIES.values() for m in library.values()]
    playtimes = figures(of_games)["playtimes"]
    assert sum(value or 0 for value in playtimes.chart.series["library items"]) == len(minutes)
    assert playtimes.chart.series["library items"][0] == minutes.count(0) == 13
    assert playtimes.finding.startswith("31.7% of 41 library items were never played.")
    assert "The longest playtime is 10 hours of Alpha Strike" in playtimes.finding


def test_top_lists_are_led_by_the_largest(of_games: list[Section]) -> None:
    found = figures(of_games)
    assert found["most-played"].finding.startswith("28.3% of all 70 hours were spent in Harbor")
    owned = found["most-owned"].chart
    assert owned.labels[0] == "Alpha Strike"
    assert (owned.series["played"][0], owned.series["never played"][0]) == (6, 2)
    assert found["developers"].finding == (
        "Orbit Works has the most entries (5). 50% of the 6 developers have one only."
    )


def test_reviews_are_counted_by_year_and_sentiment(of_games: list[Section]) -> None:
    found = figures(of_games)
    assert found["reviews"].chart.labels == ["2011", "2012", "2013", "2014"]
    assert found["reviews"].chart.series["positive"] == [4, 3, 4, 2]
    assert "2 of these show no year" in found["reviews"].finding
    assert found["agreement"].chart.series["positive"] == [86.7, 14.3]


def test_cold_users_and_unplayed_games_are_counted(of_games: list[Section]) -> None:
    found = figures(of_games)
    assert found["cold-start"].finding == (
        "5 users of 15 (33.3%) have played nothing that is known, 2 of them without a known "
        "library: only popular games can be recommended. 5 more have played one or two games."
    )
    assert "6 games (40%) have no player" in found["long-tail"].finding


def test_what_is_never_recommended_is_listed_with_its_reason(demo_store: Store) -> None:
    unlisted = figures([recommender.section(demo_store)])["unlisted"]
    assert {"Dota 2 Test (test)", "Left 4 Dead 2 Beta (beta)"} <= set(unlisted.chart.labels)
    owners = list(unlisted.chart.series["owners"])
    assert owners == sorted(owners, reverse=True)
    assert "are left out of recommendations (" in unlisted.finding


def test_titles_by_platform_duration_and_age(of_titles: list[Section]) -> None:
    found = figures(of_titles)
    platforms = found["platforms"].chart
    assert list(platforms.labels) == ["Amazon", "Hulu", "Netflix", "Disney"]
    assert platforms.series == {"movies": [3, 3, 2, 1], "series": [0, 0, 1, 1]}
    assert found["durations"].finding.endswith(
        "The longest is Harbor Lights (Amazon) with 140 minutes, the shortest Short Tide (Amazon) "
        "with 80."
    )
    assert found["age-ratings"].finding == (
        "PG is the most frequent age rating (88.9% of the 9 rated titles). 2 titles (18.2%) "
        "without one count as G elsewhere."
    )
    assert found["actors"].finding.startswith("Ada Stone is in the cast of the most titles (4).")


def test_ratings_by_stars_and_year(of_titles: list[Section]) -> None:
    found = figures(of_titles)
    last = {(viewer, title): stars for viewer, title, stars, _ in titles_world.RATINGS}
    stars = found["stars"].chart
    counts = Counter(last.values())
    assert stars.series["ratings"] == [counts[float(label)] for label in stars.labels]
    assert found["stars"].finding == (
        "The mean of 8 ratings is 3.69 stars, the most frequent 3.5 (25%). 62.5% are whole stars."
    )
    chart = found["rating-years"].chart
    years = dict(zip(chart.labels, chart.series["ratings"], strict=True))
    assert (years["1998"], years["2001"], years["2004"], years["2008"]) == (2, 3, 2, 1)


@pytest.mark.parametrize("shown", ["open", "off"])
def test_no_person_is_named_at_any_setting(store: Store, snapshot: Path, shown: str) -> None:
    people = People("open") if shown == "open" else People("off", lambda: b"a secret" * 4)
    found = sections(store.showing(people), SnapshotReader(snapshot).report)
    words = {
        word
        for figure in figures(found).values()
        for text in (figure.finding, *figure.chart.labels)
        for word in re.findall(r"[\w-]+", text)
    }
    assert not words & {*world.USERS} - {"empty", "owner", "max", "critic", "silent"}


def test_the_demo_world_has_every_figure(demo_store: Store, demo_data_dir: Path) -> None:
    (folder,) = (demo_data_dir / "snapshots").iterdir()
    found = figures(sections(demo_store, SnapshotReader(folder).report))
    assert found.keys() >= {
        "price-years", "free", "sentiment", "quality", "scores", "gaps-titles", "viewers",
    }  # fmt: skip
    for figure in found.values():
        assert re.search(r"\d", figure.finding), figure.name
        assert figure.finding.endswith("."), figure.name
        lengths = {len(values) for values in figure.chart.series.values()}
        assert lengths == {len(figure.chart.labels)}, figure.name


# ---------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def page(store: Store, title_store: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The pages about both tiny worlds, one after the other in one folder."""
    pytest.importorskip("matplotlib", reason="it comes with the extra 'report'")
    folder = tmp_path_factory.mktemp("report")
    write_report(store, sections(store, REPORT), REPORT, folder / "deep" / "r.html")
    assert [path.name for path in (folder / "deep").iterdir()] == ["r.html"]
    return (folder / "deep" / "r.html").read_text(encoding="utf-8")


def test_only_the_report_of_the_demo_says_what_is_invented(
    page: str, demo_store: Store, tmp_path: Path
) -> None:
    note = "names may be real, all numbers, people and reviews are invented"
    assert note not in page
    write_report(demo_store, [], {}, tmp_path / "r.html")
    assert note in (tmp_path / "r.html").read_text(encoding="utf-8")


class Tags(HTMLParser):
    """Checks that tags are balanced, and collects their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    ids = Counter(value for _, name, value in tags.attributes if name == "id")
    assert [name for name, count in ids.items() if count > 1] == []
    anchors = {value[1:] for _, name, value in tags.attributes if name.endswith("href")} - {"ata:,"}
    assert anchors <= ids.keys()
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(svg)


def test_the_page_asks_for_nothing(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert not {tag for tag, _, _ in tags.attributes} & {"script", "img", "iframe", "object"}
    for _, name, value in tags.attributes:
        assert not name.startswith("on")
        assert not name.startswith("xlink:")
        if name in ("href", "src"):
            assert value.startswith("#") or value == "data:,"
    assert "<script" not in page
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []


def test_texts_are_escaped(page: str) -> None:
    assert "Beware of &lt;b&gt;this&lt;/b&gt;." in page
    assert "Beta &amp; Gamma" in page


def test_colours_are_variables_so_that_the_page_can_be_dark(page: str) -> None:
    drawn = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert "var(--first)" in drawn
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawn)) <= {"#000000"}


def test_the_same_snapshot_gives_the_same_bytes(store: Store, page: str, tmp_path: Path) -> None:
    write_report(store, sections(store, REPORT), REPORT, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_figures_are_written_as_png(of_titles: list[Section], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="it comes with the extra 'report'")
    assert write_pictures(of_titles, tmp_path / "png") == len(figures(of_titles))
    files = {path.stem: path.read_bytes() for path in (tmp_path / "png").iterdir()}
    assert files.keys() == figures(of_titles).keys()
    assert all(content.startswith(b"\x89PNG\r\n") for content in files.values())


def test_without_matplotlib_the_error_says_how_to_install_it(
    store: Store, of_games: list[Section], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PlaygraphError, match=r"pip install 'playgraph\[report\]'"):
        write_report(store, of_games, {}, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_a_report_replaces_files_only(store: Store, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    with pytest.raises(PlaygraphError, match="is a folder: name a file in it"):
        write_report(store, [], {}, tmp_path / "pages")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PlaygraphError, match="is a device or a pipe"):
        write_report(store, [], {}, tmp_path / "pipe")
    (tmp_path / "link.html").symlink_to(tmp_path / "pages" / "report.html")
    write_report(store, [], {}, tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "pages" / "report.html").is_file()
