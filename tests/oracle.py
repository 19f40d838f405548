"""The contract read a second time: plain, slow Python straight from the raw dumps.

Nothing here is shared with the project's code. `ast.literal_eval` reads a line, vaderSentiment
scores a text, and every question is a loop over all records, as its sentence in the contract says.
"""

from __future__ import annotations

import ast
import gzip
import html
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

# ---------------------------------------------------------------- raw values


def records(path: Path) -> Iterator[dict[str, Any]]:
    """One dictionary per line; gzip or plain, JSON or a Python literal."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as lines:
        for raw in lines:
            line = raw.decode("utf-8").strip()
            if not line:
                continue
            try:
                yield json.loads(line)
            except ValueError:
                yield ast.literal_eval(line)


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def text(value: Any) -> str | None:
    """A text, or None where it is missing or blank."""
    return None if missing(value) or not str(value).strip() else str(value)


def key(value: Any) -> str | None:
    """An id: '10', 10 and 10.0 are '10'."""
    if missing(value):
        return None
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value).strip() or None


def shown_text(value: str) -> str:
    return html.unescape(value).strip()


def fold(value: str) -> str:
    """HTML unescaping, NFKC, casefold, folding of whitespace."""
    return " ".join(unicodedata.normalize("NFKC", html.unescape(value)).casefold().split())


def release_year(value: Any) -> int | None:
    """The year of an ISO date, or the one plausible year that any other text names."""
    date = text(value)
    if date is None:
        return None
    iso = re.fullmatch(r"([0-9]{4})-[0-9]{2}-[0-9]{2}", date.strip())
    if iso:
        return int(iso[1])
    numbers = re.findall(r"[0-9]+", date)
    years = {int(number) for number in numbers if len(number) == 4 and 1950 <= int(number) <= 2050}
    return years.pop() if len(years) == 1 else None


def price(value: Any) -> float | None:
    """USD; 0 for a text that says free; None where it is unknown."""
    if missing(value):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if re.search(r"\bfree\b", str(value), re.IGNORECASE):
        return 0.0
    amount = re.fullmatch(r"\s*(?:Starting at\s+)?\$?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*", str(value))
    return float(amount[1].replace(",", "")) if amount else None


def explicit_year(posted: str | None) -> int | None:
    found = re.search(r"\b([0-9]{4})\b", posted or "")
    return int(found[1]) if found else None


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """The package, with only the words around a word for the rules that look no further.

    Both rules lower-case all words of a text at every word, which takes most of the time.
    """

    @staticmethod
    def _negation_check(valence: float, words: list[str], start: int, at: int) -> float:
        first = max(0, at - 3)
        rule = SentimentIntensityAnalyzer._negation_check
        found: float = rule(valence, words[first : at + 1], start, at - first)
        return found

    @staticmethod
    def _special_idioms_check(valence: float, words: list[str], at: int) -> float:
        first = max(0, at - 3)
        rule = SentimentIntensityAnalyzer._special_idioms_check
        found: float = rule(valence, words[first : at + 3], at - first)
        return found


_analyzer = cache(Analyzer)


@cache
def compound(review: str) -> float | None:
    """Every heart is a blank first; None without a text."""
    if not review.strip():
        return None
    score: float = _analyzer().polarity_scores(review.replace("♥", " "))["compound"]
    return score


def score(said: Any) -> float | None:
    """The compound score of what a review says."""
    return compound("" if missing(said) else str(said))


def sentiment(score: float | None) -> int:
    """0 negative, 1 neutral, 2 positive."""
    if score is None:
        return 1
    return 2 if score >= 0.05 else 0 if score <= -0.05 else 1


# ---------------------------------------------------------------- the world


@dataclass(frozen=True)
class Game:
    developer: str | None
    folded: str | None
    year: int | None
    price: float | None
    genres: dict[str, str]  # folded: as it is written


@dataclass(frozen=True)
class Review:
    recommend: bool
    compound: float | None
    posted: str | None
    explicit: int | None

    @property
    def sentiment(self) -> int:
        return sentiment(self.compound)


@dataclass
class World:
    """The three dumps as dictionaries."""

    games: dict[str, Game] = field(default_factory=dict)
    library: dict[str, dict[str, int]] = field(default_factory=dict)
    reviews: dict[tuple[str, str], Review] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)

    @classmethod
    def read(
        cls,
        games: Path,
        reviews: Path,
        items: Path,
        known_scores: Mapping[tuple[str, str], float | None] | None = None,
    ) -> World:
        """Scores of reviews, by user and game, that are known already are not found again."""
        world = cls()
        for record in records(games):
            world._add_game(record)
        for record in records(items):
            world._add_library(record)
        for record in records(reviews):
            world._add_reviews(record, known_scores or {})
        return world

    def _add_game(self, record: dict[str, Any]) -> None:
        app_id = key(record.get("id"))
        if app_id is None:
            address = re.search(r"/app/([0-9]+)", text(record.get("url")) or "")
            app_id = address[1] if address else None
        if app_id is None or app_id in self.games:
            return
        developer = text(record.get("developer"))
        genres: Any = record.get("genres")
        named = [] if missing(genres) else [genre for genre in map(text, genres) if genre]
        self.games[app_id] = Game(
            developer=None if developer is None else shown_text(developer),
            folded=None if developer is None else fold(developer),
            year=release_year(record.get("release_date")),
            price=price(record.get("price")),
            genres={fold(genre): shown_text(genre) for genre in named},
        )

    def _add_library(self, record: dict[str, Any]) -> None:
        user = key(record.get("user_id"))
        if user is None:
            return
        self.users.add(user)
        own = self.library.setdefault(user, {})
        for item in record.get("items") or ():
            app_id = key(item.get("item_id"))
            if app_id is not None:
                own[app_id] = max(own.get(app_id, 0), item.get("playtime_forever") or 0)

    def _add_reviews(
        self, record: dict[str, Any], known_scores: Mapping[tuple[str, str], float | None]
    ) -> None:
        user = key(record.get("user_id"))
        if user is None:
            return
        self.users.add(user)
        for row in record.get("reviews") or ():
            app_id = key(row.get("item_id"))
            if app_id is None:
                continue
            said, posted = row.get("review"), text(row.get("posted"))
            pair = user, app_id
            found = known_scores[pair] if pair in known_scores else score(said)
            self.reviews[pair] = Review(
                recommend=row.get("recommend") is True,
                compound=found,
                posted=posted,
                explicit=explicit_year(posted),
            )

    @property
    def crawl_year(self) -> int | None:
        years = [review.explicit for review in self.reviews.values() if review.explicit]
        return max(years) + 1 if years else None

    def developer_names(self) -> dict[str, str]:
        """The spelling shown of each developer: most items, then first by code point."""
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for game in self.games.values():
            if game.developer is not None and game.folded:
                spellings[game.folded][game.developer] += 1
        return {folded: _shown(uses) for folded, uses in spellings.items()}

    def genre_names(self) -> dict[str, str]:
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for game in self.games.values():
            for folded, name in game.genres.items():
                spellings[folded][name] += 1
        return {folded: _shown(uses) for folded, uses in spellings.items()}


def _shown(uses: Counter[str]) -> str:
    return min(uses, key=lambda name: (-uses[name], name))
