"""datastore.base: how good the recommender of a snapshot is: `evaluation.json`.

Part of every player's played games is held out, the model is trained on the rest, and every
ranking orders all candidate games for every player (docs/recommender.md has the protocol).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from datastore.base.errors import SnapshotError

__all__ = [
    "POPULARITY",
    "SERVED",
    "Estimate",
    "Evaluation",
    "Feedback",
    "Gate",
    "Metrics",
    "SimilarMetrics",
    "Slice",
    "read_evaluation",
    "write_evaluation",
]

_FILE = "evaluation.json"

#: Names of rankings: the model's own, and the one that it has to beat.
SERVED = "as served"
POPULARITY = "popularity"


class Estimate(msgspec.Struct, frozen=True):
    """A measured value and its 95 % interval: 1.96 standard errors to both sides.

    The standard error is that of the bootstrap over users (Efron and Tibshirani 1993, ch. 6).
    """

    value: float
    low: float
    high: float


class Metrics(msgspec.Struct, frozen=True):
    """How one ranking did. Means over users; `k` is the place of a game in the user's list."""

    ranking: str
    #: Sum of 1 / log2(k + 1) over the held-out games among the first 10, divided by that of a
    #: perfect list (Järvelin and Kekäläinen 2002, binary relevance).
    ndcg_at_10: Estimate
    #: Held-out games among the first 20, of min(20, held out) (Liang et al. 2018).
    recall_at_20: Estimate
    #: Precision at the place of each held-out game among the first 10, summed and divided by
    #: min(10, held out): mean average precision (Manning, Raghavan, Schütze 2008, ch. 8.4).
    map_at_10: Estimate
    #: Share of the candidate games that stand among somebody's first 10 (Ge et al. 2010).
    coverage: Estimate
    #: Mean of -log2(players / users) of the first 10, in bits (Zhou et al. 2010).
    novelty: Estimate
    #: Mean share of the users who play a game of the first 10: average recommendation
    #: popularity (Yin et al. 2012; Abdollahpouri et al. 2019) over the number of users.
    popularity_bias: Estimate
    #: NDCG@10 of the served model minus this ranking's, user by user: above 0 the model is better.
    lead: Estimate


class Slice(msgspec.Struct, frozen=True):
    """The same metrics where little is known. No rankings where it has no users."""

    name: str
    description: str
    pairs: int  # held out
    users: int
    rankings: list[Metrics]


class SimilarMetrics(msgspec.Struct, frozen=True):
    """How good the five games most similar to a game are."""

    ranking: str
    #: Of the five beside a game that a user plays, those that are held-out games of that user:
    #: mean over the user's training games, then over users.
    coplay: Estimate
    #: Of the five, each counted by the idf-weighted cosine of its tags and genres with the
    #: game's: sum, then mean over games with such words. Judged by the half of the words (chosen
    #: by a hash) that the judged model was not given. None where no game has words.
    tags: Estimate | None


class Gate(msgspec.Struct, frozen=True):
    """Whether a build was released, and why."""

    released: bool
    reason: str
    forced: bool
    first: bool


class Feedback(msgspec.Struct, frozen=True):
    """What became of served recommendations, by events that came after them.

    A user is counted who played, clicked or recommended a game that was not in the library; and
    is hit when one of these games stood among the first 10 that were served: hit rate (He et al.
    2017, Neural Collaborative Filtering). Intervals are Wilson's (1927), 95 %.
    """

    version: str  # the snapshot that had served
    users: int
    hits: int
    hit_rate: Estimate
    #: Of the 10 most popular games that the user did not own, for comparison.
    popularity: Estimate


class Evaluation(msgspec.Struct, frozen=True):
    """What `evaluation.json` holds. Rankings begin with the served model.

    `users` were measured, `games` took part, `held_out` counts pairs of these users; all are 0
    where nobody has played enough, and nothing was measured then.
    """

    seed: int
    users: int
    games: int
    held_out: int
    rankings: list[Metrics]
    slices: list[Slice]
    similar: list[SimilarMetrics]
    #: Names the users, the candidates and the held-out games: equal where figures of two models
    #: can be compared user by user; and NDCG@10 of each measured user then, float32.
    task: str = ""
    by_user: bytes = b""
    gate: Gate | None = None
    feedback: Feedback | None = None


def read_evaluation(snapshot: Path) -> Evaluation | None:
    """The evaluation of a snapshot; None where there is none.

    Raises SnapshotError when the file cannot be read or is damaged.
    """
    path = snapshot / _FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Evaluation)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path} is damaged ({error}): run playgraph evaluate.") from error


def write_evaluation(snapshot: Path, evaluation: Evaluation) -> None:
    """Write it all at once or not at all. Raises SnapshotError when the folder takes no file."""
    path = snapshot / _FILE
    content = msgspec.json.format(msgspec.json.encode(evaluation), indent=2)
    try:
        with tempfile.NamedTemporaryFile(dir=snapshot, prefix=f".{_FILE}-", delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                unfinished.chmod(0o644)
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise SnapshotError(f"{path} cannot be written: {error.strerror}.") from error
