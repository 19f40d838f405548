"""Browser: how names are found in the explorer: while they are typed, and in a search."""

from __future__ import annotations

import os
import re

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, expect

from browser.visit import Visit, eventually, explore, heading, visiting

pytestmark = pytest.mark.browser


def test_typing_a_name_and_enter_opens_a_game(visit: Visit) -> None:
    page = explore(visit)
    page.keyboard.press("/")
    page.keyboard.type("portal 2")
    page.get_by_role("option", name=re.compile("^Portal 2")).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading(page, "Portal 2")
    assert "/explore/game/" in page.url
    # The focus is on the new heading: a screen reader says where the reader is.
    eventually(lambda: page.evaluate("document.activeElement.tagName"), "H1")
    page.go_back()
    heading(page, "Explore the data")


def test_enter_without_a_choice_searches(visit: Visit) -> None:
    page = explore(visit)
    page.get_by_role("combobox", name="Search").fill("valve")
    page.keyboard.press("Enter")
    heading(page, re.compile("valve"))
    page.locator("main").get_by_role("link", name="Valve", exact=True).click()
    heading(page, "Valve")


def test_an_actor_has_a_page_with_titles(visit: Visit) -> None:
    page = explore(visit, "/platforms?year=2020")
    actor = page.get_by_role("table", name=re.compile("Actors")).get_by_role("link").first
    name = actor.inner_text()
    actor.click()
    heading(page, name)
    page.get_by_role("table", name="Titles", exact=True).get_by_role("link").first.click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "offered", "found"),
    [
        ("zuraw", "Żurawska.*Actor, 6 titles", "Żurawska"),
        ("satelite norhavn", "Satellite of Norhaven", "Satellite of Norhaven"),
    ],
    ids=["without accents", "two misspelt words"],
)
def test_typing_offers_what_is_meant(visit: Visit, typed: str, offered: str, found: str) -> None:
    page = explore(visit)
    page.get_by_role("combobox", name="Search").fill(typed)
    page.get_by_role("option", name=re.compile(offered)).first.click()
    heading(page, re.compile(found))


def test_a_search_says_when_it_shows_the_first_matches_only(visit: Visit) -> None:
    page = explore(visit, "/search?q=the")
    cut = page.get_by_text(re.compile("^The first 12 of [0-9,]+ matches[.]$"))
    expect(cut.first).to_be_visible()
    for section in page.locator(".section").filter(has=cut).all():
        expect(section.locator(".found li")).to_have_count(12)


def test_a_search_without_an_answer_is_no_search_without_matches(
    browser: Browser, page_server: str
) -> None:
    with visiting(browser, page_server) as visit:
        page = explore(visit)
        page.context.set_offline(True)
        page.get_by_role("combobox", name="Search").fill("portal")
        expect(page.locator(".offered .empty")).to_contain_text("The server cannot be reached.")
        expect(page.locator(".offered")).not_to_contain_text("Nothing matches")


def test_an_unknown_name_has_suggestions(visit: Visit) -> None:
    page = explore(visit, "/developer/Valv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    page.get_by_role("link", name="Valve", exact=True).click()
    heading(page, "Valve")


def test_a_search_can_be_continued_and_its_text_stays_in_the_field(visit: Visit) -> None:
    page = explore(visit, "/search?q=the")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("the")
    cut = page.get_by_text(re.compile("^The first 12 of [0-9,]+ matches[.]$"))
    section = page.locator(".section").filter(has=cut).first
    section = page.locator(".section").filter(
        has=page.get_by_role("heading", name=section.get_by_role("heading").inner_text())
    )
    found = section.locator(".found li")
    expect(found).to_have_count(12)
    section.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    expect(found).not_to_have_count(12)
    addresses = [link.get_attribute("href") for link in found.get_by_role("link").all()]
    assert len(set(addresses)) == len(addresses) > 12


@pytest.mark.parametrize(
    ("text", "address"), [("730", "/explore/game/730"), ("HS21", "/explore/title/hs21")]
)
def test_an_id_finds_what_it_is_the_id_of(visit: Visit, text: str, address: str) -> None:
    page = explore(visit, f"/search?q={text}")
    first = page.locator("main .section").first
    expect(first.get_by_role("heading")).to_have_text(f"With the id {text}")
    link = first.get_by_role("link")
    assert (link.get_attribute("href") or "").endswith(address)
    name = link.inner_text()
    page.get_by_role("combobox", name="Search").fill(f"{text} ")
    expect(page.get_by_role("option").first).to_contain_text(name)


def test_what_is_named_exactly_comes_before_likely_typos(visit: Visit) -> None:
    page = explore(visit, "/search?q=valve")
    expect(page.locator("main .section").first.get_by_role("link").first).to_have_text("Valve")
    page.get_by_role("combobox", name="Search").fill("VALVE")
    expect(page.get_by_role("option").first).to_contain_text("ValveDeveloper")


def test_an_actor_is_named_as_published_whatever_the_address_says(visit: Visit) -> None:
    page = explore(visit, "/actor/thandiwe%20x.%20%C5%BCurawska")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thandiwe X. Żurawska")


def test_a_name_instead_of_an_id_leads_to_the_titles_of_that_name(visit: Visit) -> None:
    page = explore(visit, "/title/satellite%20of%20norhaven")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    title = "The Satellite of Norhaven"
    page.locator("main").get_by_role("link", name=re.compile(f"^{title} ")).click()
    heading(page, title)


def test_a_name_instead_of_a_product_id_leads_to_the_games_of_that_name(visit: Visit) -> None:
    page = explore(visit, "/game/portal%202")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    page.locator("main").get_by_role("link", name=re.compile("^Portal 2")).first.click()
    heading(page, "Portal 2")


def test_a_name_instead_of_the_title_of_a_verdict_leads_to_the_titles_of_that_name(
    visit: Visit,
) -> None:
    page = explore(visit, "/verdict?title=satellite%20of%20norhaven&ratings=as68:5")
    title = "The Satellite of Norhaven"
    page.get_by_role("alert").get_by_role("link", name=re.compile(f"^{title} ")).click()
    heading(page, title)


def test_a_player_known_from_reviews_only_does_not_count_as_one_without_games(
    visit: Visit,
) -> None:
    query = "{ users(first: 1, filter: { libraryKnown: { eq: false } }) { nodes { userId } } }"
    answer = visit.page.request.post(f"{visit.base}graphql", data={"query": query}).json()
    (user,) = answer["data"]["users"]["nodes"]
    page = explore(visit, f"/search?q={user['userId']}")
    line = page.locator("main li").filter(has=page.get_by_role("link", name=user["userId"]))
    expect(line).to_contain_text("library unknown")
