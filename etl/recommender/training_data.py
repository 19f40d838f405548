"""etl.recommender: the training data: libraries and the games' words; read from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datastore.base.errors import SnapshotError
from datastore.base.library import Library
from datastore.base.names import fold
from datastore.base.reader import SnapshotReader
from datastore.base.series import plain
from etl.recommender.content import GameWords, Words
from etl.recommender.kin import Kin
from etl.recommender.users import Users

__all__ = ["TrainingData", "read_training_data"]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a model is trained and evaluated on. Ids are by row number of the table of games."""

    users: Users
    app_ids: list[str]
    words: GameWords
    kin: Kin
    #: Whether each game is left out of lists: see `etl.games.unlisted`.
    unlisted: npt.NDArray[np.bool_]


def read_training_data(snapshot: Path) -> TrainingData:
    """Open a snapshot's libraries by memory map. Raises SnapshotError when it is damaged."""
    reader = SnapshotReader(snapshot)
    try:
        library = Library(
            reader.array("library_offsets"),
            reader.array("library_games").astype(np.int32),
            reader.playtimes().of_all(),
        )
        return TrainingData(
            Users.of(library, reader.column("users", "user_id"), reader.array("recent_starts")),
            app_ids=reader.column("games", "app_id"),
            words=GameWords.of(
                _words(reader, "tags", [fold(name) for name in reader.column("tags", "name")]),
                _words(reader, "genres", reader.column("genres", "folded")),
                reader.column("games", "release_year"),
            ),
            kin=_kin(reader),
            unlisted=np.array(
                [reason is not None for reason in reader.column("games", "unlisted_reason")],
                np.bool_,
            ),
        )
    except (ValueError, IndexError) as error:
        raise SnapshotError(f"Snapshot {snapshot} is damaged ({error}): build again.") from error


def _kin(reader: SnapshotReader) -> Kin:
    titles, developers = reader.column("games", "title"), reader.column("games", "developer")
    return Kin.of(
        [plain(title) if title else "" for title in titles],
        np.array([-1 if number is None else number for number in developers], np.int32),
        reader.column("games", "publisher_folded"),
    )


def _words(reader: SnapshotReader, column: str, names: list[str]) -> Words:
    """The words of a column of the games. Raises IndexError for a number without a name."""
    lists = reader.table("games", column).column(0).combine_chunks()
    numbers = lists.flatten().to_numpy().astype(np.int32)
    if numbers.max(initial=-1) >= len(names):
        raise IndexError(f"{column} has a number without a name")
    counts = lists.value_lengths().to_numpy()
    return Words(names, np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]), numbers)
