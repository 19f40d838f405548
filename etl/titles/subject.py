"""etl.titles: the titles subject: its raw kinds and its stages."""

from __future__ import annotations

from etl.subject import Prepared, Subject, Workspace
from etl.titles.drift import DISTRIBUTIONS, SHARES
from etl.titles.kinds import KINDS

__all__ = ["TITLES"]


def _prepare(workspace: Workspace) -> Prepared:
    from etl.titles.stages import prepare  # not needed to know the kinds

    return prepare(workspace)


TITLES = Subject(
    name="titles",
    kinds=KINDS,
    prepare=_prepare,
    user_ids=("viewers", "viewer_id"),
    distributions=DISTRIBUTIONS,
    shares=SHARES,
)
