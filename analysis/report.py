"""analysis: the report on a snapshot: sections of figures with findings, as one HTML file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from analysis import games, players, quality, recommender, reviews, titles
from analysis.charts import Section
from analysis.drawing import draw_png, draw_svg
from analysis.page import page
from datastore.base.data_folder import require_folder, require_outside_of_data
from datastore.base.errors import PlaygraphError
from datastore.store import Store

__all__ = ["require_targets", "sections", "write_pictures", "write_report"]


def sections(store: Store, report: dict[str, Any]) -> list[Section]:
    """The sections about the snapshot's subjects; those without figures are left out. `report` is
    that of the build."""
    found = [quality.section(store, report)]
    if "games" in store.manifest.subjects:
        found += [
            games.catalogue(store),
            games.genres(store),
            players.section(store),
            reviews.section(store),
            recommender.section(store),
        ]
    if "titles" in store.manifest.subjects:
        found += [titles.titles(store), titles.ratings(store)]
    return [section for section in found if section.figures]


def require_targets(path: Path | None, pictures: Path | None) -> None:
    """Raise PlaygraphError if the report cannot be written to this file or its pictures to this
    folder; before the work, which takes longer."""
    if path is not None:
        require_outside_of_data(path, "reports")
        _require_file(path.resolve())
    if pictures is not None:
        require_outside_of_data(pictures, "reports")
        require_folder(pictures)


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise PlaygraphError(f"{path} is a folder: name a file in it.")
    if path.exists() and not path.is_file():
        raise PlaygraphError(f"{path} is a device or a pipe, which a report would replace.")
    require_folder(path.parent)


def write_report(store: Store, found: list[Section], report: dict[str, Any], path: Path) -> None:
    """Write the report atomically; folders are made, an earlier file is replaced, links are
    followed.

    Raises PlaygraphError if matplotlib is missing, or for a folder or a device.
    """
    path = path.resolve()
    _require_file(path)
    text = page(store.manifest, found, report.get("notices", ()), draw_svg)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}-{path.name}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_pictures(found: list[Section], folder: Path) -> int:
    """Write each figure as a PNG file of its name; the number of figures.

    Raises PlaygraphError if matplotlib is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = [figure for section in found for figure in section.figures]
    for figure in figures:
        draw_png(figure, folder / f"{figure.name}.png")
    return len(figures)
