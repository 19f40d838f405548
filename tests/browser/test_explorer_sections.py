"""Browser: what sections of the explorer show: charts, lists, figures, and nothing at all."""

from __future__ import annotations

import os
import re

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, Route, expect

from browser.visit import Visit, explore, heading, visiting

pytestmark = pytest.mark.browser


def test_a_year_can_be_chosen_and_its_games_are_listed(visit: Visit) -> None:
    page = explore(visit, "/year/2015")
    page.get_by_label("Year", exact=True).select_option("2012")
    heading(page, "Games of 2012")
    assert page.url.endswith("/year/2012")
    table = page.get_by_role("table", name="Most played games of the year")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(20)
    assert {cell.inner_text() for cell in rows.locator("td:nth-child(2)").all()} == {"2012"}
    page.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    expect(rows).not_to_have_count(20)


def test_labels_of_the_store_are_listed_from_best_to_worst(visit: Visit) -> None:
    def mixed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if year := body["data"].get("catalogueYear"):
            labels = ["Mixed", "Mostly Negative", "Positive", "Overwhelmingly Positive"]
            year["storeSentiment"] = [
                {"label": label, "games": 9 - place} for place, label in enumerate(labels)
            ]
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", mixed)
    page = explore(visit, "/year/2015")
    expect(
        page.get_by_role("table", name="Labels of the store").get_by_role("rowheader")
    ).to_have_text(["Overwhelmingly Positive", "Positive", "Mixed", "Mostly Negative"])


@pytest.mark.parametrize("view", ["nothing", "constructor"])
def test_a_view_that_does_not_exist_says_so(visit: Visit, view: str) -> None:
    page = explore(visit, f"/{view}")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")


def test_developers_of_the_first_years_are_none_and_no_mistake(visit: Visit) -> None:
    page = explore(visit, "/best?to=2")
    expect(page.get_by_role("heading", level=2)).to_have_text(["1", "2"])


@pytest.mark.parametrize("year", ["0", "abc", "99999"])
def test_an_impossible_year_is_named_and_the_newest_one_shown(visit: Visit, year: str) -> None:
    page = explore(visit, f"/year/{year}")
    expect(page.locator("main .notice")).to_have_text(
        "“Year” in the address is not valid and is ignored."
    )
    expect(page.get_by_role("table", name="Most frequent genres")).to_be_visible()


def test_every_column_of_a_chart_has_its_number(visit: Visit) -> None:
    page = explore(visit, "/data")
    section = page.locator(".section").filter(
        has=page.get_by_role("heading", name="Games by release year")
    )
    section.get_by_text("Show the numbers").click()
    rows = section.get_by_role("table").locator("tbody tr")
    first = rows.first
    year, count = first.get_by_role("rowheader").inner_text(), first.locator("td").inner_text()
    columns = section.locator("svg .column")
    expect(columns).to_have_count(rows.count())
    box = columns.first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(section.locator("svg .strong")).to_have_text(count)
    expect(section.locator("svg .pointed text")).to_have_text(year)
    page.mouse.move(0, 0)
    expect(section.locator("svg .pointed")).to_have_count(0)


def test_a_single_column_has_its_number_above_it_and_unknown_years_are_counted(
    visit: Visit,
) -> None:
    def few(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if developer := body["data"].get("developer"):
            only, *_ = developer["releaseYears"]
            developer["releaseYears"] = [only | {"year": 2016}, only | {"year": None, "items": 7}]
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", few)
    page = explore(visit, "/developer/Valve")
    chart = page.locator(".section").filter(
        has=page.get_by_role("heading", name="Items by release year")
    )
    boxes = [chart.locator(place).first.bounding_box() for place in ("svg .column", "svg .strong")]
    column, number = (box["x"] + box["width"] / 2 for box in boxes if box)
    assert abs(column - number) < 2
    expect(chart.get_by_text("Unknown year: 7")).to_be_visible()


def test_a_genre_that_nobody_plays_says_so(visit: Visit) -> None:
    def unplayed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if genre := body["data"].get("genre"):
            genre.update(playTime=[], topPlayers=[])
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", unplayed)
    page = explore(visit, "/genre/Action")
    expect(page.get_by_text("Nobody in the data has played games of this genre.")).to_have_count(2)
    expect(page.locator("main .chart")).to_have_count(0)


def test_the_table_of_platforms_fits_a_phone_with_every_column(
    browser: Browser, page_server: str
) -> None:
    phone = {"width": 360, "height": 800}
    with visiting(browser, page_server, viewport=phone, locale="es") as visit:
        page = explore(visit, "/platforms?year=2020")
        table = page.get_by_role("table", name="Títulos", exact=True)
        heads = table.get_by_role("columnheader")
        expect(heads).to_have_text(["Plataforma", "Películas", "Series", "Total", "Media ★"])
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
        assert visit.complaints == []


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([1, 1, 1], ["1 (34%)", "1 (33%)", "1 (33%)"]),
        ([4_999, 0, 1], ["4,999 (100%)", "0 (0%)", "1 (<0.1%)"]),
    ],
)
def test_shares_of_reviews_add_up_to_a_hundred_and_none_is_shown_as_nothing(
    visit: Visit, counts: list[int], shown: list[str]
) -> None:
    def counted(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if developer := body["data"].get("developer"):
            tones = zip(("positive", "neutral", "negative"), counts, strict=True)
            developer["reviewSentiment"] = {**dict(tones), "total": sum(counts)}
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", counted)
    page = explore(visit, "/developer/Valve")
    expect(page.locator(".shares .legend b")).to_have_text(shown)


def test_players_with_an_empty_library_are_not_those_of_unknown_library(visit: Visit) -> None:
    def counted(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if coverage := body["data"].get("dataset", {}).get("coverage"):
            coverage.update(usersWithoutItems=379, usersWithoutLibrary=211)
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", counted)
    page = explore(visit, "/data")
    table = page.get_by_role("table", name="Unknown or missing")
    for name, count in [("empty library", "168 "), ("unknown library", "211 ")]:
        row = table.get_by_role("row").filter(has_text=f"Players with an {name}")
        expect(row.locator(".bar-value")).to_contain_text(count)


def test_money_spent_on_games_of_unknown_price_is_unknown(visit: Visit) -> None:
    def unpriced(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if user := body["data"].get("user"):
            user.update(moneySpent=0.0, pricedItems=0)
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", unpriced)
    page = explore(visit, "/player/76561190001107381")
    spent = page.locator(".facts div").filter(has_text="Money spent")
    expect(spent.locator("dd")).to_have_text("unknown, as no price is")


def test_similar_titles_share_genres_and_names_as_published(visit: Visit) -> None:
    def alike(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if title := body["data"].get("title"):
            title["published"].update(genres=["Stand-Up Comedy", "Drama"], cast=["Tom Hanks"])
            similar = title["similarTitles"][0]
            similar["title"]["published"]["genres"] = ["stand up comedy"]
            similar["reason"] = {
                "genreWords": ["comedy", "stand", "up"],
                "cast": ["tom hanks"],
                "directors": [],
                "words": ["war"],
            }
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", alike)
    page = explore(visit, "/title/hs21")
    expect(page.locator(".card .reason").first).to_have_text(
        "In common: Stand-Up Comedy, Tom Hanks, war"
    )
