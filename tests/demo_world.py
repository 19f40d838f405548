"""A demo world read back from its dumps: their contents, and the class of a review's text."""

from __future__ import annotations

import ast
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from etl.demo import write_demo
from etl.demo.phrases import Sentiment

__all__ = ["GAMES", "TITLES", "USERS", "VIEWERS", "World", "read_world", "sentiment_of"]

GAMES, USERS = 200, 300
TITLES, VIEWERS = 150, 120
VADER = SentimentIntensityAnalyzer()


@dataclass(frozen=True)
class World:
    """A demo world read back: its lines, and what they say."""

    lines: dict[str, list[str]]
    games: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    items: list[dict[str, Any]]

    def values(self, key: str) -> list[Any]:
        """What the catalogue's records have under this key, where they have it."""
        return [record[key] for record in self.games if key in record]

    @property
    def all_reviews(self) -> list[dict[str, Any]]:
        return [review for line in self.reviews for review in line["reviews"]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [item for line in self.items for item in line["items"]]

    @property
    def catalogue_ids(self) -> set[str]:
        return {record["id"] for record in self.games if "id" in record}


def read_world(folder: Path, games: int, users: int) -> World:
    """Write a demo world of this size, and read it back."""
    files = write_demo(folder, games=games, users=users, titles=TITLES, viewers=VIEWERS)
    lines = {
        name: gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
        for name, path in (
            ("games", files.games),
            ("reviews", files.reviews),
            ("items", files.items),
        )
    }
    parsed = {name: [ast.literal_eval(line) for line in texts] for name, texts in lines.items()}
    return World(lines, parsed["games"], parsed["reviews"], parsed["items"])


def sentiment_of(text: str) -> Sentiment:
    """The class in which VADER puts a text."""
    compound = VADER.polarity_scores(text.replace("♥", " "))["compound"]
    if compound >= 0.05:
        return "positive"
    return "negative" if compound <= -0.05 else "neutral"
