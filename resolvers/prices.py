"""resolvers: price estimates, and what moved them, in words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from datastore.base.errors import InvalidArgument, TooMany, UnknownName
from datastore.base.names import clean, fold
from datastore.base.plural import listed
from datastore.base.price_card import PriceCard
from datastore.base.price_features import (
    DEVELOPER,
    EARLY_ACCESS,
    GENRES,
    METASCORE,
    NUMBER_OF_WORDS,
    OTHER_WORDS,
    PUBLISHER,
    UNKNOWN,
    WORDS,
    YEAR,
    Details,
    Vocabulary,
)
from datastore.prices import Estimate
from datastore.store import Store
from resolvers.arguments import check_year

__all__ = [
    "BEST",
    "LIMITS",
    "Asked",
    "Explained",
    "Reason",
    "ReasonKind",
    "estimate",
    "of_game",
    "summary",
]

#: The method with the lowest error on held-out games.
BEST = "BEST"

#: Most genres, tags or features in an argument.
_MOST_NAMES = 100
#: Least likeness of a suggested name, 0 to 100.
_LIKENESS = 60
#: Amounts below a cent are nothing.
_LEAST_AMOUNT = 0.005


#: What the data cannot show.
LIMITS = [
    "A price is that of the day of the crawl, in the store of the United States.",
    "Free games and games of unknown price are not learned from: the estimate for a free game is "
    "what it would cost if it had a price.",
    "The most expensive games, devices and simulators resemble no others: their estimates are far "
    "too low.",
    "The fewer details are known, the closer is an estimate to the price of a typical game.",
    "Intervals cover 80% of prices like those of the catalogue, but fewer prices of the newest "
    "games.",
]


def summary(card: PriceCard) -> str:
    """The card in words for a person."""
    found = next((errors.random for errors in card.methods if errors.method == card.best), None)
    if found is None:
        return "No game was held out, so that nothing is known about the errors of the estimates."
    return (
        f"Half of the estimates are off by more than {found.median_absolute_error:.2f} USD; on "
        f"average they are off by {found.mae:.2f} USD. They show what games of this kind usually "
        "cost, not what one game is worth, and do not recognise a bestseller, a sale or a future "
        "price."
    )


class ReasonKind(StrEnum):
    """What sort of detail moved an estimate."""

    GENRE = "GENRE"
    TAG = "TAG"
    FEATURE = "FEATURE"
    DEVELOPER = "DEVELOPER"
    PUBLISHER = "PUBLISHER"
    RELEASE_YEAR = "RELEASE_YEAR"
    EARLY_ACCESS = "EARLY_ACCESS"
    NOT_EARLY_ACCESS = "NOT_EARLY_ACCESS"
    METASCORE = "METASCORE"
    GENRES = "GENRES"
    NUMBER_OF = "NUMBER_OF"
    WITHOUT = "WITHOUT"
    UNKNOWN_DETAILS = "UNKNOWN_DETAILS"
    EVERYTHING_ELSE = "EVERYTHING_ELSE"


class Reason(NamedTuple):
    """What moved an estimate, in words, and by how much, in USD; its kind, and the names or the
    number that belong to it."""

    feature: str
    usd: float
    kind: ReasonKind
    names: list[str]


class _Named(NamedTuple):
    """What moved an estimate: in words, as a kind, and the names that belong to it."""

    feature: str
    kind: ReasonKind
    names: list[str]


class Explained(NamedTuple):
    """An estimate, and what moved it, most first; the reasons and the baseline add up to it."""

    estimate: Estimate
    reasons: Callable[[], list[Reason]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The details of a game that a client gives; None and empty lists are unknown."""

    genres: Sequence[str] = ()
    tags: Sequence[str] = ()
    specs: Sequence[str] = ()
    developer: str | None = None
    publisher: str | None = None
    early_access: bool | None = None
    release_year: int | None = None
    metascore: int | None = None


class _Shown(NamedTuple):
    """The details of a game as reasons name them."""

    words: frozenset[int]
    developer: str | None
    publisher: str | None
    early_access: bool | None
    year: int | None
    metascore: int | None
    #: Number of known prices of other games of the developer, and of the publisher.
    known_prices: tuple[int, int]


def of_game(store: Store, game: int, method: str) -> Explained | None:
    """The estimate of a catalogue game; None for other games, and without a model."""
    prices, games = store.prices, store.games
    estimate = prices.of_game(game, prices.best if method == BEST else method)
    if estimate is None:
        return None

    def reasons() -> list[Reason]:
        number = games.developer[game]
        developer = None if number is None else store.developers.name[number]
        publisher, early_access, year, metascore, price = (
            games.frame.values(name)[game]
            for name in ("publisher", "early_access", "release_year", "metascore", "price")
        )
        own = 1 if price else 0
        of_developer, of_publisher = prices.known_prices(
            fold(developer or ""), fold(publisher or "")
        )
        shown = _Shown(
            frozenset(prices.words(game)),
            developer,
            publisher,
            early_access,
            year,
            metascore,
            (of_developer - own, of_publisher - own),
        )
        return _reasons(estimate, shown, prices.vocabulary)

    return Explained(estimate, reasons)


