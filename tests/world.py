"""A tiny literal world as raw records: every answer about it is known by construction.

Minutes, prices and dates are written so that each edge case of the contract is in exactly one
place; the comments at the records say which. Users and games are invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from etl.release.build import Inputs

__all__ = [
    "CATALOGUE",
    "DEVELOPERS",
    "GAMES",
    "GENRES",
    "LIBRARIES",
    "OFF_CATALOGUE",
    "REVIEWS",
    "USERS",
    "write",
]

Record = dict[str, Any]

# Texts whose sentiment nobody disputes, and VADER does not either.
GOOD = "I love this game, it is wonderful and great fun."
BAD = "A terrible game, awful and boring, I hate it."
PLAIN = "It has twelve levels."
MASKED = "this game is ♥♥♥♥ing bad"  # negative once the hearts are blanks


def _game(app_id: str | None, name: str | None, developer: str | None, **more: Any) -> Record:
    given = {"id": app_id, "app_name": name, "developer": developer, **more}
    return {key: value for key, value in given.items() if value is not None}


CATALOGUE: list[Record] = [
    # A catalogue is in no order: products are listed by the number, so 100 stands behind 20.
    _game(
        "100", "Juno", "solo dev,Pixel Barn", genres=["Racing"], release_date="2014", price=0.0,
        tags=["Cars"],
    ),
    _game(
        "10", "Alpha Strike", "Orbit Works", genres=["Action"], release_date="2010-03-01",
        price=9.99, tags=["Shooter", "Action"], specs=["Single-player", "Co-op"], metascore=88,
        publisher="Orbit &amp; Sons", early_access=False,
        url="http://store.example/app/10/Alpha_Strike/",
    ),
    # Free by its text; another spelling of its developer; a title that is escaped.
    _game(
        "20", "Beta &amp; Gamma", "ORBIT WORKS", genres=["Action", "Indie"],
        release_date="2010-11-05", price="Free To Play", tags=["Shooter"], early_access=True,
        metascore="NA", url="http://store.example/app/10/Alpha_Strike/",  # of another game
    ),
    # A partial date that names a year; no price; whitespace around the developer.
    _game("30", "Cobalt", " Orbit Works ", genres=["Action"], release_date="Q1 2012"),
    # No year, and a text instead of a price.
    _game(
        "40", "Dune Racer", "Orbit Works", genres=["Racing", "Action"],
        release_date="Coming Soon", price="Third-party", tags=["Cars"],
    ),
    # One item a spelling: the first by code point is shown, KRAKEN.
    _game(
        "50", "Ember", "Kraken", genres=["Indie"], release_date="2011-01-01", price=4.99,
        tags=["Fire"],
    ),
    _game(
        "60", "Fjord", "KRAKEN", genres=["indie", "Strategy"], release_date="2011-07-07",
        price="Starting at $499.00",
    ),
    # The spelling shown starts with a small letter: by code point it stands behind "Weiß".
    _game(
        "70", "Grove", "salt &amp; pine", genres=["Strategy"], release_date="2012-02-02",
        price=19.99, tags=["Calm", "Trade"],
    ),
    # A developer string that names two companies, both of which are developers of their own.
    _game(
        "80", "Harbor", "Orbit Works,Kraken", genres=["Strategy"], release_date="2013-05-05",
        price=14.99, tags=["Trade"],
    ),
    # A comma within one company's name; a genre that nobody has played; an escaped genre.
    _game(
        "90", "Iris", "Weiß Co., Ltd.", genres=["Design &amp; Illustration"],
        release_date="2014-04-04", price=2.99, tags=["Calm"],
    ),
    # Only a title and a price.
    {"id": "110", "title": "Krill", "price": 1.99},
    # Owned, but never played.
    _game(
        "120", "Lagoon", "Weiß Co., Ltd.", genres=["Action"], release_date="2013-03-03",
        price="Free Demo", tags=["Fire"],
    ),
    # Nobody owns it; a run of blanks in its developer.
    _game(
        "130", "Moss", "Orbit  Works", genres=["Action"], release_date="2010-12-12", price=5.0,
        tags=["Shooter"],
    ),
    # The id of an earlier record, once as it is and once in an address; and no id at all.
    _game("10", "Alpha Strike again", "Somebody Else", price=1.0),
    {"app_name": "Alpha by address", "url": "http://store.example/app/10/Alpha/", "price": 2.0},
    {"app_name": "Nameless", "price": 3.0},
]  # fmt: skip

#: Catalogue games by product id: what `games` lists.
GAMES = ["10", "20", "30", "40", "50", "60", "70", "80", "90", "100", "110", "120", "130"]
#: Known from libraries and reviews only; 901 has no name anywhere.
OFF_CATALOGUE = {"900": "Ghost Game", "901": None}

#: By folded name, as they are shown.
DEVELOPERS = [
    "KRAKEN",
    "Orbit Works",
    "Orbit Works,Kraken",
    "salt & pine",
    "solo dev,Pixel Barn",
    "Weiß Co., Ltd.",
]
GENRES = ["Action", "Design & Illustration", "Indie", "Racing", "Strategy"]

#: Minutes by user and product id.
LIBRARIES: dict[str, dict[str, int]] = {
    "ada": {"10": 600, "20": 60, "30": 40, "40": 20, "50": 120, "70": 30, "120": 0, "900": 45},
    "Ada": {"10": 60},  # another person: ids are compared exactly
    "bob": {"10": 120, "20": 30, "50": 60, "60": 0},
    "cyd": {"10": 1, "20": 1, "50": 30, "80": 600},  # 600 minutes of Strategy, smallest id
    "dov": {"10": 30, "20": 30, "40": 90, "50": 10},
    "eve": {"20": 300, "50": 600, "100": 45},
    "fay": {"70": 600},  # 600 minutes of Strategy
    "gus": {"70": 10, "80": 590},  # 600 minutes of Strategy, in two games
    "76561198000000001": {"10": 15, "30": 45},
    "owner": {"10": 0, "60": 0},  # owns, never plays
    "empty": {},
    "hal": {"900": 30},  # owns only what the catalogue lacks
    # Owns every game that anybody has played: nothing popular is left to recommend.
    "max": dict.fromkeys(["10", "20", "30", "40", "50", "70", "80", "100", "900"], 0),
}
#: Known from reviews only; "silent" has a line without any review.
_REVIEWERS = ["critic", "silent"]
#: By code point.
USERS = sorted([*LIBRARIES, *_REVIEWERS])

_NAMES = {
    **{str(record.get("id")): record.get("app_name") for record in CATALOGUE},
    "900": "Ghost Game",
}

#: (user, product id, recommend, text, posted)
REVIEWS: list[tuple[str, str, bool, str, str]] = [
    ("ada", "10", True, GOOD, "Posted November 5, 2011."),
    ("bob", "10", True, GOOD, "Posted July 1, 2011."),
    ("cyd", "10", False, BAD, "Posted July 2, 2011."),
    ("dov", "20", True, PLAIN, "Posted July 3, 2011."),  # recommends, and is neutral
    ("eve", "20", True, GOOD, "Posted June 16."),  # no year: that of the crawl, 2014
    ("critic", "30", False, GOOD, "Posted May 5, 2012."),  # positive, and does not recommend
    ("critic", "40", True, GOOD, "Posted May 6, 2012."),  # the game has no release year
    ("ada", "50", True, GOOD, "Posted January 1, 2011."),
    ("bob", "50", True, GOOD, "Posted January 2, 2011."),
    ("dov", "50", True, GOOD, ""),  # no date at all: of no year
    ("fay", "70", True, GOOD, "Posted March 1, 2013."),
    ("critic", "90", True, GOOD, "Posted March 2, 2013."),
    ("gus", "80", True, GOOD, "Posted March 3, 2013."),
    ("cyd", "80", True, GOOD, "Posted February 29."),  # no year; 2014 has no such day
    ("hal", "900", True, GOOD, "Posted March 4, 2013."),  # the catalogue lacks the game
    ("critic", "901", True, MASKED, "Posted March 5, 2012."),
    ("eve", "100", False, "  ", "Posted March 6, 2013."),  # blank: neutral
    ("owner", "10", False, MASKED, "Posted March 7, 2012."),
    ("owner", "110", True, GOOD, "Posted March 8, 2012."),  # the game has no developer
    ("owner", "100", False, BAD, "Posted March 9, 2012."),
    # Reviewed, not owned, and close to what this user plays.
    ("76561198000000001", "20", False, PLAIN, "Posted May 7, 2012."),
    # The same user and game twice: the one posted last stands.
    ("gus", "60", True, GOOD, "Posted April 1, 2012."),
    ("gus", "60", False, BAD, "Posted April 1, 2013."),
]


def write(folder: Path) -> Inputs:
    """Write the three dumps: the catalogue as JSON lines, the others as Python literals."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"{kind}.json" for kind in ("games", "reviews", "items")}
    _lines(paths["games"], (json.dumps(record) for record in CATALOGUE))
    _lines(paths["reviews"], map(repr, _review_lines()))
    _lines(paths["items"], map(repr, _item_lines()))
    return Inputs(**paths)


