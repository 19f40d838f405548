"""The documentation builds as a site without a warning, and a reader's browser stays with it.

Without mkdocs-material (`pip install -e '.[docs]'`) these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docs_site import ROOT, build

pytest.importorskip("material", reason="mkdocs-material is missing: `pip install -e '.[docs]'`")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


class Requests(HTMLParser):
    """The addresses that a browser loads for a page."""

    LOADING_LINKS = ("stylesheet", "icon", "preload", "preconnect", "prefetch", "manifest")

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if src := given.get("src"):
            self.addresses.append(src)
        if tag == "link" and given.get("rel") in self.LOADING_LINKS and given.get("href"):
            self.addresses.append(str(given["href"]))


def pages(site: Path) -> Iterator[tuple[str, str]]:
    for page in sorted(site.rglob("*.html")):
        yield page.relative_to(site).as_posix(), page.read_text(encoding="utf-8")


def is_foreign(address: str) -> bool:
    return address.startswith("//") or "://" in address


def test_reading_it_requests_nothing_of_another_origin(site: Path) -> None:
    for name, text in pages(site):
        found = Requests()
        found.feed(text)
        assert found.addresses, name
        assert [address for address in found.addresses if is_foreign(address)] == [], name
    for style in site.rglob("*.css"):
        imported = re.findall(r"url\([\"']?([^)\"']+)", style.read_text(encoding="utf-8"))
        assert [address for address in imported if is_foreign(address)] == [], style.name


def test_every_page_of_docs_is_in_the_site_and_in_its_search(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    searched = {entry["location"].partition("#")[0] for entry in index["docs"]}
    sources = {page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")}
    assert len(sources) > 50
    for source in sources:
        place = "" if source.stem == "index" else f"{source.with_suffix('').as_posix()}/"
        assert (site / place / "index.html").is_file(), source
        assert place in searched, source


def test_readme_and_the_other_pages_of_the_project_are_in_the_site(site: Path) -> None:
    for place in ("readme", "readme.es", "contributing", "changelog", "security"):
        assert (site / "project" / place / "index.html").is_file(), place
    spanish = (site / "project" / "readme.es" / "index.html").read_text(encoding="utf-8")
    assert '<div lang="es"><h1' in spanish
    assert (site / "deploy" / "index.html").is_file()
    assert (site / "examples" / "index.html").is_file()


def test_links_to_files_lead_to_their_code(site: Path) -> None:
    text = (site / "deploy" / "index.html").read_text(encoding="utf-8")
    assert 'href="../files/deploy/Dockerfile/"' in text
    shown = (site / "files" / "deploy" / "Dockerfile" / "index.html").read_text(encoding="utf-8")
    assert "HEALTHCHECK" in shown


def test_lists_and_tables_are_rendered(site: Path) -> None:
    # GitHub renders a list right after a paragraph, and cells that Python-Markdown does not.
    for name, text in pages(site):
        if not name.startswith("files/"):
            paragraphs = re.findall(r"<p>(.*?)</p>", text, re.DOTALL)
            wrong = [p for p in paragraphs if re.search(r"^(?:- |\* |\d+\. |\|)", p, re.MULTILINE)]
            assert wrong == [], name
            assert "```" not in re.sub(r"<(pre|code).*?</\1>", "", text, flags=re.DOTALL), name


def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# A\n\n[gone](gone.md) [no heading](#none)\n", encoding="utf-8")
    config = tmp_path / "mkdocs.yml"
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    validation = text[text.index("validation:") : text.index("nav:\n")]
    config.write_text(f"site_name: a\n{validation}", encoding="utf-8")
    done = build(config, tmp_path / "site")
    assert done.returncode != 0
    assert "gone.md" in done.stderr
    assert "#none" in done.stderr
