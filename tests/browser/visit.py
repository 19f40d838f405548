"""One reader's visit to the page: what a reader does there, and all that happens meanwhile."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

__all__ = ["Visit", "eventually", "explore", "heading", "visiting"]

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
        before = self.editor("operation.graphql")
        self.page.get_by_role("tab").get_by_role("button", name=title, exact=True).click()
        eventually(lambda: self.editor("operation.graphql") != before, True)
        # GraphiQL looks for the operation's name 100 ms after the text has changed.
        self.page.evaluate("new Promise((done) => setTimeout(done, 200))")

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
        """Press the Run button; the answer shown."""
        eventually(lambda: self.editor("response.json"), "")  # not that of another tab
        self.page.get_by_role("button", name="Execute query").click()
        eventually(lambda: bool(self.editor("response.json")), True)
        answer: dict[str, Any] = json.loads(self.editor("response.json"))
        return answer

    def plugin(self, name: str) -> Locator:
        """Open a plugin from the side bar; its panel."""
        self.page.get_by_role("button", name=f"Show {name}").click()
        self.page.get_by_role("button", name=f"Hide {name}").wait_for()
        return self.page.locator(".graphiql-plugin")

    def search(self, text: str) -> list[tuple[str, str]]:
        """Type into the documentation's search: the names it lists, each with what it quotes."""
        options = self.page.get_by_role("option")
        field = self.page.locator(".graphiql-plugin").get_by_role("combobox")
        field.fill("no such thing")
        expect(options).to_have_count(0)
        field.fill(text)
        expect(options).not_to_have_count(0)
        found = [option.inner_text().partition("\n") for option in options.all()]
        return [(name, quote) for name, _, quote in found]

    def add_game(self, title: str, hours: int) -> None:
        """Add a game to those that recommendations are for, and its hours."""
        self.page.get_by_role("combobox", name="Add a game").fill(title.lower())
        self.page.get_by_role("option", name=re.compile(f"^{title}")).first.click()
        self.page.get_by_label(f"Hours of {title}").fill(str(hours))
        self.page.keyboard.press("Tab")
        self.page.wait_for_url(f"**%3A{hours}")

    def settle(self) -> None:
        """Wait until the page has asked for nothing for a second."""
        seen = -1
        while seen != len(self.requested):
            seen = len(self.requested)
            self.page.wait_for_timeout(1000)

    def note_violations(self) -> None:
        self.violations += self.page.evaluate("window.violations")

    def foreign(self) -> list[str]:
        """Whatever the page asked of anybody else, and whatever it was kept from asking."""
        own = urlsplit(self.base).netloc
        asked = [url for url in self.requested if not url.startswith("data:")]
        return [url for url in asked if urlsplit(url).netloc != own] + self.violations


def eventually(read: Callable[[], object], wanted: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found == wanted, f"{found!r} is not {wanted!r}"


@contextmanager
def visiting(browser: Browser, base: str, **options: Any) -> Iterator[Visit]:
    """A first visit: nothing is stored yet. At its end it must not have looked elsewhere."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(WATCH_POLICY)
    visit = Visit(context.new_page(), base.rstrip("/") + "/")
    context.on("request", lambda request: visit.requested.append(request.url))
    context.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
    context.on(
        "console", lambda line: visit.complaints.append(line.text) if line.type == "error" else None
    )
    context.on("weberror", lambda error: visit.complaints.append(str(error.error)))
    yield visit
    visit.note_violations()
    context.close()
    foreign = visit.foreign()
    assert foreign == [], foreign


def explore(visit: Visit, view: str = "") -> Page:
    """Open a view and wait for its heading."""
    response = visit.page.goto(f"{visit.base}explore{view}")
    assert response is not None
    visit.policy = response.headers["content-security-policy"]
    heading(visit.page)
    return visit.page


def heading(page: Page, name: str | re.Pattern[str] = "") -> None:
    page.get_by_role("heading", level=1, name=name).wait_for()
    expect(
        page.get_by_role("status").filter(has_text=re.compile("Loading|Cargando"))
    ).to_have_count(0)
