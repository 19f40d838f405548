"""Browser: what the address of an explorer's page says: games, hours, ratings, viewers."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, Route, expect

from browser.visit import Visit, explore, visiting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "segment"), [(".", "~."), ("..", "~.."), ("~.", "~~.")])
def test_a_developer_whose_name_is_a_dot_has_a_page(visit: Visit, name: str, segment: str) -> None:
    def renamed(route: Route) -> None:
        if '"620"' not in unquote(route.request.url):
            route.continue_()
            return
        answer = route.fetch()
        body = answer.json()
        if game := body["data"].get("game"):
            game["developer"]["name"] = name
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", renamed)
    page = explore(visit, "/game/620")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(rf"/explore/developer/{re.escape(segment)}$"))
    expect(page.get_by_role("link", name=f"Search for “{name}”")).to_be_visible()  # not found


def test_games_for_me_are_kept_in_the_address(visit: Visit) -> None:
    page = explore(visit, "/for-me")
    visit.add_game("Portal 2", 90)
    page.get_by_text("Because of").first.wait_for()
    visit.settle()
    first = page.locator(".card-title").first.inner_text()
    page.reload()
    expect(page.get_by_label("Hours of Portal 2")).to_have_value("90")
    expect(page.locator(".card-title").first).to_have_text(first)
    page.get_by_role("button", name="Remove Portal 2").click()
    expect(page.get_by_text("Add a first game")).to_be_visible()


def test_a_game_that_the_catalogue_lacks_is_named_and_only_an_unknown_one_is_ignored(
    visit: Visit,
) -> None:
    page = explore(visit, "/for-me?games=570:20,999999999:5")
    expect(page.get_by_label("Hours of Dota 2")).to_be_visible()
    ignored = page.get_by_text("unknown here, and ignored")
    expect(ignored).to_have_count(1)
    expect(page.get_by_role("listitem").filter(has=ignored)).to_contain_text("999999999")


def test_what_the_address_says_of_hours_is_never_changed_in_silence(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:-5,620:1e9,219740:3,219740:8")
    notices = page.locator("main .notice")
    expect(notices).to_have_text(
        [
            "Hours below 0 in the address count as 0.",
            "Hours above 100,000 in the address count as 100,000.",
            "A game that the address repeats is listed once, with the most hours named.",
        ]
    )
    assert [field.input_value() for field in page.get_by_role("spinbutton").all()] == [
        "0",
        "100000",
        "8",
    ]
    explore(visit, "/for-me?games=730:5")
    expect(notices).to_have_count(0)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("/best?from=abc&to=2015", ["The years in the address cannot be compared: at most 5"]),
        ("/best?from=2015&to=2010", ["the first one first. Here is 2010."]),
        ("/best?from=2001&to=2015", ["Here are 2011 to 2015."]),
        ("/best?from=2013&to=2015&ranking=x", ["“Ranking” in the address is not valid"]),
        ("/best?from=2013&to=2015&ranking=WILSON", []),
        ("/platforms?year=abc", ["“Year” in the address is not valid"]),
        ("/platforms?year=2020", []),
        ("/game/730?diversity=2", ["“Diversity” in the address is not valid"]),
        ("/game/730?diversity=0.5", []),
        (
            "/verdict?title=hs21&ratings=as68:4.7,as68:4,as68:5",
            ["Ratings in the address that are not 0.5 to 5 stars", "is listed once, with the last"],
        ),
    ],
)
def test_what_an_address_says_in_vain_is_named(visit: Visit, view: str, said: list[str]) -> None:
    page = explore(visit, view)
    visit.settle()
    notices = page.locator("main .notice")
    expect(notices).to_have_count(len(said))
    for notice, text in zip(notices.all(), said, strict=True):
        expect(notice).to_contain_text(text)


def test_an_unknown_title_among_the_ratings_is_ignored_and_marked(visit: Visit) -> None:
    page = explore(visit, "/verdict?title=hs21&ratings=as68:5,zz:4")
    expect(page.get_by_text("unknown here, and ignored")).to_be_visible()
    expect(page.locator(".verdict")).to_be_visible()
    explore(visit, "/verdict?title=hs21&ratings=zz:4")
    expect(page.get_by_text("rate at least one other")).to_be_visible()


def test_a_viewer_who_is_not_there_is_named(visit: Visit) -> None:
    page = explore(visit, "/verdict?title=hs21&viewer=abc")
    expect(page.get_by_role("alert")).to_contain_text("No viewer has the id abc.")


@pytest.mark.parametrize(
    ("locale", "own", "viewer"),
    [
        ("en-GB", "You rated it yourself: 3.0 ★.", "The viewer rated it: "),
        ("es-AR", "Tú ya lo valoraste: 3,0 ★.", "El espectador lo valoró: "),
    ],
)
def test_a_rating_of_the_title_in_question_is_said_to_be_left_out(
    browser: Browser, page_server: str, locale: str, own: str, viewer: str
) -> None:
    with visiting(browser, page_server, locale=locale) as visit:
        page = explore(visit, "/verdict?title=hs21&ratings=as68:4.5,hs21:3")
        expect(page.locator(".verdict")).to_contain_text(own)
        expect(page.locator(".reason")).to_contain_text(re.compile(r"\byour\b|\btu\b"))
        expect(page.locator("main")).not_to_contain_text(re.compile("viewer’s mean|del espectador"))
        explore(visit, "/verdict?title=hs21&ratings=as68:4.5")
        expect(page.locator(".verdict")).not_to_contain_text(own[:10])
        query = '{ titles(filter: {titleId: {eq: "hs21"}}) { nodes { raters: ratings(first: 1) '
        query += "{ edges { viewer { viewerId } } } } } }"
        answer = page.request.post(f"{visit.base}graphql", data={"query": query}).json()
        ((rater,),) = (title["raters"]["edges"] for title in answer["data"]["titles"]["nodes"])
        explore(visit, f"/verdict?title=hs21&viewer={rater['viewer']['viewerId']}")
        expect(page.locator(".verdict")).to_contain_text(viewer)


def test_a_few_ratings_get_a_verdict(visit: Visit) -> None:
    page = explore(visit, "/verdict?title=hs21")
    page.get_by_role("combobox", name="Add a title").fill("satellite of norhaven")
    page.get_by_role("option", name=re.compile("Satellite")).first.click()
    expect(page.get_by_text(re.compile("^(Yes|No), "))).to_be_visible()
    page.get_by_label("A viewer in the data").check()
    page.get_by_label("Viewer", exact=True).fill("1000")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("on average.", exact=False).first).to_be_visible()
    assert "viewer=1000" in page.url


def test_the_slider_changes_the_similar_games_and_the_address(visit: Visit) -> None:
    page = explore(visit, "/game/730")
    slider = page.get_by_role("slider", name="Diversity")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**diversity=1")
    page.keyboard.press("Home")
    page.wait_for_url("**/explore/game/730")
