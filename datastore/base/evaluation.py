"""datastore.base: the recommender's quality figures: `evaluation.json` of a snapshot.

Some of each player's played games are held out, the model is trained on the rest, and each ranking
orders all candidate games for each player. docs/recommender.md describes the protocol.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from datastore.base.checksum import verified, with_checksum
from datastore.base.errors import SnapshotError
from datastore.base.gate import Gate

__all__ = [
    "EVALUATION",
    "POPULARITY",
    "RECENT",
    "SERVED",
    "BundleMetrics",
    "Estimate",
    "Evaluation",
    "Feedback",
    "Metrics",
    "SimilarMetrics",
    "Slice",
    "read_evaluation",
    "without_users",
    "write_evaluation",
]

#: Name of the file.
EVALUATION = "evaluation.json"

#: Names of rankings: the live model's, and the baseline that it must beat.
SERVED = "as served"
POPULARITY = "popularity"
#: Name of the slice of games that were started recently.
RECENT = "started in the last two weeks"


class Estimate(msgspec.Struct, frozen=True):
    """A measured value and its 95 % interval: plus and minus 1.96 standard errors.

    Standard errors are by bootstrap over users (Efron and Tibshirani 1993, ch. 6).
    """

    value: float
    low: float
    high: float


class Metrics(msgspec.Struct, frozen=True):
    """Metrics of one ranking: means over users. `k` is a game's position in the user's list."""

    ranking: str
    #: Sum of 1 / log2(k + 1) over the held-out games among the first 10, divided by that of a
    #: perfect list (Järvelin and Kekäläinen 2002, binary relevance).
    ndcg_at_10: Estimate
    #: Share of held-out games found among the first 20: found / min(20, held out) (Liang et al.
    #: 2018).
    recall_at_20: Estimate
    #: Mean average precision: precision at the position of each held-out game among the first 10,
    #: summed and divided by min(10, held out) (Manning, Raghavan, Schütze 2008, ch. 8.4).
    map_at_10: Estimate
    #: Share of the candidate games that are in at least one user's first 10 (Ge et al. 2010).
    coverage: Estimate
    #: Mean of -log2(players / users) of the first 10, in bits (Zhou et al. 2010).
    novelty: Estimate
    #: Mean share of the users who play a game of the first 10: average recommendation
    #: popularity (Yin et al. 2012; Abdollahpouri et al. 2019) over the number of users.
    popularity_bias: Estimate
    #: NDCG@10 of the live model minus this ranking's, paired by user; above 0, the model is better.
    lead: Estimate
    #: Mean share of unlisted games (`games.unlisted_reason`) in the first 10; None if an earlier
    #: version measured.
    unlisted: Estimate | None = None


class Slice(msgspec.Struct, frozen=True):
    """The same metrics for users or games with little data. `rankings` is empty without users."""

    name: str
    description: str
    pairs: int  # held out
    users: int
    rankings: list[Metrics]
    #: NDCG@10 of the live model for each user, float32, in the slices that the release gate
    #: compares.
    by_user: bytes = b""


class SimilarMetrics(msgspec.Struct, frozen=True):
    """Quality of the five games most similar to each game."""

    ranking: str
    #: Number of the five games similar to one a user plays that are held-out games of that user:
    #: mean over the user's training games, then over users.
    coplay: Estimate
    #: Sum of the idf-weighted tag and genre cosines of a game with its five similar games: mean
    #: over games with tags or genres. Only the half of the tags and genres (chosen by a hash) that
    #: the measured model was not given counts. None if no game has any.
    tags: Estimate | None
    #: Mean share of the five games that are of the game's own series; None if no title is known, or
    #: if an earlier version measured.
    series: Estimate | None = None
    #: 1 minus the mean tag and genre cosine of two of the five games: intra-list dissimilarity
    #: (Ziegler et al. 2005), mean over lists of two games or more with tags or genres; None as for
    #: `series`.
    diversity: Estimate | None = None


class BundleMetrics(msgspec.Struct, frozen=True):
    """How often the five games most similar to a game have one of the same store bundle.

    `bundles` counts those with two or more listed games that somebody has played, `games` these
    games.
    """

    bundles: int
    games: int
    #: Share of the games with such a game among the five.
    hit_at_5: Estimate


class Feedback(msgspec.Struct, frozen=True):
    """Success of served recommendations, measured by later events.

    `users` counts those who played, clicked or recommended a game that was not in their library.
    `hits` counts those of them for whom such a game was among the first 10 recommendations: hit
    rate (He et al. 2017, Neural Collaborative Filtering). Intervals are 95 % Wilson intervals
    (1927).
    """

    version: str  # the snapshot that served the recommendations
    users: int
    hits: int
    hit_rate: Estimate
    #: Hit rate of the 10 most popular games that the user did not own, for comparison.
    popularity: Estimate


class Evaluation(msgspec.Struct, frozen=True):
    """Content of `evaluation.json`. `rankings` starts with the live model.

    `users` counts the measured users, `games` the candidate games, `held_out` the held-out pairs.
    All are 0, and nothing was measured, if no user has played enough games.
    """

    seed: int
    users: int
    games: int
    held_out: int
    rankings: list[Metrics]
    slices: list[Slice]
    similar: list[SimilarMetrics]
    #: Hash of users, candidates and held-out games: models with the same task can be compared user
    #: by user.
    task: str = ""
    #: NDCG@10 of each measured user, float32.
    by_user: bytes = b""
    gate: Gate | None = None
    feedback: Feedback | None = None
    #: Held-out games of one genre each, those with most of them; by `playgraph evaluate` only.
    genres: list[Slice] = []
    #: Similar games by the bundles of a store; by `playgraph evaluate --bundles` only.
    bundles: BundleMetrics | None = None


def without_users(evaluation: Evaluation) -> Evaluation:
    """The evaluation without the figures of each user, which are for the release gate."""
    slices = [msgspec.structs.replace(part, by_user=b"") for part in evaluation.slices]
    return msgspec.structs.replace(evaluation, by_user=b"", slices=slices)


def read_evaluation(snapshot: Path) -> Evaluation | None:
    """The evaluation of a snapshot; None if there is none.

    Raises SnapshotError if the file cannot be read or is damaged.
    """
    path = snapshot / EVALUATION
    try:
        return msgspec.json.decode(verified(path.read_bytes()), type=Evaluation)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path} is damaged ({error}): run playgraph evaluate.") from error


def write_evaluation(snapshot: Path, evaluation: Evaluation) -> None:
    """Write the evaluation of a snapshot atomically. Raises SnapshotError if that fails."""
    path = snapshot / EVALUATION
    content = with_checksum(msgspec.json.format(msgspec.json.encode(evaluation), indent=2))
    try:
        with tempfile.NamedTemporaryFile(
            dir=snapshot, prefix=f".{EVALUATION}-", delete=False
        ) as file:
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
