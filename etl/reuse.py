"""etl: what the serving snapshot has computed and a new one need not compute again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec
import numpy as np
import numpy.typing as npt

from datastore.base.errors import SnapshotError
from etl.contents import column
from etl.manifests import libraries
from etl.reviews import Review
from etl.serving import Serving

__all__ = ["Scores", "reviews_digest", "scores_before"]

Floats = npt.NDArray[np.float64]


class Scores:
    """The sentiment of reviews that were scored before: VADER's by text, the learned one's by user
    and game. It holds for reviews of the same digest only, because it is learned from all."""

    def __init__(
        self,
        compound: dict[str, float],
        learned: Callable[[], dict[tuple[str, str], float]],
        digest: str,
    ) -> None:
        self._compound = compound
        self._learned = learned
        self._digest = digest

    def compound(self, rows: Sequence[Review]) -> Floats:
        """VADER's score of each review, NaN where it must be found."""
        return np.array([self._compound.get(row.text or "", np.nan) for row in rows], np.float64)

    def learned(self, rows: Sequence[Review], digest: str) -> Floats | None:
        """The learned score of each review, NaN where there is none; None if any has changed."""
        if digest != self._digest:
            return None
        of = self._learned()
        return np.array([of[row.user_id, row.app_id] for row in rows], np.float64)


def reviews_digest(rows: Sequence[Review]) -> str:
    """Names all that the learned sentiment is learned from."""
    said = [(row.user_id, row.app_id, row.recommend, row.text) for row in rows]
    return sha256(msgspec.json.encode(said)).hexdigest()


def scores_before(serving: Serving) -> Scores:
    """Those of the serving snapshot; none where there is none, or other packages have made it."""
    nothing = Scores({}, dict, "")
    snapshot, manifest = serving.snapshot, serving.manifest
    if snapshot is None or manifest is None or manifest.libraries != libraries():
        return nothing
    try:
        users, games = column(snapshot, "users", "user_id"), column(snapshot, "games", "app_id")
        of = {name: column(snapshot, "reviews", name) for name in _COLUMNS}

        def learned() -> dict[tuple[str, str], float]:
            pairs = zip(of["user"], of["game"], strict=True)
            return {
                (users[user], games[game]): np.nan if score is None else score
                for (user, game), score in zip(pairs, of["learned"], strict=True)
            }

        return Scores(
            {
                text: score
                for text, score in zip(of["text"], of["compound"], strict=True)
                if text is not None and score is not None
            },
            learned,
            manifest.model["reviews_sha256"],
        )
    except (SnapshotError, KeyError, IndexError):
        return nothing


_COLUMNS = ("user", "game", "text", "compound", "learned")
