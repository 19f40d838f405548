"""etl.games: the games subject: its raw kinds and its stages."""

from __future__ import annotations

from etl.games.comparison import COMPARISON
from etl.games.drift import DISTRIBUTIONS, SHARES
from etl.games.kinds import KINDS
from etl.games.notices import mismatch, notices
from etl.prices.stage import STAGE
from etl.subject import Subject, Trainable, Workspace

__all__ = ["GAMES"]


def _prepare(workspace: Workspace) -> Trainable:
    from etl.games.stages import prepare  # with VADER, not needed to know the kinds

    return prepare(workspace)


GAMES = Subject(
    name="games",
    kinds=KINDS,
    prepare=_prepare,
    has_recommender=True,
    models=(STAGE,),
    user_ids=("users", "user_id"),
    distributions=DISTRIBUTIONS,
    shares=SHARES,
    comparison=COMPARISON,
    notices=notices,
    mismatch=mismatch,
)
