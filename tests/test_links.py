"""Links of the Markdown pages lead somewhere; each page of docs is linked once from README."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "deploy" / "README.md",
    ROOT / "examples" / "README.md",
    ROOT / "tests" / "clients" / "README.md",
]
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:[a-z_.]+/)+(?:[a-z_]+\.(?:md|py|ts|txt))?)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(text: str) -> list[str]:
    """Targets of the relative links, without those in code."""
    targets = _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))
    return [target for target in targets if "://" not in target]


def anchors(text: str) -> set[str]:
    """Anchors that GitHub gives the headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(_FENCE.sub("", text))
    }


def broken(page: Path) -> Iterator[str]:
    for link in links(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"{page.name}: no file {link}"
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{page.name}: no heading {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    assert list(broken(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_of_this_project_exists(page: Path) -> None:
    named = set(_PATH.findall(page.read_text(encoding="utf-8")))
    assert [
        path for path in named if not any((at / path).exists() for at in (ROOT, page.parent))
    ] == []


def test_the_architecture_lists_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        f"{path.parent.relative_to(ROOT)}/"
        for package in ("datastore", "etl", "resolvers", "schema", "server")
        for path in ROOT.glob(f"{package}/*/__init__.py")
    }
    assert rooms
    assert {room for room in rooms if f"`{room}`" not in text} == set()


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# A Heading: `code`, etc.\n")
    page = tmp_path / "a.md"
    page.write_text(
        "[b](b.md) [b](b.md#a-heading-code-etc) [none](b.md#none) [gone](c.md) [self](#none)\n"
        "[web](https://a.example/) `[code](code.md)`\n```\n[code](code.md)\n```\n"
    )
    assert list(broken(page)) == [
        "a.md: no heading b.md#none",
        "a.md: no file c.md",
        "a.md: no heading #none",
    ]


def test_readme_links_every_page_of_docs_once() -> None:
    linked = Counter(links((ROOT / "README.md").read_text(encoding="utf-8")))
    pages = [f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")]
    assert {page: linked[page] for page in pages} == dict.fromkeys(pages, 1)


def test_the_questions_link_every_example() -> None:
    linked = links((ROOT / "docs" / "questions.md").read_text(encoding="utf-8"))
    examples = {f"queries/{page.name}" for page in (ROOT / "docs" / "queries").glob("*.md")}
    assert examples <= set(linked)


@pytest.mark.parametrize(
    "page", [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"], ids=lambda page: page.name
)
def test_every_page_begins_with_a_title_and_a_sentence_on_its_purpose(page: Path) -> None:
    title, blank, first, *_ = page.read_text(encoding="utf-8").split("\n")
    assert title.startswith("# ")
    assert blank == ""
    assert re.match(r"[A-Z\[`]", first) or first.startswith("playgraph ")
