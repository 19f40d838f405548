"""etl: what the serving snapshot has computed and a new one need not compute again."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError
from etl.columns import numbers, order_of, whole
from etl.contents import table
from etl.manifests import libraries
from etl.serving import Serving

__all__ = ["Scores", "reviews_digest", "scores_before"]

Floats = npt.NDArray[np.float64]


class Scores:
    """The sentiment of reviews that were scored before: VADER's by text, the learned one's by user
    and game. The latter holds for reviews of the same digest only, because it is learned from all.
    """

    def __init__(self, snapshot: Path | None = None, digest: str = "") -> None:
        self._snapshot = snapshot
        self._digest = digest

    def compound(self, text: pa.Array) -> Floats:
        """VADER's score of each text, NaN where it must be found."""
        if self._snapshot is None:
            return np.full(len(text), np.nan)
        before = table(self._snapshot, "reviews", "text", "compound").drop_null()
        known = np.append(before["compound"].to_numpy(), np.nan)
        scores: Floats = known[numbers(text, before["text"])]
        return scores

    def learned(self, digest: str) -> Floats | None:
        """The learned score of each review by user, then product id, NaN where there is none; None
        if any review has changed."""
        if self._snapshot is None or digest != self._digest:
            return None
        before = table(self._snapshot, "reviews", "user", "game", "learned")
        users = whole(table(self._snapshot, "users", "user_id")["user_id"])
        games = whole(table(self._snapshot, "games", "app_id")["app_id"])
        order = order_of(users.take(before["user"]), games.take(before["game"]))
        scores: Floats = before["learned"].to_numpy()[order]
        return scores


def reviews_digest(rows: pa.Table) -> str:
    """Names all that the learned sentiment is learned from."""
    said = rows.select(["user_id", "app_id", "text"]).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, said.schema) as stream:
        stream.write_table(said)
    named = sha256(sink.getvalue())
    named.update(rows["recommend"].to_numpy())
    return named.hexdigest()


def scores_before(serving: Serving) -> Scores:
    """Those of the serving snapshot; none where there is none, or other packages have made it."""
    snapshot, manifest = serving.snapshot, serving.manifest
    if snapshot is None or manifest is None or manifest.libraries != libraries():
        return Scores()
    try:
        for name in ("users", "games", "reviews"):
            table(snapshot, name)
        return Scores(snapshot, manifest.model["reviews_sha256"])
    except (SnapshotError, KeyError):
        return Scores()
