"""Browser: the explorer as a reader meets it, in Chromium, under the server's own headers."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
from playwright.sync_api import Browser, Route, expect

from browser.conftest import served
from browser.test_path_prefix import proxied
from browser.views import VIEWS
from browser.visit import Visit, eventually, explore, heading, visiting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-GB"), ("dark", "es-AR")])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_every_view_is_accessible_and_fits_a_phone(
    browser: Browser, page_server: str, axe: str, view: str, scheme: str, locale: str
) -> None:
    phone = {"width": 360, "height": 800}
    options: dict[str, Any] = {"viewport": phone, "color_scheme": scheme, "locale": locale}
    with visiting(browser, page_server, reduced_motion="reduce", **options) as visit:
        page = explore(visit, view)
        visit.settle()
        assert page.title().endswith("· playgraph")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert visit.complaints == []
        assert "unsafe" not in visit.policy


def test_the_player_page_shows_library_and_reasons(visit: Visit, axe: str) -> None:
    page = explore(visit, "/genre/Action")
    page.get_by_role("table", name="Players with the most hours").get_by_role("link").first.click()
    page.get_by_text("Because of").first.wait_for()
    expect(page.get_by_role("table", name="Library")).to_be_visible()
    page.evaluate(axe)
    assert page.evaluate("axe.run()")["violations"] == []


def test_show_the_query_opens_it_in_graphiql(visit: Visit) -> None:
    page = explore(visit, "/game/730?diversity=0.5")
    address = page.get_by_role("link", name="Show the query").get_attribute("href")
    assert address is not None
    visit.page.goto(address)
    page.get_by_role("region", name="Operation Editor").locator(".view-lines").wait_for()
    eventually(lambda: "query ExplorerGame(" in visit.editor("operation.graphql"), True)
    eventually(
        lambda: json.loads(visit.editor("variables.json") or "{}"),
        {"appId": "730", "diversity": 0.5},
    )
    assert visit.run()["data"]["game"]["appId"] == "730"
    assert "#" not in page.url
    visit.settle()  # a request that a click cuts off is a complaint
    # The examples are still there, and the way back.
    assert len(visit.tabs()) > 5
    page.get_by_role("link", name="playgraph: explore the data").click()
    heading(page, "Explore the data")


def test_a_long_list_is_continued_on_request(visit: Visit) -> None:
    page = explore(visit, "/genre/Action")
    table = page.get_by_role("table", name="Most played games")
    rows = table.locator("tbody tr")
    expect(page.get_by_text(re.compile("^The first 20 of [0-9,]+ games[.]$"))).to_be_visible()
    expect(rows).to_have_count(20)
    page.get_by_role("button", name="Show 100 more").click()
    expect(page.get_by_text(re.compile("^The first 120 of "))).to_be_visible()
    expect(rows).to_have_count(120)
    names = [link.inner_text() for link in rows.get_by_role("link").all()]
    assert len(set(names)) == len(names)


def test_the_whole_library_can_be_read(visit: Visit) -> None:
    page = explore(visit, "/player/76561190001107381")
    rows = page.get_by_role("table", name="Library").locator("tbody tr")
    note = page.get_by_text(re.compile("^(The first 20 of )?[0-9]+ games[.]?$")).first
    count = int(re.findall("[0-9]+", note.inner_text())[-1])
    more = page.get_by_role("button", name=re.compile("^Show [0-9]+ more$"))
    while more.count():
        before = rows.count()
        more.click()
        expect(rows).not_to_have_count(before)
    expect(rows).to_have_count(count)


def test_the_free_share_is_unknown_where_no_price_is_known(visit: Visit) -> None:
    def unpriced(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for year in (body["data"].get("developer") or {}).get("releaseYears", [])[:1]:
            year.update(items=3, freeItems=0, freePercent=0.0, unknownPriceItems=3)
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", unpriced)
    page = explore(visit, "/developer/Valve")
    cells = page.get_by_role("table", name="Free content by year").locator("tbody tr").first
    expect(cells.locator("td").nth(3)).to_have_text("–")


def test_an_interval_and_a_score_say_what_they_are(visit: Visit) -> None:
    page = explore(visit, "/game/730")
    usd = "[$][0-9.,]+"
    expect(
        page.get_by_text(
            re.compile(
                "The price of 4 in 5 games lies within the interval given for it; "
                f"here: {usd} to {usd}$"
            )
        )
    ).to_be_visible()
    expect(page.get_by_text("Scores are only comparable within this list.")).to_be_visible()
    expect(page.get_by_text(re.compile("^score [0-9.]+$")).first).to_be_visible()


def test_the_estimate_says_by_which_method_and_that_nothing_moved_it(visit: Visit) -> None:
    def by_genres(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if game := body["data"].get("game"):
            game["priceEstimate"].update(
                method="GENRE_MEDIAN", baseline=4.99, price=4.99, reason=[]
            )
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", by_genres)
    page = explore(visit, "/game/730")
    expect(page.get_by_text("Estimated from the genres alone")).to_be_visible()
    expect(page.get_by_role("heading", name="What moved the estimate")).to_be_visible()
    nothing = "Nothing: it is $4.99, as for a game of which nothing is known."
    expect(page.get_by_text(nothing)).to_be_visible()


def test_what_moved_the_estimate_adds_up_to_it(visit: Visit) -> None:
    page = explore(visit, "/game/730")

    def amounts(text: str) -> list[float]:
        return [float(found.replace(",", "")) for found in re.findall(r"[$]([0-9.,]*[0-9])", text)]

    (start,) = amounts(page.get_by_text(re.compile("^Starting from")).inner_text())
    (estimate,) = amounts(page.get_by_text(re.compile("^Estimate [$]")).text_content() or "")
    table = page.get_by_role("table", name="What moved the estimate")
    rows = [cell.inner_text() for cell in table.locator(".bar-value").all()]
    moves = [amounts(row)[0] * (1 if row.startswith("+") else -1) for row in rows]
    assert len(moves) == 7  # six, and everything else
    assert start + sum(moves) == pytest.approx(estimate, abs=0.05)  # each is rounded


def test_shares_are_shown_where_developers_are_ranked_by_them(visit: Visit) -> None:
    page = explore(visit, "/best?from=2014&to=2014&ranking=WILSON")
    first = page.get_by_role("table", name="Best developers, 2014").locator(".bar-value").first
    expect(first).to_have_text(re.compile("^[0-9]+% of [0-9,]+ reviews?$"))
    years = page.get_by_label("From").locator("option").all_inner_texts()
    query = {"query": "{ dataset { reviewYears } }"}
    answer = page.request.post(f"{visit.base}graphql", data=query).json()
    assert years == [str(year) for year in reversed(answer["data"]["dataset"]["reviewYears"])]


def test_the_rarer_age_ratings_are_counted_together(visit: Visit) -> None:
    page = explore(visit, "/data")
    table = page.get_by_role("table", name="Titles by age rating")
    counts = [int(cell.inner_text().replace(",", "")) for cell in table.locator(".bar-value").all()]
    titles = page.locator(".facts div").filter(has_text="Streaming titles").locator("dd")
    assert sum(counts) == int(titles.inner_text().replace(",", ""))


@pytest.mark.parametrize(
    ("locale", "search", "nothing", "letters"),
    [
        ("en-GB", "Search", "Nothing matches.Try fewer letters", "Type at least one letter"),
        ("es-AR", "Buscar", "No hay coincidencias.Prueba con menos letras", "Escribe al menos una"),
    ],
)
def test_an_empty_list_of_offers_says_what_to_try(
    browser: Browser, page_server: str, locale: str, search: str, nothing: str, letters: str
) -> None:
    with visiting(browser, page_server, locale=locale) as visit:
        page = explore(visit)
        field = page.get_by_role("combobox", name=search)
        field.fill("qqxxzzqq")
        expect(page.locator(".offered .empty")).to_contain_text(nothing)
        field.fill("!?")
        expect(page.locator(".offered .empty")).to_contain_text(letters)
        assert visit.complaints == []


def test_bands_neither_touch_nor_leave_a_gap(visit: Visit) -> None:
    page = explore(visit, "/data")
    prices = page.get_by_role("table", name="Prices of the games").get_by_role("rowheader")
    labels = [label.inner_text() for label in prices.all()]
    assert labels[0] == "Free"
    assert {"$0.01 to $4.99", "$5.00 to $9.99", "$10.00 to $19.99"} <= {*labels}
    scores = page.get_by_role("table", name="Titles by mean rating").get_by_role("rowheader")
    labels = [label.inner_text() for label in scores.all()]
    assert "3.5 ★ to below 4.0 ★" in labels
    assert not [label for label in labels if " to 4.0 ★" in label]


def test_invisible_characters_of_names_are_shown_as_escapes(visit: Visit) -> None:
    bad = "a\x1bb\N{RIGHT-TO-LEFT OVERRIDE}c\N{ZERO WIDTH SPACE}"

    def renamed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if game := body["data"].get("game"):
            game["title"] = bad
            game["developer"] = {"name": bad}
        route.fulfill(response=answer, json=body)

    visit.page.route("**/graphql?*", renamed)
    page = explore(visit, "/game/730")
    shown = r"a\u001bb\u202ec"  # what has no width is left out
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    assert page.title().startswith(shown)
    link = page.get_by_role("link", name=shown).first
    assert quote(bad) in (link.get_attribute("href") or "")  # which asks for the name as it is
    assert not {"\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & {*page.content()}


def test_spanish_by_the_browser_and_english_by_choice(browser: Browser, page_server: str) -> None:
    with visiting(browser, page_server, locale="es-MX") as visit:
        page = explore(visit)
        heading(page, "Explora los datos")
        assert page.evaluate("document.documentElement.lang") == "es"
        page.get_by_label("Idioma").select_option("en")
        heading(page, "Explore the data")
        page.reload()
        heading(page, "Explore the data")
        assert visit.complaints == []


@pytest.mark.parametrize(
    "view", ["/game/730", "/verdict?title=hs21&ratings=as68:4.5", "/models", "/year/2015"]
)
def test_in_spanish_the_server_is_not_quoted_in_english(
    browser: Browser, page_server: str, view: str
) -> None:
    with visiting(browser, page_server, locale="es-AR") as visit:
        page = explore(visit, view)
        visit.settle()
        for details in page.locator("details").all():
            details.locator("summary").click()
        text = page.locator("main").inner_text()
        english = re.findall(r"\b(?:the|of|with|does|without|estimate|Mixed|served)\b", text)
        titles = page.locator("main a").all_inner_texts()
        assert [word for word in english if not any(word in title for title in titles)] == []


def test_the_demo_notice_is_in_both_languages(visit: Visit) -> None:
    page = explore(visit)
    said = page.get_by_text(re.compile("^Demo data: names may be real, all numbers, people"))
    expect(said).to_be_visible()
    page.get_by_label("Language").select_option("es")
    expect(page.get_by_text(re.compile("los nombres pueden ser reales"))).to_be_visible()


def test_amounts_below_zero_have_a_minus_sign(visit: Visit) -> None:
    page = explore(visit, "/game/730")
    moved = page.get_by_role("table", name="What moved the estimate").locator(".bar-value")
    amounts = [cell.inner_text() for cell in moved.all()]
    assert any(amount.startswith("−") for amount in amounts), amounts
    assert all(re.fullmatch(r"[+−][$][0-9.,]+", amount) for amount in amounts), amounts


def test_the_colors_are_kept(visit: Visit) -> None:
    page = explore(visit)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label("Colors").select_option("dark")
    eventually(
        lambda: page.evaluate("getComputedStyle(document.body).backgroundColor") != light, True
    )
    page.reload()
    heading(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_without_a_network_the_reader_can_try_again(browser: Browser, page_server: str) -> None:
    with visiting(browser, page_server) as visit:
        page = explore(visit)
        page.context.set_offline(True)
        page.get_by_role("link", name="Counter-Strike: Global Offensive").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("No answer")
        page.context.set_offline(False)
        page.get_by_role("button", name="Try again").click()
        heading(page, "Counter-Strike: Global Offensive")


def test_a_refusal_by_the_rate_says_what_to_do(browser: Browser, page_server: str) -> None:
    error = {"message": "Too many requests.", "extensions": {"code": "RATE_LIMITED"}}
    with visiting(browser, page_server) as visit:
        page = explore(visit)
        page.route(
            "**/graphql?*", lambda route: route.fulfill(status=429, json={"errors": [error]})
        )
        page.get_by_role("link", name="Models", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Too many requests")
        page.unroute("**/graphql?*")
        page.get_by_role("button", name="Try again").click()
        heading(page, "How good the models are")


def test_a_developer_with_punctuation_in_the_name_has_a_page(visit: Visit) -> None:
    name = visit.page.request.post(
        f"{visit.base}graphql",
        data={
            "query": '{ developers(first: 1, filter: {name: {contains: ","}}) { nodes { name } } }'
        },
    ).json()["data"]["developers"]["nodes"][0]["name"]
    page = explore(visit, f"/developer/{quote(name, safe='')}")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("view", ["", "/", "/genre/Action"])
def test_it_answers_behind_a_proxy_that_cuts_a_prefix_off(
    browser: Browser, page_server: str, view: str
) -> None:
    port = int(page_server.rpartition(":")[2])
    with proxied(port, strips=True) as address, visiting(browser, address) as visit:
        page = explore(visit, view)
        page.get_by_role("navigation").get_by_role("link", name="Data").click()
        heading(page, "What the data has")
        assert urlsplit(page.url).path == "/shop/games/explore/data"
        assert visit.complaints == []


def test_it_works_in_production_with_trusted_documents_only(
    browser: Browser, page_server: str, tmp_path: Path
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "own.graphql").write_text("query Own { __typename }")
    options = ["--profile", "production", "--documents", str(documents)]
    with served(tmp_path, *options) as address, visiting(browser, address) as visit:
        page = explore(visit, "/game/730")
        page.get_by_role("button", name="Show the query").click()
        expect(page.get_by_text("query ExplorerGame")).to_be_visible()
        page.get_by_role("combobox", name="Search").fill("valve")
        page.get_by_role("option", name=re.compile("Valve")).first.click()
        heading(page, "Valve")
        assert page.request.get(address).status == 404
        assert visit.complaints == []