def estimate(store: Store, asked: Asked, method: str) -> Explained | None:
    """The estimate of a game with these details; None without a model.

    Raises UnknownName for a genre, tag or feature that no game has, and InvalidArgument for an
    impossible year or metascore. Developers and publishers may be unknown.
    """
    prices, games = store.prices, store.games
    year, metascore = asked.release_year, asked.metascore
    if year is not None:
        check_year(year, "releaseYear")
    if metascore is not None and not 0 <= metascore <= 100:
        raise InvalidArgument("metascore", metascore, "it must be between 0 and 100.")
    details = Details(
        _rows("genres", "genre", asked.genres, store.genres.name, store.genres.find),
        _rows("tags", "tag", asked.tags, games.tag_names, games.tag_numbers.get),
        _rows("specs", "feature", asked.specs, games.spec_names, games.spec_numbers.get),
        fold(asked.developer or ""),
        fold(asked.publisher or ""),
        *(
            np.nan if number is None else float(number)
            for number in (asked.early_access, year, metascore)
        ),
    )
    found = prices.estimate(details, prices.best if method == BEST else method)
    if found is None:
        return None

    def reasons() -> list[Reason]:
        shown = _Shown(
            frozenset(prices.vocabulary.words(details)),
            clean(asked.developer or "") or None,
            clean(asked.publisher or "") or None,
            asked.early_access,
            year,
            metascore,
            prices.known_prices(details.developer, details.publisher),
        )
        return _reasons(found, shown, prices.vocabulary)

    return Explained(found, reasons)


def _rows(
    argument: str,
    noun: str,
    names: Sequence[str],
    known: Sequence[str],
    find: Callable[[str], int | None],
) -> list[int]:
    """Rows of names in any spelling."""
    if len(names) > _MOST_NAMES:
        raise TooMany(argument, f"{len(names):,} names", _MOST_NAMES)
    rows = []
    for name in names:
        row = find(fold(name))
        if row is None:
            raise UnknownName(argument, name, noun, _similar(name, known))
        rows.append(row)
    return rows


def _similar(name: str, known: Sequence[str]) -> list[str]:
    close = process.extract(
        name, known, scorer=fuzz.ratio, processor=fold, limit=3, score_cutoff=_LIKENESS
    )
    return [match for match, *_ in close]


def _reasons(estimate: Estimate, shown: _Shown, vocabulary: Vocabulary) -> list[Reason]:
    reasons = []
    for code, usd in estimate.reasons:
        feature, kind, names = _name(code, shown, vocabulary)
        reasons.append(Reason(feature, usd, kind, names))
    rest = estimate.price - estimate.baseline - sum(reason.usd for reason in reasons)
    if abs(rest) >= _LEAST_AMOUNT:
        reasons.append(Reason("everything else", rest, ReasonKind.EVERYTHING_ELSE, []))
    return reasons


def _name(code: int, shown: _Shown, vocabulary: Vocabulary) -> _Named:
    """What moved the estimate."""
    if code >= WORDS:
        label = vocabulary.label(code - WORDS)
        noun, _, word = label.partition(": ")
        return _Named(label, ReasonKind(noun.upper()), [word])
    genres = [vocabulary.genres[word] for word in sorted(shown.words) if word < vocabulary.tags_at]
    kinds = ReasonKind
    names: dict[int, Callable[[], _Named]] = {
        DEVELOPER: lambda: _owner(kinds.DEVELOPER, shown.developer, shown.known_prices[0]),
        PUBLISHER: lambda: _owner(kinds.PUBLISHER, shown.publisher, shown.known_prices[1]),
        YEAR: lambda: _Named(f"release year {shown.year}", kinds.RELEASE_YEAR, [f"{shown.year}"]),
        EARLY_ACCESS: lambda: (
            _Named("early access", kinds.EARLY_ACCESS, [])
            if shown.early_access
            else _Named("not in early access", kinds.NOT_EARLY_ACCESS, [])
        ),
        METASCORE: lambda: _Named(
            f"metascore {shown.metascore}", kinds.METASCORE, [f"{shown.metascore}"]
        ),
        NUMBER_OF_WORDS: lambda: _lists("number of {}", kinds.NUMBER_OF, shown, vocabulary),
        OTHER_WORDS: lambda: _lists("{} that it does not have", kinds.WITHOUT, shown, vocabulary),
        GENRES: lambda: _Named(f"genres: {', '.join(genres)}", kinds.GENRES, genres),
        UNKNOWN: lambda: _Named("unknown details", kinds.UNKNOWN_DETAILS, []),
    }
    return names[code]()


def _owner(kind: ReasonKind, name: str | None, known_prices: int) -> _Named:
    noun = kind.value.lower()
    if name is None or not known_prices:
        return _Named(f"{noun} without known prices", kind, [])
    return _Named(f"{noun}: {name}", kind, [name])


def _lists(text: str, kind: ReasonKind, shown: _Shown, vocabulary: Vocabulary) -> _Named:
    """A text about the lists that are known of a game, such as `genres and tags`."""
    starts = [vocabulary.tags_at, vocabulary.specs_at]
    known = {bisect_right(starts, word) for word in shown.words}
    nouns = [noun for place, noun in enumerate(("genres", "tags", "features")) if place in known]
    return _Named(text.format(listed(nouns)), kind, nouns)
