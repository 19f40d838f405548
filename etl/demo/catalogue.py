"""etl.demo: the demo's catalogue: well-known and invented games, and records that mislead."""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from etl.demo import inventions, oddities
from etl.demo.canon import Fact, facts
from etl.demo.dump import open_dump, python2_line
from etl.demo.records import Record, merged, new_record, ordered
from etl.demo.tastes import TASTE_NAMES, TASTES, Taste

# Libraries were read in August 2016, the catalogue in January 2018: what is younger is in
# nobody's library.
_LIBRARIES_READ = "2016-09"
RESCUED_ID, NAMELESS_ID = "7000900", "7000910"
_FIRST_GHOST_ID = 6_900_000


@dataclass(frozen=True)
class Game:
    """A game that libraries may list, with the id and the name they list it by.

    `taste` is an index into `TASTES`; `year` the true release year, 0 for a ghost; a `ghost` is not
    in the catalogue.
    """

    app_id: str
    name: str
    taste: int
    year: int
    ghost: bool = False


@dataclass
class Catalogue:
    """The records in file order; the games of the libraries, most popular first in a taste."""

    records: list[Record] = field(default_factory=list)
    games: list[Game] = field(default_factory=list)


def make_catalogue(seed: int, count: int) -> Catalogue:
    """A catalogue of `count` records, three of which are not separate games, as in the real file.

    Raises ValueError when `count` is too small to include every oddity.
    """
    rng = random.Random(f"catalogue {seed}")
    world = Catalogue()
    _add_canon(rng, world)
    special = _special_records(rng, world)
    wanted = count - len(world.records) - len(special)
    if wanted < inventions.FEWEST:
        least = count - wanted + inventions.FEWEST
        raise ValueError(f"The demo needs at least {least} games, not {count}.")
    inventor = inventions.Inventor(
        rng, {str(record["app_name"]) for record in world.records}, wanted
    )
    invented = inventor.records()
    world.games += _listed(rng, inventor)
    inventions.deal_oddities(rng, invented)
    world.records += invented + special
    rng.shuffle(world.records)
    # One ghost a taste at least, so that their share of the rows can be the same everywhere.
    world.games += _ghosts(inventor, max(len(TASTES), len(world.games) // 25))
    return world


def write_catalogue(path: Path, records: Iterable[Record], *, compress: bool) -> None:
    """The catalogue dump: one Python 2 literal a line."""
    with open_dump(path, compress=compress) as out:
        rest = iter(records)
        while block := "".join(map(python2_line, islice(rest, 2000))):
            out.write(block.encode("ascii"))


def _add_canon(rng: random.Random, world: Catalogue) -> None:
    for fact in facts():
        taste = TASTE_NAMES.index(fact.taste)
        world.records.append(_known(rng, fact, TASTES[taste]))
        if fact.in_libraries:
            world.games.append(Game(fact.app_id, fact.title, taste, int(fact.date[:4])))


def _known(rng: random.Random, fact: Fact, taste: Taste) -> Record:
    record = new_record(rng, fact.app_id, fact.title, taste)
    record.update(developer=fact.developer, release_date=fact.date, genres=list(fact.genres))
    record["publisher"] = fact.publisher or None
    record["price"] = (
        float(fact.price) if re.fullmatch(r"[\d.]+", fact.price) else fact.price or None
    )
    record["metascore"] = (
        int(fact.metascore) if fact.metascore.isdigit() else fact.metascore or None
    )
    record["early_access"] = "Early Access" in fact.genres
    record["tags"] = merged(fact.tags, rng.sample(taste.tags, 5) if fact.in_libraries else ())
    if "Soundtrack" in fact.tags:
        record["specs"] = ["Single-player", "Downloadable Content"]
    return ordered(record)


def _special_records(rng: random.Random, world: Catalogue) -> list[Record]:
    """One id twice; without id: one whose url repeats an id, one with a new url, one with none."""
    known = {record["id"]: record for record in world.records}
    repeated = {**known["612880"], "url": "http://store.steampowered.com/app/612880/"}
    edition = {**known["200260"], "url": "http://store.steampowered.com/app/200260"}
    del edition["id"], edition["reviews_url"]
    taste = TASTE_NAMES.index("story")
    rescued = new_record(rng, RESCUED_ID, "The Lost Ledger of Quillmoor", TASTES[taste])
    rescued.update(developer="Fern &amp; Fable", release_date="2012-05-04", price=7.99)
    rescued.update(
        genres=["Adventure", "Indie"],
        tags=["Adventure", "Indie", "Detective"],
        id=None,
        reviews_url=None,
    )
    world.games.append(Game(RESCUED_ID, "The Lost Ledger of Quillmoor", taste, 2012))
    nameless = new_record(rng, NAMELESS_ID, "", TASTES[taste])
    nameless.update(
        app_name=None, title=None, release_date="2014-08-26", genres=["Action"], tags=["Action"]
    )
    nothing: Record = {"url": "http://store.steampowered.com/", "price": 9.99}
    nothing |= {"discount_price": 7.49, "early_access": False}
    return [repeated, edition, ordered(rescued), ordered(nameless), nothing]


def _listed(rng: random.Random, inventor: inventions.Inventor) -> list[Game]:
    """The invented games that were out when the libraries were read."""
    games = [
        Game(
            str(record["id"]), str(record["app_name"]), taste, int(str(record["release_date"])[:4])
        )
        for record, taste in inventor.bases
        if str(record["release_date"]) < _LIBRARIES_READ
    ]
    # Older games had more time to find players; luck is worth as much as five years.
    return sorted(games, key=lambda game: game.year + rng.gauss(0, 5))


def _ghosts(inventor: inventions.Inventor, count: int) -> Iterator[Game]:
    for app_id, name, taste_name in oddities.GHOSTS:
        yield Game(app_id, name, TASTE_NAMES.index(taste_name), 0, ghost=True)
    for number in range(count):
        taste = number % len(TASTES)
        yield Game(
            str(_FIRST_GHOST_ID + 10 * number),
            inventor.new_title(TASTES[taste].nouns),
            taste,
            0,
            ghost=True,
        )
