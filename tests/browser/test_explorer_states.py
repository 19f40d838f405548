"""Browser: what the explorer shows of a server that has or shows only a part of the data."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, Page, expect

from browser.conftest import served
from browser.views import VIEWS
from browser.visit import Visit, explore, heading, visiting
from processes import COMMAND, environment

pytestmark = pytest.mark.browser

STATES = ["titles only", "games only", "users off", "pseudonyms", "production"]
OPTIONS = {
    "users off": ["--demo", "--users", "off"],
    "pseudonyms": ["--demo", "--users", "pseudonyms"],
    "production": ["--demo", "--profile", "production"],
}
FILES = {
    "titles only": {
        "--titles": "*_titles.csv",
        "--ratings": "ratings*",
    },
    "games only": {
        "--games": "steam_games*",
        "--reviews": "user_reviews*",
        "--items": "users_items*",
    },
}
# What a state does not have or show, and what the explorer says of it.
ABSENT = {
    "titles only": ["game", "developer", "genre", "player", "for me", "best", "year"],
    "games only": ["title", "verdict", "platforms"],
    "users off": ["player"],
    "pseudonyms": [],
    "production": [],
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw files of a small demo world."""
    folder = tmp_path_factory.mktemp("raw")
    sizes = ["--users", "300", "--games", "200", "--titles", "120", "--viewers", "100"]
    run("demo", *sizes, "--raw", str(folder))
    return folder


@pytest.fixture(scope="module", params=STATES)
def state(
    request: pytest.FixtureRequest,
    raw: Path,
    demo_folder: Path,
    page_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """A state and the address of its server."""
    name, folder, options = request.param, demo_folder, OPTIONS.get(request.param)
    if options is None:
        folder = tmp_path_factory.mktemp("part")
        parts = [
            argument
            for option, pattern in FILES[name].items()
            for file in sorted(raw.glob(pattern))
            for argument in (option, str(file))
        ]
        options = ["--data", str(folder / "data")]
        run("build", *parts, *options)
    with served(folder, *options) as address:
        yield name, address


def run(*arguments: str) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_view_shows_something_designed(
    browser: Browser, state: tuple[str, str], axe: str
) -> None:
    name, address = state
    dark = STATES.index(name) % 2 == 1
    options: dict[str, Any] = {
        "viewport": {"width": 360, "height": 800},
        "color_scheme": "dark" if dark else "light",
        "locale": "es-AR" if dark else "en-GB",
    }
    with visiting(browser, address, reduced_motion="reduce", **options) as visit:
        for title, view in VIEWS.items():
            page = explore(visit, view)
            page.wait_for_load_state("networkidle")
            shown = page.locator("main").locator(".section, .state, .tasks")
            assert shown.first.is_visible(), title
            assert page.get_by_role("heading", level=1).count() == 1, title
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, title
            page.evaluate(axe)
            found = page.evaluate("axe.run()")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], title
            if title in ABSENT[name]:
                expect(page.locator(".state")).to_have_count(1)
        assert visit.complaints == []


@pytest.fixture
def visit(browser: Browser, state: tuple[str, str]) -> Iterator[Visit]:
    with visiting(browser, state[1], locale="en") as opened:
        yield opened
    assert opened.complaints == []


def only(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("state", names, indirect=True)


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@only("titles only")
def test_without_games_only_titles_are_offered(visit: Visit) -> None:
    page = explore(visit)
    menu = page.get_by_role("navigation").get_by_role("link")
    expect(menu).to_have_text(["Would I like it?", "Platforms", "Models", "Data"])
    expect(page.get_by_role("combobox", name="Search")).to_have_attribute(
        "placeholder", "Titles, actors…"
    )
    title(explore(visit, "/game/730"), "There are no games here")


@only("games only")
def test_without_titles_only_games_are_offered(visit: Visit) -> None:
    page = explore(visit)
    expect(page.get_by_role("navigation").get_by_role("link", name="Platforms")).to_have_count(0)
    expect(page.get_by_text("Demo data")).to_have_count(0)
    title(explore(visit, "/platforms"), "There are no streaming titles here")
    page = explore(visit, "/search?q=qqqqqq")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
    expect(page.get_by_text("another spelling")).to_be_visible()


@only("users off")
def test_people_that_are_off_are_explained_not_missing(visit: Visit) -> None:
    title(explore(visit, "/player/1"), "People are not shown here")
    page = explore(visit, "/genre/Action")
    expect(page.get_by_text("Players with the most hours")).to_have_count(0)
    page = explore(visit, "/verdict?title=hs21&viewer=1000")
    expect(page.get_by_text("turned off everything about single people")).to_be_visible()
    page.get_by_role("button", name="Try it with well-known titles").click()
    expect(page.get_by_text(re.compile("^(Yes|No), "))).to_be_visible()


@only("pseudonyms")
def test_an_id_is_not_found_where_pseudonyms_are_shown(visit: Visit) -> None:
    page = explore(visit, "/player/WobblyTheOtter")
    title(page, "Not found")
    expect(page.get_by_text("replaces the ids of people with pseudonyms")).to_be_visible()
    page = explore(visit, "/genre/Action")
    page.get_by_role("table", name="Players with the most hours").get_by_role("link").first.click()
    page.get_by_role("table", name="Library").wait_for()
    # An unknown viewer is said below the form, which stays.
    page = explore(visit, "/verdict?title=hs21&viewer=1000")
    expect(page.get_by_role("alert")).to_contain_text("Not found")
    expect(page.get_by_role("combobox", name="Choose a title")).to_be_visible()


@only("production")
def test_production_has_every_view_and_no_graphiql(visit: Visit) -> None:
    page = explore(visit, "/game/730")
    heading(page, "Counter-Strike: Global Offensive")
    expect(page.get_by_text("Write queries (GraphiQL)")).to_have_count(0)
    page = explore(visit, "/for-me?games=nothing:5")
    expect(page.get_by_text("unknown here, and ignored")).to_be_visible()
    page = explore(visit, "/platforms?year=1800")
    expect(page.get_by_text("No platform has titles of this year.")).to_be_visible()
    expect(page.get_by_label("Year")).to_have_value("1800")
