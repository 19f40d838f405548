"""etl: the catalogue dump. One clean game for each distinct product id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from datastore.base.names import natural_order
from etl import values
from etl.lines import RawFile
from etl.literals import Unreadable, decode
from etl.progress import Stage
from etl.records import records
from etl.report import Rejects, SourceReport

__all__ = ["CatalogueGame", "RawCatalogue", "merge", "read"]


@dataclass(frozen=True, slots=True)
class CatalogueGame:
    """A catalogue record after cleaning; see `datastore.base.tables` for the meanings."""

    app_id: str
    title: str | None
    developer: str | None
    publisher: str | None
    genres: list[str]
    tags: list[str]
    specs: list[str]
    release_date: date | None
    release_date_text: str | None
    release_year: int | None
    price: float | None
    price_text: str | None
    early_access: bool | None
    metascore: int | None


@dataclass(frozen=True, slots=True)
class RawCatalogue:
    """The games of one file by product id, as they stand in it; `rescued` ids are from a url."""

    games: dict[str, CatalogueGame]
    rescued: set[str]


_decoder = msgspec.json.Decoder(dict[str, Any])
_REPEATED = "id stands in an earlier record"


def read(raw: RawFile, report: SourceReport, rejects: Rejects, stage: Stage) -> RawCatalogue:
    """Read a catalogue. Of several records with one id the first counts."""
    games: dict[str, CatalogueGame] = {}
    rescued_ids: set[str] = set()
    for number, line, record in records(raw, report, rejects, stage, _decoded):
        if all(values.missing(value) for value in record.values()):
            report.notes["record without any value"] += 1
            continue
        report.rows += 1
        found, rescued = values.app_id(record.get("id"), record.get("url"))
        if found is None:
            report.rejected["no id, neither in the record nor in its url"] += 1
            rejects.add(report, number, "no id, neither in the record nor in its url", line)
        elif found in games and not (rescued is False and found in rescued_ids):
            report.deduplicated[_REPEATED] += 1
        else:
            if found in games:  # an id of its own beats one taken from an address
                report.deduplicated[_REPEATED] += 1
                rescued_ids.discard(found)
            elif rescued:
                rescued_ids.add(found)
            games[found] = _game(found, record)
        stage.rows(len(games), "games")
    return RawCatalogue(games, rescued_ids)


def merge(catalogues: Sequence[RawCatalogue], report: SourceReport) -> list[CatalogueGame]:
    """The games of all files by product id (numbers by value). The last record of an id counts,
    but none that took the id from a url replaces one with an id of its own."""
    games: dict[str, CatalogueGame] = {}
    rescued: set[str] = set()
    for catalogue in catalogues:
        for app_id, game in catalogue.games.items():
            is_rescued = app_id in catalogue.rescued
            if app_id in games:
                report.deduplicated["id stands in several files, the last one counts"] += 1
                if is_rescued and app_id not in rescued:
                    continue
            games[app_id] = game
            (rescued.add if is_rescued else rescued.discard)(app_id)
    _count(report, games, rescued)
    return sorted(games.values(), key=lambda game: natural_order(game.app_id))


def _decoded(line: bytes, number: int) -> dict[str, Any]:
    record = decode(line, _decoder)
    if not isinstance(record, dict):
        raise Unreadable("the record is no dictionary")
    return record


def _game(app_id: str, record: dict[str, Any]) -> CatalogueGame:
    release = values.text(record.get("release_date"))
    usd, price_text = values.price(record.get("price"))
    return CatalogueGame(
        app_id=app_id,
        title=values.text(record.get("app_name")) or values.text(record.get("title")),
        developer=values.text(record.get("developer")),
        publisher=values.text(record.get("publisher")),
        genres=values.text_list(record.get("genres")),
        tags=values.text_list(record.get("tags")),
        specs=values.text_list(record.get("specs")),
        release_date=values.iso_date(release),
        release_date_text=release,
        release_year=values.release_year(release),
        price=usd,
        price_text=price_text,
        early_access=values.boolean(record.get("early_access")),
        metascore=_metascore(record.get("metascore")),
    )


def _metascore(value: Any) -> int | None:
    score = values.whole_number(value)
    return score if score is not None and 0 <= score <= 100 else None


def _count(report: SourceReport, games: dict[str, CatalogueGame], rescued_ids: set[str]) -> None:
    report.kept = len(games)
    rescued, notes = report.rescued, report.notes
    rescued["id taken from the url"] = len(rescued_ids)
    for game in games.values():
        rescued["year taken from a partial date"] += bool(
            game.release_year is not None and game.release_date is None
        )
        rescued["price text that says free"] += bool(game.price_text and game.price == 0)
        rescued["price taken from a text"] += bool(game.price_text and game.price)
        notes["price unknown"] += game.price is None
        notes["release year unknown"] += game.release_year is None
        notes["no developer"] += game.developer is None
        notes["no title"] += game.title is None
        notes["no genre"] += not game.genres
    report.rescued, report.notes = +rescued, +notes  # drops what never happened
