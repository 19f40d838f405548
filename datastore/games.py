"""datastore: games; those of the catalogue come first."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.base.tables import CONTRACT
from datastore.frame import Frame, Ragged, percent
from datastore.search import NameIndex

__all__ = ["Games"]

Floats = npt.NDArray[np.float64]

#: Folded features of entries that are only part of a game.
_PARTS = ("downloadable content", "game demo")


class Games:
    """Columns with one entry per game; `developer` holds row numbers. Prices are in USD."""

    def __init__(
        self, frame: Frame, tags: Frame, specs: Frame, arrays: dict[str, npt.NDArray[Any]]
    ) -> None:
        self.frame = frame
        for name, column in CONTRACT["games"].columns.items():
            if column.shown:
                frame.values(name)  # load now, so that the first client does not wait
        self.app_id: list[str] = frame.values("app_id")
        self.title: list[str | None] = frame.list("title")
        self.developer: list[int | None] = frame.values("developer")
        self.genres: Ragged = frame.ragged("genres")
        self.tag_rows: Ragged = frame.ragged("tags")
        self.spec_rows: Ragged = frame.ragged("specs")
        self.tag_names: list[str] = tags.list("name")
        self.spec_names: list[str] = specs.list("name")
        self.owners = frame.array("owners")
        self.players = frame.array("players")
        self.minutes = frame.array("minutes")
        self.sentiment = tuple(frame.array(name) for name in ("negative", "neutral", "positive"))
        #: Number of catalogue games, which are the first rows.
        self.listed = sum(frame.list("in_catalogue"))
        self.index = NameIndex(frame, arrays, "games")
        #: Tag and feature names of a game, in the order of the catalogue.
        self.tags = self.tag_rows.names(self.tag_names)
        self.specs = self.spec_rows.names(self.spec_names)
        self._number = {app_id: number for number, app_id in enumerate(self.app_id)}
        self._player_offsets = arrays["game_offsets"]
        self._player_rows = arrays["game_rows"]

    def __len__(self) -> int:
        return len(self.app_id)

    def find(self, app_id: str) -> int | None:
        """Row of a product id, ignoring surrounding whitespace; None if unknown."""
        return self._number.get(app_id.strip())

    def play_rows(self, game: int) -> npt.NDArray[np.int32]:
        """Library rows of the game's players, most minutes first."""
        start, stop = self._player_offsets[game : game + 2]
        return self._player_rows[start:stop]

    @cached_property
    def folded_tags(self) -> list[str]:
        """Folded tag names."""
        return [fold(name) for name in self.tag_names]

    @cached_property
    def folded_specs(self) -> list[str]:
        """Folded feature names."""
        return [fold(name) for name in self.spec_names]

    @cached_property
    def tag_numbers(self) -> dict[str, int]:
        """Row of each tag by its folded name."""
        return {name: row for row, name in enumerate(self.folded_tags)}

    @cached_property
    def spec_numbers(self) -> dict[str, int]:
        """Row of each feature by its folded name."""
        return {name: row for row, name in enumerate(self.folded_specs)}

    @cached_property
    def hours(self) -> Floats:
        """Total hours of all players."""
        return np.asarray(self.minutes / 60)

    @cached_property
    def reviews(self) -> Floats:
        """Number of reviews."""
        return np.asarray(np.sum(self.sentiment, axis=0), np.float64)

    @cached_property
    def positive_percent(self) -> Floats:
        """Share of positive reviews, 0 to 100; NaN without reviews."""
        return percent(self.sentiment[2], self.reviews)

    @cached_property
    def weight(self) -> Floats:
        """Popularity of each game for search: 1 + players + reviews, a tenth of that for
        downloadable content and demos, so that the game itself comes first."""
        parts = [spec for spec, name in enumerate(self.folded_specs) if name in _PARTS]
        known: Floats = 1 + self.players + self.reviews
        owners = np.repeat(np.arange(len(self)), np.diff(self.spec_rows.offsets))
        known[owners[np.isin(self.spec_rows.values, parts)]] /= 10
        return known

    @cached_property
    def developer_rows(self) -> npt.NDArray[np.int64]:
        """Row of each game's developer; -1 if unknown."""
        return np.array([-1 if row is None else row for row in self.developer], np.int64)

    @cached_property
    def developers(self) -> Ragged:
        """Rows of each game's developer: one or none."""
        known = self.developer_rows >= 0
        offsets = np.concatenate([[0], np.cumsum(known)]).astype(np.int32)
        return Ragged(offsets, self.developer_rows[known].astype(np.int32))

    @cached_property
    def publishers(self) -> tuple[list[str], npt.NDArray[np.int64]]:
        """Names of the publishers, by folded name, and the position of each game's publisher
        among them; -1 where unknown. The name is the spelling with the most games, then the first
        by code point."""
        folded, spelled = self.frame.list("publisher_folded"), self.frame.values("publisher")
        spellings: dict[str, Counter[str]] = {key: Counter() for key in sorted({*folded} - {""})}
        for key, name in zip(folded, spelled, strict=True):
            if key:
                spellings[key][name] += 1
        names = [_commonest(counts) for counts in spellings.values()]
        index = {key: number for number, key in enumerate(spellings)} | {"": -1}
        return names, np.array([index[key] for key in folded], np.int64)

    @cached_property
    def years(self) -> Floats:
        """Release years; NaN if unknown."""
        return self.frame.numbers("release_year")

    @cached_property
    def prices(self) -> Floats:
        """Prices in USD; NaN if unknown."""
        return self.frame.numbers("price")

    @cached_property
    def unlisted_reasons(self) -> Floats:
        """Codes of the reasons for which recommendations leave entries out; NaN if they do not."""
        return self.frame.numbers("unlisted_reason")

    @cached_property
    def unlisted(self) -> npt.NDArray[np.bool_]:
        """Whether recommendations leave each entry out."""
        return ~np.isnan(self.unlisted_reasons)

    @cached_property
    def id_ranks(self) -> Floats:
        """Rank of each product id among all product ids."""
        return self.frame.numbers("id_rank")

    @cached_property
    def title_ranks(self) -> Floats:
        """Rank of each title among all titles, shared by equal titles; NaN without a title."""
        return self.frame.numbers("title_rank")


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))
