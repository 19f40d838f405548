"""datastore: the games, those of the catalogue first."""

from __future__ import annotations

from datetime import date

from datastore.frame import Frame, Ragged

__all__ = ["Games"]


class Games:
    """One entry a game in every list; `developer` is a row number. Prices in USD."""

    def __init__(self, frame: Frame, tags: Frame, specs: Frame) -> None:
        self.frame = frame
        self.app_id: list[str] = frame.list("app_id")
        self.title: list[str | None] = frame.list("title")
        self.developer: list[int | None] = frame.list("developer")
        self.publisher: list[str | None] = frame.list("publisher")
        self.release_date: list[date | None] = frame.list("release_date")
        self.release_year: list[int | None] = frame.list("release_year")
        self.price: list[float | None] = frame.list("price")
        self.early_access: list[bool | None] = frame.list("early_access")
        self.metascore: list[int | None] = frame.list("metascore")
        self.genres: Ragged = frame.ragged("genres")
        self._tags: Ragged = frame.ragged("tags")
        self._specs: Ragged = frame.ragged("specs")
        self._tag_names: list[str] = tags.list("name")
        self._spec_names: list[str] = specs.list("name")
        self.owners = frame.array("owners")
        self.players = frame.array("players")
        self.minutes = frame.array("minutes")
        self.sentiment = tuple(frame.array(name) for name in ("negative", "neutral", "positive"))
        #: Games of the catalogue are the rows before this one.
        self.listed = sum(frame.list("in_catalogue"))
        self._number = {app_id: number for number, app_id in enumerate(self.app_id)}

    def __len__(self) -> int:
        return len(self.app_id)

    def find(self, app_id: str) -> int | None:
        """Row of a product id, white space at the ends aside."""
        return self._number.get(app_id.strip())

    def tags(self, game: int) -> list[str]:
        """Tag names of a game, in the order of the catalogue."""
        return [self._tag_names[tag] for tag in self._tags.row(game).tolist()]

    def specs(self, game: int) -> list[str]:
        """Feature names of a game, in the order of the catalogue."""
        return [self._spec_names[spec] for spec in self._specs.row(game).tolist()]
