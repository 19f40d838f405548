"""Browser: answers that come late in the explorer: the reader has gone on, or the snapshot has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, Page, Route, expect

from browser.visit import Visit, explore, heading, visiting

pytestmark = pytest.mark.browser


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """Requests to an address wait until the end of the block."""
    waiting: list[Route] = []
    pattern = re.compile(address)
    page.route(pattern, lambda route: waiting.append(route))
    yield
    while waiting:
        waiting.pop(0).continue_()
    page.unroute(pattern)


def test_rows_that_come_late_do_not_count_for_the_next_place(visit: Visit) -> None:
    page = explore(visit, "/genre/Action")
    rows = page.get_by_role("table", name="Most played games").locator("tbody tr")
    with held(page, "%22after%22"):
        with page.expect_request(re.compile("%22after%22")):
            page.get_by_role("button", name="Show 100 more").click()
        page.get_by_role("navigation").get_by_role("link", name="By year").click()
        heading(page, re.compile("^Games of"))
    visit.settle()
    expect(rows).to_have_count(20)
    rows.first.get_by_role("link").click()
    heading(page, re.compile("^(?!Games of)"))
    page.go_back()
    heading(page, re.compile("^Games of"))
    visit.settle()
    expect(rows).to_have_count(20)


def test_back_to_a_search_continues_that_search(visit: Visit) -> None:
    page = explore(visit, "/search?q=the")
    games = page.get_by_role("heading", name="Games", exact=True)
    section = page.locator(".section").filter(has=games)
    links = section.locator(".found a")
    section.get_by_role("button", name=re.compile("^Show [0-9]+ more$")).click()
    expect(links).not_to_have_count(12)
    before = [link.get_attribute("href") for link in links.all()]
    page.get_by_role("combobox", name="Search").fill("a")
    page.keyboard.press("Enter")
    heading(page, re.compile("“a”"))
    visit.settle()
    page.go_back()
    heading(page, re.compile("“the”"))
    visit.settle()
    assert [link.get_attribute("href") for link in links.all()] == before
    expect(page.get_by_role("alert")).to_have_count(0)


def test_enter_waits_for_the_options_of_what_was_typed(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:20")
    field = page.get_by_role("combobox", name="Add a game")
    field.fill("portal 2")
    page.get_by_role("option", name=re.compile("^Portal 2")).first.wait_for()
    with held(page, "terraria"):
        field.fill("terraria")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        expect(page.get_by_role("spinbutton")).to_have_count(1)
    expect(page.get_by_label("Hours of Terraria")).to_be_visible()
    expect(page.get_by_role("spinbutton")).to_have_count(2)


def test_enter_within_the_frame_of_the_last_key_takes_what_was_typed(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:20")
    page.get_by_role("combobox", name="Add a game").evaluate(
        """async (field) => {
            field.focus();
            field.value = 'terraria';
            field.dispatchEvent(new InputEvent('input', {bubbles: true}));
            for (let turn = 0; turn < 10; turn++) await null;  // drawn, without effects yet
            field.form.requestSubmit();
        }"""
    )
    expect(page.get_by_label("Hours of Terraria")).to_be_visible()


def test_hours_that_are_being_typed_stay_when_the_answer_comes(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:20")
    hours = page.get_by_label("Hours of Counter-Strike: Global Offensive")
    with held(page, "ExplorerForMe"):
        page.get_by_label("Only free games").check()
        hours.fill("90")
    visit.settle()
    expect(hours).to_have_value("90")
    page.keyboard.press("Tab")
    page.wait_for_url("**%3A90*")
    expect(hours).to_have_value("90")
    hours.fill("5")
    hours.fill("90")  # as before: no change
    page.keyboard.press("Tab")
    page.go_back()
    expect(hours).to_have_value("20")


def test_a_game_is_not_called_unknown_before_the_answer(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:20")
    page.get_by_role("combobox", name="Add a game").fill("portal 2")
    with held(page, "%22ids%22"):
        page.get_by_role("option", name=re.compile("^Portal 2")).first.click()
        expect(page.get_by_role("spinbutton")).to_have_count(2)
        expect(page.get_by_text("unknown here, and ignored")).to_have_count(0)
    expect(page.get_by_label("Hours of Portal 2")).to_be_visible()
    explore(visit, "/for-me?games=730:20,zz:1")
    expect(page.get_by_text("unknown here, and ignored")).to_be_visible()


def test_a_title_is_not_called_unknown_before_the_answer(visit: Visit) -> None:
    query = "{ titles(filter: {platform: {eq: NETFLIX}}, first: 1) { nodes { titleId } } }"
    answer = visit.page.request.post(f"{visit.base}graphql", data={"query": query}).json()
    ((known,),) = (titles["nodes"] for titles in answer["data"].values())
    page = explore(visit, f"/verdict?title=hs21&ratings={known['titleId']}:5")
    expect(page.locator(".verdict")).to_be_visible()
    page.get_by_role("combobox", name="Add a title").fill("satellite of norhaven")
    with held(page, "%22ids%22"):
        page.get_by_role("option", name=re.compile("Satellite of Norhaven")).first.click()
        expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(2)
        expect(page.get_by_text("unknown here, and ignored")).to_have_count(0)
        expect(page.locator(".verdict")).to_be_visible()
    expect(page.get_by_label(re.compile("Rating of The Satellite of Norhaven"))).to_be_visible()


def test_a_view_that_comes_late_leaves_the_focus_where_the_reader_types(visit: Visit) -> None:
    page = explore(visit)
    with held(page, "graphql[?]"):
        page.get_by_role("navigation").get_by_role("link", name="Models", exact=True).click()
        page.keyboard.press("/")
        page.keyboard.type("valve")
    heading(page, "How good the models are")
    visit.settle()
    assert page.evaluate("document.activeElement.role") == "combobox"
    expect(page.get_by_role("combobox", name="Search")).to_have_value("valve")


def test_the_language_chosen_last_counts(visit: Visit) -> None:
    page = explore(visit)
    language = page.get_by_label("Language")
    with held(page, r"/es-[^/]*[.]js$"):
        with page.expect_request(re.compile(r"/es-[^/]*[.]js$")):
            language.select_option("es")
        language.select_option("en")
    visit.settle()
    expect(page.get_by_role("heading", level=1)).to_have_text("Explore the data")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_after_a_swap_the_page_names_the_new_snapshot(visit: Visit) -> None:
    page = explore(visit)
    footer = page.get_by_role("contentinfo")
    version = re.search(r"Snapshot (\S+),", footer.inner_text())
    assert version is not None

    def of_the_next(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "x-snapshot": "the-next-one"}
        body = answer.text().replace(version[1], "the-next-one")
        route.fulfill(response=answer, headers=headers, body=body)

    page.route(re.compile("graphql[?]"), of_the_next)
    page.get_by_role("navigation").get_by_role("link", name="Models", exact=True).click()
    heading(page, "How good the models are")
    expect(footer).to_contain_text("Snapshot the-next-one,")
    visit.settle()


def test_after_a_swap_without_a_network_the_page_stays(browser: Browser, page_server: str) -> None:
    with visiting(browser, page_server) as visit:
        page = explore(visit)

        def of_the_next(route: Route) -> None:
            if route.request.url.endswith("variables=%7B%7D"):  # what the page says of the snapshot
                route.abort()
                return
            answer = route.fetch()
            route.fulfill(response=answer, headers={**answer.headers, "x-snapshot": "the-next"})

        page.route(re.compile("graphql[?]"), of_the_next)
        with page.expect_request(re.compile("variables=%7B%7D$")):
            page.get_by_role("navigation").get_by_role("link", name="Models", exact=True).click()
        visit.settle()
        heading(page, "How good the models are")


def test_an_answer_of_a_gateway_is_no_answer(browser: Browser, page_server: str) -> None:
    with visiting(browser, page_server) as visit:
        page = explore(visit)
        page.route(
            re.compile("graphql[?]"),
            lambda route: route.fulfill(status=503, json={"message": "no upstream"}),
        )
        page.get_by_role("navigation").get_by_role("link", name="Models", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("No answer")
