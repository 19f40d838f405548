"""etl.games: the catalogue dump. One clean game for each distinct product id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.errors import InputError
from datastore.base.tables import TABLES
from etl.columns.arrow import in_natural_order, last_of_each, table_of, whole
from etl.games import values
from etl.raw import dates
from etl.raw.counts import Counted, RowCounts
from etl.raw.literals import Unreadable, decode
from etl.raw.records import RecordReader

__all__ = ["RAW", "CatalogueGame", "merge", "read"]


class CatalogueGame(NamedTuple):
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
    discount_price: float | None
    early_access: bool | None
    metascore: int | None
    store_sentiment: str | None
    store_url: str | None


#: Names of developers, genres and the like: the snapshot has numbers of these.
_NAMED = dict.fromkeys(("genres", "tags", "specs"), pa.list_(pa.string())) | {
    "developer": pa.string()
}
#: The games of one file: columns of CatalogueGame, and whether the id was taken from the url.
RAW = pa.schema(
    [
        *(
            (name, _NAMED.get(name) or TABLES["games"].field(name).type)
            for name in CatalogueGame._fields
        ),
        ("rescued", pa.bool_()),
    ]
)
_decoder = msgspec.json.Decoder(dict[str, Any])
_REPEATED = "duplicate id within a file"
#: Fewest records of which it cannot be chance that all have one id, or none has a value.
_MANY = 10
#: Columns in which many games have no value; worth a note where none has.
_OPTIONAL = ("publisher", "specs", "tags")


def read(reader: RecordReader) -> pa.Table:
    """Read a catalogue, as `RAW`. If several records have the same id, the first is used.

    Raises InputError if many records all have the same id.
    """
    games: dict[str, CatalogueGame] = {}
    rescued_ids: set[str] = set()
    counts = reader.counts
    for record in reader.records(_decoded):
        if all(values.missing(value) for value in record.values()):
            counts.notes["record without any value"] += 1
            continue
        counts.rows += 1
        app_id, rescued = values.app_id(record.get("id"), record.get("url"))
        if app_id is None:
            reader.lacks("id", record)
            reader.reject("no id in the record or its url", reader.content)
        elif app_id in games and not (rescued is False and app_id in rescued_ids):
            counts.deduplicated[_REPEATED] += 1
        else:
            if app_id in games:  # an id of its own beats one taken from an address
                counts.deduplicated[_REPEATED] += 1
                rescued_ids.discard(app_id)
            elif rescued:
                rescued_ids.add(app_id)
            games[app_id] = game = _game(app_id, record)
            if game.title is None:
                reader.lacks("app_name or title", record)
        reader.stage.rows(len(games), "game")
    if counts.rows >= _MANY and counts.deduplicated[_REPEATED] == counts.rows - 1:
        problem = f"all of its {counts.rows:,} rows have the same id, {next(iter(games))}"
        raise InputError(f"{reader.path}: {problem}.", path=reader.path)
    return table_of(RAW, ((*game, app_id in rescued_ids) for app_id, game in games.items()))


def merge(parts: Sequence[pa.Table]) -> Counted[pa.Table]:
    """The games of all files, sorted by product id (numbers by value), as columns of CatalogueGame.

    The last record of an id is kept, but a record whose id was taken from the url never replaces
    one that has an id of its own.
    """
    rows = pa.concat_tables([RAW.empty_table(), *parts]).combine_chunks()
    app_id = whole(rows["app_id"])
    has_own_id = pc.invert(rows["rescued"]).to_numpy()
    kept = last_of_each(app_id.dictionary_encode().indices.to_numpy(), has_own_id)
    games = rows.take(kept[in_natural_order(app_id.take(pa.array(kept)))])
    counts = _counts(games)
    if len(games) < len(rows):
        repeated = "duplicate id across files (last file kept)"
        counts.deduplicated[repeated] = len(rows) - len(games)
    return Counted(games.drop_columns("rescued"), counts)


def _decoded(line: bytes) -> dict[str, Any]:
    record = decode(line, _decoder)
    if not isinstance(record, dict):
        raise Unreadable("the record is not an object")
    return record


def _game(app_id: str, record: dict[str, Any]) -> CatalogueGame:
    release_text = values.text(dates.as_text(record.get("release_date")))
    release = dates.read(release_text)
    usd, price_text = values.price(record.get("price"))
    return CatalogueGame(
        app_id=app_id,
        title=values.text(record.get("app_name")) or values.text(record.get("title")),
        developer=values.text(record.get("developer")),
        publisher=values.text(record.get("publisher")),
        genres=values.text_list(record.get("genres")),
        tags=values.text_list(record.get("tags")),
        specs=values.text_list(record.get("specs")),
        release_date=release.date if release else None,
        release_date_text=release_text,
        release_year=release.year if release else None,
        price=usd,
        price_text=price_text,
        discount_price=values.price(record.get("discount_price")).usd,
        early_access=values.boolean(record.get("early_access")),
        metascore=_metascore(record.get("metascore")),
        store_sentiment=values.store_sentiment(record.get("sentiment")),
        store_url=values.store_url(record.get("url"), app_id),
    )


def _metascore(value: Any) -> int | None:
    score = values.whole_number(value)
    return score if score is not None and 0 <= score <= 100 else None


def _counts(games: pa.Table) -> RowCounts:
    """What the merged games were rescued from, and what they lack."""
    counts = RowCounts(kept=len(games))
    known = {name: games[name].is_valid().to_numpy() for name in games.column_names}
    price = games["price"].to_numpy()  # NaN where it is unknown
    rescued = {
        "id taken from the url": games["rescued"].to_numpy(),
        "release year taken from a partial date": known["release_year"] & ~known["release_date"],
        "price text meaning free": known["price_text"] & (price == 0),
        "price taken from a text": known["price_text"] & (price > 0),
    }
    priceless = games["price_text"].filter(pc.is_null(games["price"])).drop_null()
    notes = {
        "price unknown": ~known["price"],
        "release year unknown": ~known["release_year"],
        "no developer": ~known["developer"],
        "no title": ~known["title"],
        "no genre": pc.list_value_length(games["genres"]).to_numpy() == 0,
    }
    for name in _OPTIONAL:
        column = games[name]
        lists = pa.types.is_list(column.type)
        lacks = (pc.list_value_length(column).to_numpy() == 0) if lists else ~known[name]
        if len(games) >= _MANY and lacks.all():
            notes[f"no {name}"] = lacks
    in_another_currency = sum(map(values.in_another_currency, priceless.to_pylist()))
    if in_another_currency:
        counts.notes["price in another currency (unknown)"] = in_another_currency
    for counter, reasons in ((counts.rescued, rescued), (counts.notes, notes)):
        # What never happened is not named.
        counter.update({name: int(flags.sum()) for name, flags in reasons.items() if flags.any()})
    return counts
