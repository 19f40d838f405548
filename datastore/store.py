"""datastore: one open snapshot, which is all that resolvers read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from datastore.base.errors import SnapshotError, Unavailable
from datastore.base.evaluation import Evaluation
from datastore.base.price_card import PriceCard
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import SubjectData, current_version, snapshot_path
from datastore.base.tables import SUBJECTS
from datastore.catalogue_years import CatalogueYears
from datastore.content import Content
from datastore.developers import Developers
from datastore.frame import Frame
from datastore.games import Games
from datastore.genres import Genres
from datastore.model import Model
from datastore.order import Order
from datastore.people import Mentions, People
from datastore.prices import Prices
from datastore.pseudonyms import Pseudonyms
from datastore.rankings import Rankings
from datastore.ratings import Ratings
from datastore.recommendations import Recommender
from datastore.reviews import Reviews
from datastore.second_stage import SecondStage
from datastore.similar_titles import SimilarTitles
from datastore.titles import Titles
from datastore.users import Users
from datastore.verdicts import Verdicts
from datastore.viewers import Viewers

__all__ = ["Store"]

Frames: TypeAlias = dict[str, Frame]
#: Mapped arrays, and files of arrays that are read by row.
Arrays: TypeAlias = dict[str, Any]

logger = logging.getLogger("playgraph.snapshots")


class Store:
    """Frames and indices of one snapshot; immutable, shared by all requests.

    Each subject of the snapshot has its parts; a part of any other raises Unavailable when it is
    used. `derived` caches values that other modules compute from the store, by the function that
    computes them. `people` is what the store shows of users and viewers.
    """

    people: People = People()
    games: Games
    developers: Developers
    genres: Genres
    users: Users
    reviews: Reviews
    rankings: Rankings
    content: Content
    model: Model
    second_stage: SecondStage
    recommender: Recommender
    prices: Prices
    catalogue_years: CatalogueYears
    titles: Titles
    similar_titles: SimilarTitles
    ratings: Ratings
    viewers: Viewers
    verdicts: Verdicts

    def __init__(self, reader: SnapshotReader, people: People | None = None) -> None:
        """Raises SnapshotError if a table or array of a subject is missing or damaged."""
        self.manifest = reader.manifest
        self.people = people or People()
        self._folder = reader.folder
        self._mappings = reader.mappings
        self._orders: dict[str, Order] = {}
        self.evaluation = _evaluation(reader)
        self.frames: dict[str, Frame] = {}
        self.derived: dict[Callable[..., Any], Any] = {}
        for name, contract in SUBJECTS.items():
            if name in self.manifest.subjects:
                tables = {table: reader.table(table) for table in contract.tables}
                arrays: Arrays = {
                    array: reader.rows(array) if declared.by_row else reader.array(array)
                    for array, declared in contract.arrays.items()
                }
                tables, arrays, orders = self.people.replaced(tables, arrays, self.manifest.version)
                self._orders |= orders
                frames = {name: Frame(name, table) for name, table in tables.items()}
                self.frames |= frames
                _PARTS[name].add(self, frames, arrays, reader)

    def __getattr__(self, name: str) -> Any:
        """Called for parts of absent subjects only."""
        for subject, parts in _PARTS.items():
            if name in parts.names and subject not in self.manifest.subjects:
                raise _unavailable(subject)
        raise AttributeError(name)

    def subject(self, name: str) -> SubjectData:
        """Counts and facts of a subject. Raises Unavailable if the snapshot does not have it."""
        data = self.manifest.subjects.get(name)
        if data is None:
            raise _unavailable(name)
        return data

    def _add_games(self, frames: Frames, arrays: Arrays, reader: SnapshotReader) -> None:
        playtimes = reader.playtimes()
        self.games = Games(frames["games"], frames["tags"], frames["specs"], arrays)
        self.developers = Developers(frames["developers"], frames["developer_years"], arrays)
        self.genres = Genres(
            frames["genres"], frames["genre_players"], frames["genre_player_years"], arrays
        )
        self.users = Users(frames["users"], arrays, playtimes, self._orders["users"])
        mentions = None if self.people.are_named else Mentions.of(reader.table("users"))
        keys = self._review_pseudonyms(frames["reviews"]) if self.people.are_hidden else None
        self.reviews = Reviews(frames["reviews"], self.users, self.games, keys, mentions)
        self.rankings = Rankings(frames["review_years"])
        self.content = Content(self.games, self.genres.name)
        self.model = Model(self.manifest, arrays, playtimes, self._mappings.between_steps)
        self.second_stage = SecondStage(self.manifest, arrays, self.model, self.content, self.games)
        self.recommender = Recommender(arrays)
        best = self.manifest.models["prices"].facts["best"]
        self.prices = Prices(arrays, self.games, self.genres.name, best, _price_card(reader))
        self.catalogue_years = CatalogueYears(self.games)

    def _review_pseudonyms(self, reviews: Frame) -> Pseudonyms:
        users, games = self.users.user_id, self.games.app_id
        pairs = zip(reviews.array("user").tolist(), reviews.array("game").tolist(), strict=True)
        keys = (f"{users[user]}/{games[game]}" for user, game in pairs)
        return Pseudonyms(keys, self.people.key(self.manifest.version), "reviews")

    def _add_titles(self, frames: Frames, arrays: Arrays, reader: SnapshotReader) -> None:
        self.titles = Titles(
            frames["titles"],
            frames["people"],
            frames["countries"],
            frames["title_genres"],
            arrays,
        )
        self.similar_titles = SimilarTitles(arrays)
        self.ratings = Ratings(arrays)
        self.viewers = Viewers(frames["viewers"], arrays, self.ratings, self._orders["viewers"])
        self.verdicts = Verdicts(self.manifest, arrays, reader.folder)

    @classmethod
    def open(cls, snapshot: Path, people: People | None = None) -> Store:
        """Open a snapshot, which shows everything of users and viewers unless `people` is given.

        Raises SnapshotError if it is missing, damaged or of another format.
        """
        reader = SnapshotReader(snapshot)
        manifest = reader.manifest
        missing = {
            name
            for subject in manifest.subjects
            for declared, written in (
                (SUBJECTS[subject].tables, manifest.tables),
                (SUBJECTS[subject].arrays, manifest.arrays),
            )
            for name in declared.keys() - written.keys()
        }
        if missing:
            raise SnapshotError(f"Snapshot {snapshot} lacks {', '.join(sorted(missing))}.")
        return cls(reader, people)

    @classmethod
    def open_current(cls, data_dir: Path, people: People | None = None) -> Store | None:
        """Open the live snapshot, or return None when nothing was built yet."""
        version = current_version(data_dir)
        return None if version is None else cls.open(snapshot_path(data_dir, version), people)

    def release(self, size: int) -> None:
        """Release resident pages of files of at least `size` bytes: see `Mappings.release`."""
        self._mappings.release(size)

    def relieve_by(self, relieve: Callable[[Callable[[int], None]], object]) -> None:
        """Call this function with `release` between steps that touch many pages."""
        self._mappings.relieve = relieve

    def showing(self, people: People) -> Store:
        """The same snapshot, opened to show these people; itself if it does so already."""
        return self if people.shown == self.people.shown else Store.open(self._folder, people)


def _unavailable(subject: str) -> Unavailable:
    return Unavailable(
        f"This snapshot has no {subject}: nothing about them can be answered until they are built."
    )


def _evaluation(reader: SnapshotReader) -> Evaluation | None:
    try:
        return reader.evaluation
    except SnapshotError as error:  # no answer except the model card depends on it
        logger.warning("%s The model card has no metrics until then.", error)
        return None


def _price_card(reader: SnapshotReader) -> PriceCard | None:
    try:
        return reader.price_card
    except SnapshotError as error:
        logger.warning("%s The card of the price models has no figures until then.", error)
        return None


class _Parts(NamedTuple):
    """The parts of a store about one subject: their names, and the function that adds them."""

    names: Collection[str]
    add: Callable[[Store, Frames, Arrays, SnapshotReader], None]


_PARTS: Mapping[str, _Parts] = {
    "games": _Parts(
        (
            "games",
            "developers",
            "genres",
            "users",
            "reviews",
            "rankings",
            "content",
            "model",
            "second_stage",
            "recommender",
            "prices",
            "catalogue_years",
        ),
        Store._add_games,
    ),
    "titles": _Parts(
        ("titles", "similar_titles", "ratings", "viewers", "verdicts"), Store._add_titles
    ),
}
