"""Browser: Back and Forward in the explorer: places, added rows, and steps that are undone."""

from __future__ import annotations

import os

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import expect

from browser.visit import Visit, eventually, explore, heading

pytestmark = pytest.mark.browser


def test_back_finds_the_place_and_the_rows_that_were_added(visit: Visit) -> None:
    page = explore(visit, "/genre/Action")
    rows = page.get_by_role("table", name="Most played games").locator("tbody tr")
    page.get_by_role("button", name="Show 100 more").click()
    expect(rows).to_have_count(120)
    link = rows.nth(100).get_by_role("link")
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 1000
    link.click()
    heading(page)
    eventually(lambda: page.evaluate("scrollY"), 0)
    page.go_back()
    expect(rows).to_have_count(120)
    eventually(lambda: page.evaluate("scrollY"), before)
    page.go_forward()
    eventually(lambda: page.evaluate("scrollY"), 0)
    page.go_back()
    visit.settle()
    page.reload()
    expect(rows).to_have_count(120)
    eventually(lambda: page.evaluate("scrollY"), before)


def test_a_reader_who_scrolls_after_back_is_left_alone(visit: Visit) -> None:
    page = explore(visit)
    page.evaluate("scrollTo(0, 600)")
    # Where it is: a click would scroll to the menu first.
    menu = page.get_by_role("navigation")
    menu.get_by_role("link", name="Models", exact=True).evaluate("link => link.click()")
    heading(page, "How good the models are")
    page.go_back()
    heading(page, "Explore the data")
    eventually(lambda: page.evaluate("scrollY"), 600)
    page.mouse.wheel(0, -600)
    eventually(lambda: page.evaluate("scrollY"), 0)
    page.set_viewport_size({"width": 700, "height": 700})  # the page becomes longer
    visit.settle()
    assert page.evaluate("scrollY") == 0


def test_back_undoes_one_game_and_what_was_typed_is_no_step(visit: Visit) -> None:
    page = explore(visit, "/for-me?games=730:20")
    visit.add_game("Portal 2", 90)
    hours = page.get_by_label("Hours of Portal 2")
    slider = page.get_by_role("slider", name="Diversity")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**diversity=1")
    page.get_by_role("button", name="Remove Counter-Strike").click()
    expect(page.get_by_role("spinbutton")).to_have_count(1)
    visit.settle()  # a request that Back cuts off is a complaint
    page.go_back()
    expect(page.get_by_role("spinbutton")).to_have_count(2)
    expect(hours).to_have_value("90")
    page.go_back()
    expect(page.get_by_role("spinbutton")).to_have_count(1)
    expect(slider).to_have_value("0")
    assert page.url.endswith("/for-me?games=730:20")


def test_a_viewer_still_to_be_named_leaves_no_blank_in_the_address(visit: Visit) -> None:
    page = explore(visit, "/verdict?title=hs21")
    page.get_by_label("A viewer in the data").check()
    assert "viewer=&" not in page.url + "&"
    assert "viewer=+" not in page.url
    expect(page.get_by_label("Viewer", exact=True)).to_be_visible()
    page.get_by_label("Viewer", exact=True).fill("1000")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**viewer=1000")
    visit.settle()  # a request that Back cuts off is a complaint
    page.go_back()
    expect(page.get_by_label("Viewer", exact=True)).to_have_value("")
    page.go_back()
    expect(page.get_by_label("My own")).to_be_checked()
