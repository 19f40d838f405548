"""etl.demo: the demo's invented games, and what is odd about some of them."""

import random
from collections.abc import Sequence

from etl.demo import names, oddities
from etl.demo.dump import Value
from etl.demo.records import SMALL_ORDER, Record, merged, new_record, ordered
from etl.demo.tastes import TASTES, TOOL_GENRES, Taste

# Seven digits from here on are beyond every id the store had given when the real dump was made.
FIRST_ID = 7_100_000
# Fewer invented records than this cannot hold every oddity and some plain games beside them.
FEWEST = 36

_PACK_SHARE = 0.35
_PACKS = (
    "Soundtrack",
    "Artbook",
    "Season Pass",
    "Costume Pack",
    "Map Pack",
    "Supporter Pack",
    "Bonus Chapter",
)
# Releases a year, 1998 to 2018 (the crawl ended in January), in the real file's proportions.
_YEAR_WEIGHTS = (6, 6, 5, 7, 6, 9, 8, 10, 15, 17, 21, 34, 44, 59, 119, 155, 283, 494, 693, 600, 10)
_YEARS = range(1998, 1998 + len(_YEAR_WEIGHTS))


class Inventor:
    """Makes invented records and keeps what later ones refer to: studios, titles, base games.

    After `records`, `bases` holds (record, index of its taste) of every game that is no pack.
    """

    def __init__(self, rng: random.Random, taken_titles: set[str], count: int) -> None:
        self._rng = rng
        self.new_title = names.titles(rng, taken_titles)
        self._studios = names.developers(rng, max(40, count * 45 // 100))
        self._pack_names: set[str] = set()
        self._tools = 0
        self._count = count
        self.bases: list[tuple[Record, int]] = []

    def records(self) -> list[Record]:
        """Invented records, a share of them packs that belong to earlier ones."""
        found = []
        for number in range(self._count):
            app_id = str(FIRST_ID + 10 * number)
            is_pack = len(self.bases) > 10 and self._rng.random() < _PACK_SHARE
            found.append(self._pack(app_id) if is_pack else self._game(app_id))
        return found

    def _game(self, app_id: str) -> Record:
        rng = self._rng
        index = rng.choices(range(len(TASTES)), [taste.games for taste in TASTES])[0]
        record = new_record(rng, app_id, self.new_title(TASTES[index].nouns), TASTES[index])
        # A few studios make many games, most make one.
        developer = self._studios[int(len(self._studios) * rng.random() ** 2.2)]
        record.update(developer=developer, release_date=_date(rng), price=_price(rng))
        record["publisher"] = developer if rng.random() < 0.6 else rng.choice(self._studios[:40])
        genres = self._genres(TASTES[index], is_free=isinstance(record["price"], str))
        tags = rng.sample(
            TASTES[index].tags, min(len(TASTES[index].tags), 2 + int(rng.expovariate(0.35)))
        )
        if rng.random() < 0.06:
            record["early_access"] = True
            genres.append("Early Access")
        if rng.random() < 0.08:
            record["metascore"] = round(rng.gauss(73, 9)) if rng.random() < 0.97 else "NA"
        record.update(genres=list(genres), tags=merged(tags, genres[:2]))
        record = ordered(record)
        self.bases.append((record, index))
        return record

    def _genres(self, taste: Taste, *, is_free: bool) -> list[str]:
        rng = self._rng
        if taste.name == "studio":
            self._tools += 1
            return sorted(
                {TOOL_GENRES[self._tools % len(TOOL_GENRES)], rng.choice(TOOL_GENRES[1:])}
            )
        extra = rng.sample(taste.extra, rng.randrange(len(taste.extra) + 1))
        return sorted({*taste.core, *extra, *(["Free to Play"] if is_free else [])})

    def _pack(self, app_id: str) -> Record:
        rng = self._rng
        base, index = self.bases[int(len(self.bases) * rng.random() ** 1.5)]
        name = f"{base['app_name']} - {rng.choice(_PACKS)}"
        while name in self._pack_names:
            name = f"{base['app_name']} - {rng.choice(_PACKS)} {rng.randrange(2, 100)}"
        self._pack_names.add(name)
        record = new_record(rng, app_id, name, TASTES[index])
        record.update(
            {key: base.get(key) for key in ("developer", "publisher", "genres", "release_date")}
        )
        record.update(
            specs=["Single-player", "Downloadable Content"], price=_price(rng), tags=base["genres"]
        )
        return ordered(record)


def deal_oddities(rng: random.Random, records: Sequence[Record]) -> None:
    """Changes records in place: every oddity at least once, then at the real file's shares.

    Records with an odd date or a rare price text keep both; gaps are torn into the others.
    """
    dates = _sample(rng, records, oddities.ODD_DATE_SHARE, at_least=len(oddities.ODD_DATES))
    for place, record in enumerate(dates):
        record["release_date"] = oddities.ODD_DATES[place % len(oddities.ODD_DATES)]
    for text, record in zip(
        oddities.RARE_PRICES, rng.sample(records, len(oddities.RARE_PRICES)), strict=True
    ):
        record["price"] = text
    odd = {*oddities.ODD_DATES, *oddities.RARE_PRICES}
    plain = [
        record
        for record in records
        if record["release_date"] not in odd and record["price"] not in odd
    ]
    for record in _sample(rng, plain, oddities.DISCOUNT_SHARE, at_least=2):
        if isinstance(price := record["price"], float):
            record["discount_price"] = round(price * rng.choice((0.25, 0.5, 0.66, 0.9)), 2)
    for key, share in oddities.MISSING.items():
        for record in _sample(rng, plain, share, at_least=1):
            record.pop(key, None)
    stubs = _sample(rng, plain, oddities.STUB_SHARE, at_least=2)
    for record in records:
        whole = dict(record)
        record.clear()
        record.update(ordered(whole))
    for record in stubs:
        small = ordered(record, SMALL_ORDER)
        record.clear()
        record.update(small)


def _sample(
    rng: random.Random, records: Sequence[Record], share: float, *, at_least: int
) -> list[Record]:
    return rng.sample(records, max(at_least, round(share * len(records))))


def _date(rng: random.Random) -> str:
    year = rng.choices(_YEARS, _YEAR_WEIGHTS)[0]
    month = 1 if year == _YEARS[-1] else rng.randrange(1, 13)
    return f"{year}-{month:02d}-{rng.randrange(1, 29):02d}"


def _price(rng: random.Random) -> Value:
    if rng.random() < oddities.FREE_SHARE:
        return rng.choice(oddities.FREE_TEXTS)
    return rng.choices(list(oddities.PRICES), list(oddities.PRICES.values()))[0]
