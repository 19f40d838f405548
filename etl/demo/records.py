"""etl.demo: one catalogue record of the demo: its keys, their order, and what every record has."""

import random
import re
from collections.abc import Iterable

from etl.demo.dump import Value
from etl.demo.oddities import SENTIMENT_WEIGHTS, SENTIMENTS
from etl.demo.tastes import Taste

Record = dict[str, Value]

# Python 2 dictionaries come in hash order: big records in this one, small ones in the other.
BIG_ORDER = (
    "publisher", "genres", "app_name", "sentiment", "title", "url", "release_date", "tags",
    "discount_price", "reviews_url", "specs", "price", "metascore", "early_access", "id",
    "developer",
)  # fmt: skip
SMALL_ORDER = (
    "app_name", "sentiment", "tags", "url", "price", "discount_price", "reviews_url", "id",
    "early_access", "specs",
)  # fmt: skip


def new_record(rng: random.Random, app_id: str, name: str, taste: Taste) -> Record:
    """What the store knows of every game; the caller adds the rest and puts the keys in order."""
    slug = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "_"
    return {
        "app_name": name,
        "title": name.replace("&", "&amp;"),
        "sentiment": rng.choices(SENTIMENTS, SENTIMENT_WEIGHTS)[0],
        "url": f"http://store.steampowered.com/app/{app_id}/{slug}/",
        "reviews_url": (
            f"http://steamcommunity.com/app/{app_id}/reviews/?browsefilter=mostrecent&p=1"
        ),
        "specs": rng.sample(taste.specs, rng.randrange(1, len(taste.specs) + 1)),
        "early_access": False,
        "id": app_id,
    }


def ordered(record: Record, order: tuple[str, ...] = BIG_ORDER) -> Record:
    """The record with its keys in the dump's order; None and keys not in it are left out."""
    return {key: record[key] for key in order if record.get(key) is not None}


def merged(first: Iterable[str], second: Iterable[str]) -> list[str]:
    """Both lists, each text once, in order of appearance."""
    return list(dict.fromkeys((*first, *second)))
