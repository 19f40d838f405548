"""A hook of mkdocs: the project's pages outside of docs/ join the site, and links to files of the
repository lead to pages of the site."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]

#: Pages outside of docs/, and their addresses in the site.
PROJECT_PAGES = {
    "README.md": "project/readme.md",
    "README.es.md": "project/readme.es.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "deploy/README.md": "deploy/README.md",
    "examples/README.md": "examples/README.md",
    "server/execution/README.md": "server/execution/README.md",
    "tests/clients/README.md": "tests/clients/README.md",
}
FAVICON = "web/public/favicon.svg"
_LANGUAGES = {
    ".graphql": "graphql", ".ipynb": "json", ".json": "json", ".py": "python", ".sh": "sh",
    ".ts": "typescript", ".yaml": "yaml", ".yml": "yaml", ".service": "ini",
}  # fmt: skip
_CODE_OR_LINK = re.compile(
    r"^(?P<fence>`{3,}).*?^(?P=fence)`*$|`[^`\n]*`|\]\((?P<link>[^)\s]+)\)",
    re.DOTALL | re.MULTILINE,
)
_VARIABLES = re.compile(r"^```json variables$", re.MULTILINE)

# Path in the repository of each page of the site, and the reverse.
_path_of: dict[str, str] = {}
_uri_of: dict[str, str] = {}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the project's pages, and a page with the code of each other file that is linked."""
    _path_of.clear()
    for file in files:
        _path_of[file.src_uri] = f"docs/{file.src_uri}"
    for path, uri in PROJECT_PAGES.items():
        _path_of[uri] = path
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
    files.append(File.generated(config, "images/favicon.svg", abs_src_path=str(ROOT / FAVICON)))
    _uri_of.clear()
    _uri_of.update({path: uri for uri, path in _path_of.items()})
    for path in list(_uri_of):
        if path.endswith(".md"):
            for target in linked(path):
                if target not in _uri_of and (ROOT / target).is_file():
                    _uri_of[target] = f"files/{target}.md"
                    files.append(File.generated(config, _uri_of[target], content=code_page(target)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace links to files of the repository by links to their pages."""
    path = _path_of.get(page.file.src_uri)
    if path is None:  # the code of a file
        return markdown

    def replaced(match: re.Match[str]) -> str:
        link = match["link"]
        if link is None or "://" in link or link.startswith("#"):
            return match[0]
        name, hash_sign, anchor = link.partition("#")
        uri = _uri_of.get(resolved(path, name))
        if uri is None:  # mkdocs reports the broken link
            return match[0]
        relative = posixpath.relpath(uri, posixpath.dirname(page.file.src_uri) or ".")
        return f"]({quote(relative)}{hash_sign}{anchor})"

    return _VARIABLES.sub('```json title="variables"', _CODE_OR_LINK.sub(replaced, markdown))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mark the page in Spanish, for screen readers and translators."""
    spanish = page.file.src_uri == PROJECT_PAGES["README.es.md"]
    return f'<div lang="es">{html}</div>' if spanish else html


def linked(path: str) -> list[str]:
    """Paths in the repository of the files that a page links."""
    text = (ROOT / path).read_text(encoding="utf-8")
    links = [match["link"] for match in _CODE_OR_LINK.finditer(text) if match["link"]]
    return [
        resolved(path, link.partition("#")[0])
        for link in links
        if "://" not in link and not link.startswith("#")
    ]


def resolved(path: str, link: str) -> str:
    """The path in the repository to which a relative link of a page leads."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def code_page(path: str) -> str:
    """A page, left out of the search, that shows a file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    language = _LANGUAGES.get(Path(path).suffix, "text")
    return (
        f"---\nsearch:\n  exclude: true\nhide: [toc]\n---\n# {path}\n\n"
        f"~~~~~ {language}\n{text.rstrip()}\n~~~~~\n"
    )
