"""etl.demo: writes the demo world: catalogue, reviews and items as three raw dump files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.demo.catalogue import make_catalogue, write_catalogue
from etl.demo.libraries import write_libraries
from etl.demo.players import make_crowd
from etl.demo.reviews import Plan, review_total, write_reviews

PUBLISHED_GAMES = 32_135
PUBLISHED_USERS = 88_310


@dataclass(frozen=True)
class DemoFiles:
    """The paths of the three raw files of a demo world."""

    games: Path
    reviews: Path
    items: Path


def write_demo(
    folder: Path,
    *,
    games: int = 1500,
    users: int = 4000,
    seed: int = 20160816,
    compress: bool = True,
) -> DemoFiles:
    """Write a synthetic world to `folder` (created if missing), with the file names of the real dumps.

    `games` is the number of catalogue records, three more than there are games; `users` the number
    of lines of the items dump, about 1 % more than its distinct users. Libraries grow with the
    catalogue: 27 items per line by default, and at `PUBLISHED_GAMES` and `PUBLISHED_USERS` the
    published 5,153,209 item rows and 59,305 reviews. The same arguments give the same bytes; with
    `compress` the files are gzip, else plain.

    Raises ValueError when the world is too small to hold every oddity (200 games and 50 users do).
    """
    suffix = ".json.gz" if compress else ".json"
    files = DemoFiles(
        *(folder / f"{name}{suffix}" for name in ("steam_games", "user_reviews", "users_items"))
    )
    catalogue = make_catalogue(seed, games)
    crowd = make_crowd(seed, users, len(catalogue.games), games)
    folder.mkdir(parents=True, exist_ok=True)
    write_catalogue(files.games, catalogue.records, compress=compress)
    shelf = catalogue.games
    del catalogue  # its records are the biggest thing here, and on disk now
    plan = Plan(np.random.default_rng([seed, 3]), crowd, review_total(users))
    rng = np.random.default_rng([seed, 2])
    for first, rows in write_libraries(files.items, rng, shelf, crowd, compress=compress):
        plan.read(first, rows)
    write_reviews(files.reviews, seed, shelf, crowd, plan, compress=compress)
    return files