def _lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _review_lines() -> list[Record]:
    by_user: dict[str, list[Record]] = {"silent": []}
    for user, app_id, recommend, text, posted in REVIEWS:
        by_user.setdefault(user, []).append(
            {
                "funny": "",
                "posted": posted,
                "last_edited": "",
                "item_id": app_id,
                "helpful": "12 of 15 people (80%) found this review helpful",
                "recommend": recommend,
                "review": text,
            }
        )
    lines = [
        {"user_id": user, "user_url": f"http://community.example/id/{user}", "reviews": rows}
        for user, rows in by_user.items()
    ]
    return [*lines, lines[1]]  # ada occurs twice, with exact duplicates


def _item_lines() -> list[Record]:
    lines: list[Record] = []
    for user, library in LIBRARIES.items():
        items = [
            {
                "item_id": app_id,
                "item_name": _NAMES.get(app_id) or "",
                "playtime_forever": minutes,
                "playtime_2weeks": 0,
            }
            for app_id, minutes in library.items()
        ]
        lines.append({"user_id": user, "items_count": len(items), "steam_id": "", "items": items})
    bob = lines[2]
    # bob occurs twice: an earlier state of his library, with less playtime.
    earlier = [{**item, "playtime_forever": item["playtime_forever"] // 2} for item in bob["items"]]
    return [*lines, {**bob, "items": earlier}]
