"""The real files, where PLAYGRAPH_RAW_DIR has them, and one build of them for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

from datastore.base.snapshot import current_version, snapshot_path
from etl.release.build import Inputs
from etl.titles import verdict_evaluation
from harness import build_snapshot
from hidden_games import HiddenGames, hide
from thorough import THOROUGH

__all__ = [
    "CATALOGUES",
    "DUMPS",
    "RATINGS",
    "RealData",
    "few_verdicts_measured",
    "needs_dumps",
    "needs_titles",
]

_RAW = Path(os.environ.get("PLAYGRAPH_RAW_DIR", ""))
_STREAMING = _RAW / "streaming"
DUMPS = _RAW / "steam" if (_RAW / "steam").is_dir() else _RAW  # next to other subjects
CATALOGUES = [
    _STREAMING / f"{name}_titles.csv" for name in ("amazon_prime", "disney_plus", "hulu", "netflix")
]
RATINGS = _STREAMING / "ratings" / "7.csv"

needs_dumps = pytest.mark.skipif(
    not os.environ.get("PLAYGRAPH_RAW_DIR"),
    reason="the real dumps (UCSD's Australian Steam data) are not in the repository; "
    "PLAYGRAPH_RAW_DIR must name a folder that holds them",
)
needs_titles = pytest.mark.skipif(
    not RATINGS.is_file(),
    reason="the real titles and ratings are not in the repository; PLAYGRAPH_RAW_DIR must name a "
    "folder that holds the four catalogues, and ratings/7.csv, in streaming/",
)


@contextmanager
def few_verdicts_measured() -> Iterator[None]:
    """Builds measure verdicts on a tenth of the pairs of viewer and title that they have time for,
    unless the run is thorough: the ten seconds for all are most of such a build."""
    with pytest.MonkeyPatch.context() as patch:
        if not THOROUGH:
            most = verdict_evaluation._MOST_COMPARED // 10
            patch.setattr(verdict_evaluation, "_MOST_COMPARED", most)
        yield


@dataclass(frozen=True)
class RealData:
    """A folder with a build of all real files that there are; its libraries lack hidden games."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> None:
        """Hide games, and build."""
        made, inputs = cls(folder), dict[str, Any]()
        folder.mkdir()
        if (DUMPS / "users_items.json.gz").is_file():
            hidden = hide(DUMPS / "users_items.json.gz", made.items)
            made._hidden.write_bytes(msgspec.json.encode(hidden))
            inputs |= {"games": made.games, "reviews": made.reviews, "items": made.items}
        if RATINGS.is_file():
            inputs |= {"titles": CATALOGUES, "ratings": RATINGS}
        with few_verdicts_measured():
            build_snapshot(Inputs(**inputs), folder / "data")

    @property
    def games(self) -> Path:
        return DUMPS / "steam_games.json.gz"

    @property
    def reviews(self) -> Path:
        return DUMPS / "user_reviews.json.gz"

    @property
    def items(self) -> Path:
        """The libraries that the build has read."""
        return self.folder / "users_items.json.gz"

    @property
    def _hidden(self) -> Path:
        return self.folder / "hidden.json"

    @cached_property
    def hidden_games(self) -> HiddenGames:
        return msgspec.json.decode(self._hidden.read_bytes(), type=HiddenGames)

    @property
    def snapshot(self) -> Path:
        """The folder of the snapshot."""
        version = current_version(self.folder / "data")
        assert version is not None
        return snapshot_path(self.folder / "data", version)
