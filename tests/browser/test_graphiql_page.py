"""Browser: the GraphiQL page as a reader meets it, in Chromium, under the server's own headers."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("PLAYGRAPH_CHROMIUM", "/usr/bin/chromium")
# No sandbox, for containers run as root; no background services, whose requests are not the page's.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
PATIENCE = 20.0  # seconds: the editor is some megabytes of script, and the machine may be busy
WATCH_POLICY = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
# Monaco draws only the lines in sight; its models hold the whole text.
READ_EDITOR = """
(name) => window.__MONACO.editor.getModels()
  .find((model) => model.uri.path.endsWith(name))?.getValue() ?? ''
"""


@dataclass
class Visit:
    """One reader's browser tab on the page, and all that happened in it."""

    page: Page
    base: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    policy: str = ""

    def open(self) -> None:
        """Load the page (or load it again) and wait until the editors are there."""
        response = self.page.goto(self.base)
        assert response is not None
        self.policy = response.headers.get("content-security-policy", "")
        self.page.get_by_role("region", name="Operation Editor").locator(".view-lines").wait_for()

    def tabs(self) -> list[str]:
        return [tab.inner_text().strip() for tab in self.page.get_by_role("tab").all()]

    def show(self, title: str) -> None:
        self.page.get_by_role("tab").get_by_role("button", name=title, exact=True).click()

    def editor(self, name: str) -> str:
        return str(self.page.evaluate(READ_EDITOR, name))

    def write(self, text: str) -> None:
        self.page.get_by_role("region", name="Operation Editor").locator(".view-lines").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        # GraphiQL stores what is typed half a second later.
        eventually(lambda: text in self.stored_queries(), True)

    def stored_queries(self) -> list[str]:
        stored = json.loads(
            self.page.evaluate("localStorage['playgraph:graphiql:tabState'] ?? '{\"tabs\": []}'")
        )
        return [tab["query"] for tab in stored["tabs"]]

    def run(self) -> dict[str, Any]:
        """Press the play button; the answer shown."""
        self.page.get_by_role("button", name="Execute query").click()
        eventually(lambda: bool(self.editor("response.json")), True)
        answer: dict[str, Any] = json.loads(self.editor("response.json"))
        return answer

    def plugin(self, name: str) -> Locator:
        """Open a plugin from the side bar; its panel."""
        self.page.get_by_role("button", name=f"Show {name}").click()
        self.page.get_by_role("button", name=f"Hide {name}").wait_for()
        return self.page.locator(".graphiql-plugin")

    def search_documentation(self, text: str, hit: str) -> Locator:
        """Type into the search and follow one hit; the panel that explains it."""
        documentation = self.plugin("Documentation Explorer")
        documentation.get_by_role("combobox").fill(text)
        documentation.get_by_role("option", name=hit).click()
        return documentation

    def note_violations(self) -> None:
        self.violations += self.page.evaluate("window.violations")


