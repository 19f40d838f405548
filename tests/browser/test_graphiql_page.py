"""Browser: the GraphiQL page as a reader meets it, in Chromium, under the server's own headers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, expect

from browser.visit import Visit, eventually, visiting

pytestmark = pytest.mark.browser

# The questions that the page opens with, by the names of their operations.
TABS = [
    "Developer",
    "UserData",
    "UserForGenre",
    "BestDeveloperYear",
    "DeveloperReviewsAnalysis",
    "SimilarGames",
]
# Those that the list of examples opens, too.
MORE = [
    "YearGenres",
    "YearGames",
    "YearSpecs",
    "YearEarlyAccess",
    "YearSentiment",
    "YearMetascore",
    "PriceEstimate",
    "LongestTitles",
    "ScoreCount",
    "PlatformCount",
    "TopActors",
    "SimilarTitles",
    "Verdict",
    "VerdictForRatings",
    "RecommenderQuality",
    "PriceQuality",
    "VerdictQuality",
]
GROUPS = ["Games", "The games of a year", "Prices", "Streaming titles", "How good the models are"]
# What a reader who knows the client's names looks for, and must find.
CLIENT_NAMES = {
    "userdata": {"Query.user", "User.itemsCount", "User.moneySpent", "User.recommendPercent"},
    "UserForGenre": {"Query.genre", "Genre.topPlayer"},
    "best_developer_year": {"Query.bestDevelopers"},
    "developer_reviews_analysis": {"Query.developer", "Developer.reviewSentiment"},
    "recomendacion_juego": {"Query.game", "Game.similarGames"},
}


@pytest.fixture
def visit(browser: Browser, page_server: str) -> Iterator[Visit]:
    with visiting(browser, page_server) as visit:
        visit.open()
        yield visit


@pytest.fixture(scope="module")
def reader(browser: Browser, page_server: str) -> Iterator[Visit]:
    """One who has opened the documentation."""
    with visiting(browser, page_server) as visit:
        visit.open()
        visit.plugin("Documentation Explorer")
        yield visit


@pytest.fixture(scope="module")
def tour(browser: Browser, page_server: str) -> Visit:
    """A visit that used every part of the page once, closed; what it noted stays."""
    with visiting(browser, page_server) as visit:
        visit.open()
        visit.run()
        visit.plugin("Documentation Explorer")
        visit.search("userdata")
        visit.page.keyboard.press("Escape")  # an open list keeps the rest of the page out of reach
        visit.plugin("GraphiQL Explorer")
        visit.plugin("Examples")
        visit.plugin("History")
        visit.show("UserForGenre")  # each of its short selections is on one line
        plain = visit.editor("operation.graphql")
        visit.page.get_by_role("button", name="Prettify query").click()  # loads the formatter
        eventually(lambda: visit.editor("operation.graphql") != plain, True)
        visit.settle()
        visit.note_violations()
        visit.open()
        visit.settle()
    return visit


@pytest.fixture
def opening(visit: Visit) -> dict[str, Any]:
    """What the server tells the page to open with."""
    answer: dict[str, Any] = visit.page.request.get(visit.base + "explorer.json").json()
    return answer


def operation(query: str) -> str:
    found = re.search(r"\b(?:query|mutation)\s+(\w+)", query)
    assert found, f"an example without a name: {query}"
    return found[1]


def test_the_page_opens_one_tab_per_question_of_the_first_group(
    visit: Visit, opening: dict[str, Any]
) -> None:
    assert visit.tabs() == TABS
    assert [operation(tab["query"]) for tab in opening["tabs"]] == [*TABS, *MORE]
    expect(visit.page.get_by_role("tab").first).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("width", [1400, 820, 420])
def test_at_every_width_there_is_a_button_for_all_examples(
    browser: Browser, page_server: str, width: int
) -> None:
    with visiting(browser, page_server, viewport={"width": width, "height": 800}) as visit:
        visit.open()
        tabs = visit.page.get_by_role("tab")
        if width == 1400:
            expect(tabs.last).to_be_in_viewport(ratio=1)
        visit.page.get_by_role("button", name="Examples", exact=True).click()
        listed = visit.page.get_by_role("region", name="Examples", exact=True)
        assert listed.get_by_role("heading", level=3).all_inner_texts() == GROUPS
        listed.get_by_role("button", name="get_count_platform").click()
        eventually(lambda: visit.tabs(), [*TABS, "PlatformCount"])
        expect(tabs.last).to_be_in_viewport(ratio=0.5)
        expect(listed).to_have_count(0 if width < 640 else 1)  # it covers the editors of a phone
        assert "errors" not in visit.run()


def test_the_list_names_each_question_as_the_client_does_and_says_what_it_asks(
    visit: Visit, opening: dict[str, Any]
) -> None:
    listed = visit.plugin("Examples").get_by_role("button").all_inner_texts()
    assert [text.partition("\n")[0] for text in listed] == [tab["title"] for tab in opening["tabs"]]
    for text, tab in zip(listed, opening["tabs"], strict=True):
        comment = re.findall(r"^# (.+)$", tab["query"], re.MULTILINE)
        assert text.partition("\n")[2].split() == " ".join(comment).split()


def test_an_example_that_is_open_is_not_opened_again(visit: Visit) -> None:
    listed = visit.plugin("Examples")
    for title in ("genero", "userdata", "genero"):
        listed.get_by_role("button", name=re.compile(f"^{title}\\b")).click()
        wanted = {"genero": "YearGenres", "userdata": "UserData"}[title]
        eventually(lambda w=wanted: f"query {w}" in visit.editor("operation.graphql"), True)
        eventually(lambda: visit.tabs()[-1], "YearGenres")
    assert visit.tabs() == [*TABS, "YearGenres"]


def test_long_comments_are_wrapped_not_cut(visit: Visit) -> None:
    visit.write("# " + "many words " * 60 + "\nquery Wide { __typename }")
    lines = visit.page.get_by_role("region", name="Operation Editor").locator(".view-line")
    eventually(lambda: lines.count() > 6, True)


def test_every_example_has_its_query_and_variables_and_runs(
    visit: Visit, opening: dict[str, Any]
) -> None:
    expect(visit.page.get_by_role("region", name="Variables")).to_be_visible()
    listed = visit.page.get_by_role("region", name="Examples", exact=True)
    for number, tab in enumerate(opening["tabs"]):
        if number == len(TABS):
            visit.plugin("Examples")
        if number >= len(TABS):
            listed.get_by_role("button", name=re.compile(f"^{tab['title']}\\b")).click()
            eventually(lambda: visit.tabs()[-1], operation(tab["query"]))
        elif number:  # the first is shown without a click, which would fill in what was forgotten
            visit.show(operation(tab["query"]))
        eventually(partial(visit.editor, "operation.graphql"), tab["query"])
        eventually(partial(visit.editor, "variables.json"), tab["variables"])
        answer = visit.run()
        assert "errors" not in answer, answer
        assert all(answer["data"].values())
        shown = visit.page.get_by_role("region", name="Result Window")
        expect(shown).to_contain_text('"data"')
        expect(shown).to_contain_text(f'"{next(iter(answer["data"]))}"')
        assert all(part not in (None, []) for part in parts(answer["data"])), answer


def parts(value: Any) -> Iterator[Any]:
    """Every answer to a field, except for unknown years and for what two titles share."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("year", "reason"):
                yield inner
                yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def test_the_page_shows_its_name_and_that_the_data_is_generated(
    visit: Visit, opening: dict[str, Any]
) -> None:
    assert opening["dataset"]["demo"] is True
    expect(visit.page).to_have_title("playgraph")
    expect(visit.page.get_by_role("heading", name="playgraph")).to_be_visible()
    badge = visit.page.get_by_text("demo data")
    expect(badge).to_be_visible()
    expect(badge).to_have_attribute("title", re.compile("Names may be real; all numbers"))


