"""etl.sentiment: results of the live snapshot that a new one need not compute again."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from etl.columns.arrow import numbers, order_of, whole
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.manifest import libraries

__all__ = ["Scores", "reviews_digest", "scores_before"]

Floats = npt.NDArray[np.float64]


class Scores:
    """The sentiment of reviews that were scored before: VADER's by text, the learned one's by user
    and game. The latter holds for texts of the same digest only, because it is learned from all.
    """

    def __init__(self, snapshot: Path, digest: str) -> None:
        """Raises SnapshotError when a table is damaged."""
        reader = SnapshotReader(snapshot)
        self._reviews = reader.table("reviews", "user", "game", "text", "compound", "learned")
        self._users = whole(reader.table("users", "user_id")["user_id"])
        self._games = whole(reader.table("games", "app_id")["app_id"])
        self._digest = digest

    def compound(self, text: pa.Array) -> Floats:
        """VADER's score of each text, NaN where it must be found."""
        before = self._reviews.select(["text", "compound"]).drop_null()
        known = np.append(before["compound"].to_numpy(), np.nan)
        scores: Floats = known[numbers(text, before["text"])]
        return scores

    def learned(self, digest: str) -> Floats | None:
        """The learned score of each review with a text by user, then product id, NaN where there is
        none; None if any of them has changed."""
        if digest != self._digest:
            return None
        reviews = self._reviews.filter(self._reviews["text"].is_valid())
        try:
            users = self._users.take(reviews["user"])
            games = self._games.take(reviews["game"])
        except IndexError:  # Arrow's, too: damaged
            return None
        scores: Floats = reviews["learned"].to_numpy()[order_of(users, games)]
        return scores


def reviews_digest(rows: pa.Table) -> str:
    """Names all that the learned sentiment is learned from: the reviews with a text."""
    rows = rows.filter(rows["text"].is_valid())
    columns = rows.select(["user_id", "app_id", "text"]).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, columns.schema) as stream:
        stream.write_table(columns)
    digest = sha256(sink.getvalue())
    digest.update(rows["recommend"].to_numpy())
    return digest.hexdigest()


def scores_before(live: LiveSnapshot) -> Scores | None:
    """Those of the live snapshot; None where there is none, where it cannot be read, or where
    other packages have made it."""
    snapshot, manifest = live.folder, live.manifest
    if snapshot is None or manifest is None or manifest.libraries != libraries():
        return None
    try:
        return Scores(snapshot, manifest.subjects["games"].facts["reviews_sha256"])
    except (SnapshotError, KeyError):
        return None