def eventually(read: Callable[[], object], wanted: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found == wanted


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def new_visit(browser: Browser, base: str) -> Visit:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(WATCH_POLICY)
    visit = Visit(context.new_page(), base.rstrip("/") + "/")
    context.on("request", lambda request: visit.requested.append(request.url))
    context.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
    context.on(
        "console", lambda line: visit.complaints.append(line.text) if line.type == "error" else None
    )
    context.on("weberror", lambda error: visit.complaints.append(str(error.error)))
    return visit


@pytest.fixture
def visit(browser: Browser, page_server: str) -> Iterator[Visit]:
    """A first visit: nothing is stored yet."""
    visit = new_visit(browser, page_server)
    visit.open()
    yield visit
    visit.page.context.close()


@pytest.fixture(scope="module")
def tour(browser: Browser, page_server: str) -> Visit:
    """A visit that used every part of the page once, closed; what it noted stays."""
    visit = new_visit(browser, page_server)
    visit.open()
    visit.run()
    visit.search_documentation("userdata", "Query.userdata")
    visit.plugin("GraphiQL Explorer")
    visit.plugin("History")
    visit.page.get_by_role("button", name="Prettify query").click()  # loads the formatter
    visit.page.wait_for_load_state("networkidle")
    visit.note_violations()
    visit.open()
    visit.page.wait_for_load_state("networkidle")
    visit.note_violations()
    visit.page.context.close()
    return visit


@pytest.fixture
def settings(visit: Visit) -> dict[str, Any]:
    answer: dict[str, Any] = visit.page.request.get(visit.base + "explorer.json").json()
    return answer


def operation(query: str) -> str:
    found = re.search(r"\b(?:query|mutation)\s+(\w+)", query)
    assert found, f"an example without a name: {query}"
    return found[1]


def test_the_page_opens_one_tab_per_question(visit: Visit, settings: dict[str, Any]) -> None:
    assert settings["tabs"]
    assert visit.tabs() == [operation(tab["query"]) for tab in settings["tabs"]]
    expect(visit.page.get_by_role("tab").first).to_have_attribute("aria-selected", "true")


def test_every_tab_comes_with_its_query_and_variables(
    visit: Visit, settings: dict[str, Any]
) -> None:
    expect(visit.page.get_by_role("region", name="Variables")).to_be_visible()
    for number, tab in enumerate(settings["tabs"]):
        if number:  # the first is shown without a click, which would fill in what GraphiQL forgot
            visit.show(operation(tab["query"]))
        eventually(lambda: visit.editor("operation.graphql"), tab["query"])
        eventually(lambda: visit.editor("variables.json"), tab["variables"] or "")


def test_the_page_says_its_name_and_whether_the_data_is_invented(
    visit: Visit, settings: dict[str, Any]
) -> None:
    expect(visit.page).to_have_title("playgraph")
    expect(visit.page.get_by_role("heading", name="playgraph")).to_be_visible()
    expect(visit.page.get_by_text("demo data")).to_have_count(int(settings["dataset"]["demo"]))


def test_running_the_first_tab_shows_a_result(visit: Visit) -> None:
    answer = visit.run()
    assert answer["data"]
    assert "errors" not in answer
    expect(visit.page.get_by_role("region", name="Result Window")).to_contain_text('"data"')


def test_the_documentation_explorer_finds_userdata(visit: Visit) -> None:
    documentation = visit.search_documentation("userdata", "Query.userdata")
    expect(documentation).to_contain_text("Arguments")


def test_the_explorer_lists_the_questions_of_the_schema(visit: Visit) -> None:
    expect(
        visit.plugin("GraphiQL Explorer").get_by_text("userdata", exact=True).first
    ).to_be_visible()


def test_the_history_keeps_what_was_run(visit: Visit) -> None:
    title = visit.tabs()[0]
    visit.run()
    expect(visit.plugin("History").get_by_text(title).first).to_be_visible()


def test_a_reload_keeps_the_readers_tabs_and_still_answers(visit: Visit) -> None:
    visit.page.get_by_role("button", name="New tab").click()
    visit.write("query Mine { __typename }")
    eventually(lambda: visit.tabs()[-1], "Mine")
    before = visit.tabs()
    visit.open()
    assert visit.tabs() == before
    assert visit.run() == {"data": {"__typename": "Query"}}


def test_new_examples_replace_old_ones_but_never_the_readers_own(
    visit: Visit, settings: dict[str, Any]
) -> None:
    visit.write("query Mine { __typename }")  # over the first example
    fresh = {
        "title": "fresh",
        "query": "query Fresh { __typename }",
        "variables": '{"a": 1}',
        "headers": None,
    }
    changed = {**settings, "tabs": [fresh]}
    visit.page.route("**/explorer.json", lambda route: route.fulfill(json=changed))
    visit.open()
    assert visit.tabs() == ["Fresh", "Mine"]
    eventually(lambda: visit.editor("variables.json"), '{"a": 1}')


def test_without_examples_the_page_says_so_and_still_answers(
    browser: Browser, page_server: str
) -> None:
    visit = new_visit(browser, page_server)
    visit.page.route("**/explorer.json", lambda route: route.fulfill(status=503))
    visit.open()
    expect(visit.page.get_by_text("could not be loaded")).to_contain_text("503")
    assert visit.tabs() == ["<untitled>"]
    visit.write("{ __typename }")
    assert visit.run() == {"data": {"__typename": "Query"}}
    visit.page.context.close()


def test_the_favicon_is_an_image_of_ours(visit: Visit) -> None:
    width = visit.page.evaluate("""async () => {
        const image = new Image();
        image.src = document.querySelector('link[rel=icon]').href;
        await image.decode();
        return image.naturalWidth;
    }""")
    assert width > 0


def test_icons_have_readable_names(visit: Visit) -> None:
    # They come from function names: a minifier that renames functions makes this one "b t icon".
    documentation = visit.plugin("Documentation Explorer")
    expect(documentation.get_by_role("img", name="magnifying glass icon")).to_be_visible()


def test_no_request_leaves_the_origin(tour: Visit) -> None:
    own = urlsplit(tour.base).netloc
    assert tour.requested
    foreign = [
        url for url in tour.requested if not url.startswith("data:") and urlsplit(url).netloc != own
    ]
    assert foreign == []


def test_nothing_fails_and_the_console_stays_clean(tour: Visit) -> None:
    assert tour.complaints == []


def test_the_content_security_policy_is_strict_and_kept(tour: Visit) -> None:
    assert "default-src 'none'" in tour.policy
    assert "script-src 'self';" in tour.policy
    assert tour.violations == []