def test_real_data_has_no_demo_badge(visit: Visit, opening: dict[str, Any]) -> None:
    real = {**opening, "dataset": {"version": "0123456789abcdef", "demo": False}}
    visit.page.route("**/explorer.json", lambda route: route.fulfill(json=real))
    visit.open()
    expect(visit.page.get_by_role("heading", name="playgraph")).to_be_visible()
    expect(visit.page.get_by_text("demo data")).to_have_count(0)


@pytest.mark.parametrize("name", CLIENT_NAMES)
def test_the_documentation_search_finds_the_clients_names(reader: Visit, name: str) -> None:
    found = dict(reader.search(name))
    assert found.keys() >= CLIENT_NAMES[name]
    assert all(name in found[wanted] for wanted in CLIENT_NAMES[name])  # it shows why


def test_the_documentation_search_lists_names_before_descriptions(reader: Visit) -> None:
    found = reader.search("developer")
    by_name = ["developer" in name.lower().rpartition(".")[2] for name, _ in found]
    assert by_name == sorted(by_name, reverse=True)
    assert [bool(quote) for _, quote in found] == [not name for name in by_name]
    assert len({name for name, _ in found}) == len(found)


def test_two_letters_search_names_only(reader: Visit) -> None:
    assert not any(quote for _, quote in reader.search("us"))


