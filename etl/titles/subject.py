"""etl.titles: the titles subject: its raw kinds, its stages and its models."""

from __future__ import annotations

from etl.subject import Prepared, Subject, Workspace
from etl.titles.comparison import COMPARISON
from etl.titles.drift import DISTRIBUTIONS, SHARES
from etl.titles.kinds import KINDS
from etl.titles.notices import mismatch, notices
from etl.titles.similar import SIMILAR_TITLES
from etl.titles.verdicts import VERDICTS

__all__ = ["TITLES"]


def _prepare(workspace: Workspace) -> Prepared:
    from etl.titles.stages import prepare  # not needed to know the kinds

    return prepare(workspace)


TITLES = Subject(
    name="titles",
    kinds=KINDS,
    prepare=_prepare,
    models=(SIMILAR_TITLES, VERDICTS),
    user_ids=("viewers", "viewer_id"),
    distributions=DISTRIBUTIONS,
    shares=SHARES,
    comparison=COMPARISON,
    notices=notices,
    mismatch=mismatch,
)
