"""datastore: one open snapshot, which is all that resolvers read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy.typing as npt

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation
from datastore.base.playtimes import Playtimes
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest, current_version, snapshot_path
from datastore.base.tables import ARRAYS, TABLES
from datastore.content import Content
from datastore.developers import Developers
from datastore.frame import Frame
from datastore.games import Games
from datastore.genres import Genres
from datastore.model import Model
from datastore.rankings import Rankings
from datastore.recommendations import Recommender
from datastore.reviews import Reviews
from datastore.users import Users

__all__ = ["Store"]

logger = logging.getLogger("playgraph.snapshots")


class Store:
    """Frames and indices of one snapshot; immutable, shared by all requests.

    `derived` caches values that other modules compute from it, by the function that computes them.
    """

    def __init__(
        self,
        manifest: Manifest,
        frames: dict[str, Frame],
        arrays: dict[str, npt.NDArray[Any]],
        playtimes: Playtimes,
        evaluation: Evaluation | None = None,
    ) -> None:
        self.manifest = manifest
        self.evaluation = evaluation
        self.frames = frames
        self.derived: dict[Callable[[Store], Any], Any] = {}
        self.games = Games(frames["games"], frames["tags"], frames["specs"], arrays)
        self.developers = Developers(frames["developers"], frames["developer_years"], arrays)
        self.genres = Genres(
            frames["genres"], frames["genre_players"], frames["genre_player_years"], arrays
        )
        self.users = Users(frames["users"], arrays, playtimes)
        self.reviews = Reviews(frames["reviews"], self.users, self.games)
        self.rankings = Rankings(frames["review_years"])
        self.content = Content(self.games, self.genres.name)
        self.model = Model(manifest, arrays, playtimes)
        self.recommender = Recommender(arrays)

    @classmethod
    def open(cls, snapshot: Path) -> Store:
        """Open a snapshot. Raises SnapshotError if it is missing, damaged or of another format."""
        reader = SnapshotReader(snapshot)
        manifest = reader.manifest
        missing = (TABLES.keys() - manifest.tables) | (ARRAYS.keys() - manifest.arrays)
        if missing:
            raise SnapshotError(f"Snapshot {snapshot} lacks {', '.join(sorted(missing))}.")
        frames = {name: Frame(name, reader.table(name)) for name in TABLES}
        arrays = {name: reader.array(name) for name in ARRAYS}
        return cls(manifest, frames, arrays, reader.playtimes(), _evaluation(reader))

    @classmethod
    def open_current(cls, data_dir: Path) -> Store | None:
        """Open the live snapshot, or return None when nothing was built yet."""
        version = current_version(data_dir)
        return None if version is None else cls.open(snapshot_path(data_dir, version))


def _evaluation(reader: SnapshotReader) -> Evaluation | None:
    try:
        return reader.evaluation
    except SnapshotError as error:  # no answer except the model card depends on it
        logger.warning("%s The model card has no metrics until then.", error)
        return None