def test_a_search_within_a_type_lists_its_own_fields_first(visit: Visit) -> None:
    documentation = visit.plugin("Documentation Explorer")
    documentation.get_by_text("User", exact=True).first.click()
    expect(documentation.get_by_role("link", name="moneySpent", exact=True)).to_be_visible()
    names = [name for name, _ in visit.search("userdata")]
    assert "moneySpent" in names
    assert names[-1] == "Query.user"


def test_a_hit_by_description_opens_the_field(visit: Visit) -> None:
    documentation = visit.plugin("Documentation Explorer")
    visit.search("userdata")
    documentation.get_by_role("option", name="Query.user").click()
    expect(documentation).to_contain_text("Arguments")
    expect(documentation).to_contain_text("Client's name: userdata(User_id)")


def test_on_a_phone_a_plugin_covers_the_editors_until_it_is_closed(
    browser: Browser, page_server: str
) -> None:
    with visiting(browser, page_server, viewport={"width": 390, "height": 800}) as visit:
        visit.open()
        box = visit.plugin("Documentation Explorer").bounding_box()
        assert box is not None
        assert box["width"] > 300
        visit.page.get_by_role("button", name="Hide Documentation Explorer").click()
        assert "errors" not in visit.run()


def test_the_explorer_lists_the_questions_of_the_schema(visit: Visit) -> None:
    explorer = visit.plugin("GraphiQL Explorer")
    for question in ("developer", "user", "genre", "bestDevelopers", "game"):
        expect(explorer.get_by_text(question, exact=True).first).to_be_visible()


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


def test_after_a_reload_the_shown_tab_has_its_variables(visit: Visit) -> None:
    visit.settle()  # GraphiQL stores half a second after the last change
    before = visit.editor("variables.json")
    assert "name" in before
    visit.open()
    eventually(lambda: visit.editor("variables.json"), before)
    assert visit.tabs() == TABS
    assert "errors" not in visit.run()


def test_a_reload_shows_the_tab_that_was_shown(visit: Visit) -> None:
    visit.show("UserData")
    visit.settle()
    before = visit.editor("operation.graphql"), visit.editor("variables.json")
    visit.open()
    eventually(lambda: (visit.editor("operation.graphql"), visit.editor("variables.json")), before)
    assert visit.tabs() == TABS
    assert "errors" not in visit.run()


def test_new_examples_replace_old_ones_but_never_the_readers_own(
    visit: Visit, opening: dict[str, Any]
) -> None:
    visit.write("query Mine { __typename }")  # over the first example
    fresh = {
        "title": "fresh",
        "group": "Fresh ones",
        "query": "query Fresh { __typename }",
        "variables": '{"a": 1}',
        "headers": None,
    }
    changed = {**opening, "tabs": [fresh]}
    visit.page.route("**/explorer.json", lambda route: route.fulfill(json=changed))
    visit.open()
    assert visit.tabs() == ["Fresh", "Mine"]
    eventually(lambda: visit.editor("variables.json"), '{"a": 1}')


def test_without_examples_the_page_says_so_and_still_answers(
    browser: Browser, page_server: str
) -> None:
    with visiting(browser, page_server) as visit:
        visit.page.route("**/explorer.json", lambda route: route.fulfill(status=503))
        visit.open()
        expect(visit.page.get_by_text("could not be loaded")).to_contain_text("503")
        assert visit.tabs() == ["<untitled>"]
        visit.write("{ __typename }")
        assert visit.run() == {"data": {"__typename": "Query"}}


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
    assert tour.requested
    assert tour.foreign() == []


def test_a_request_that_left_the_origin_would_not_go_unnoticed(
    browser: Browser, page_server: str
) -> None:
    with pytest.raises(AssertionError, match="elsewhere"), visiting(browser, page_server) as visit:
        visit.open()
        visit.page.evaluate("fetch('http://elsewhere.invalid/').catch(() => {})")


def test_nothing_fails_and_the_console_stays_clean(tour: Visit) -> None:
    assert tour.complaints == []


def test_the_content_security_policy_is_strict_and_kept(tour: Visit) -> None:
    assert "default-src 'none'" in tour.policy
    assert "script-src 'self';" in tour.policy
    assert tour.violations == []
