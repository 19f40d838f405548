"""etl.demo: writes the demo world: the raw files of the games and those of streaming titles."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.demo.catalogue import make_catalogue, write_catalogue
from etl.demo.libraries import write_libraries
from etl.demo.players import make_crowd
from etl.demo.reviews import Plan, review_total, write_reviews
from etl.demo.streaming.catalogues import make_titles, title_ids, write_titles
from etl.demo.streaming.ratings import make_ratings, write_ratings

PUBLISHED_GAMES = 32_135
PUBLISHED_USERS = 88_310


@dataclass(frozen=True)
class DemoFiles:
    """The paths of the raw files of a demo world, by name of the raw kind."""

    games: Path
    reviews: Path
    items: Path
    titles: tuple[Path, ...]
    ratings: Path

    def paths(self) -> list[Path]:
        """All files."""
        return [self.games, self.reviews, self.items, *self.titles, self.ratings]


def write_demo(
    folder: Path,
    *,
    games: int = 1500,
    users: int = 4000,
    titles: int = 400,
    viewers: int = 1500,
    seed: int = 20160816,
    compress: bool = True,
) -> DemoFiles:
    """Write a synthetic world to `folder` (created if missing), with the file names of the real data.

    `games` is the number of catalogue records, three more than there are games; `users` the number
    of lines of the items dump, about 1 % more than its distinct users. Libraries grow with the
    catalogue: 27 items per line by default, and at `PUBLISHED_GAMES` and `PUBLISHED_USERS` the
    published 5,153,209 item rows and 59,305 reviews. There are about 27 ratings per
    viewer. The same arguments give the same bytes; with `compress` the files are gzip, except for
    the titles.

    Raises ValueError when the world is too small to hold every oddity (200 games, 50 users, 80
    titles and 50 viewers do).
    """
    packed = ".gz" if compress else ""
    games_file, reviews_file, items_file = (
        folder / f"{name}.json{packed}" for name in ("steam_games", "user_reviews", "users_items")
    )
    catalogue = make_catalogue(seed, games)
    crowd = make_crowd(seed, users, len(catalogue.games), games)
    platforms = make_titles(seed, titles)
    rows = make_ratings(seed, title_ids(platforms), viewers)
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(
        games=games_file,
        reviews=reviews_file,
        items=items_file,
        titles=write_titles(folder, platforms),
        ratings=folder / f"ratings.csv{packed}",
    )
    write_ratings(files.ratings, rows, compress=compress)
    del rows
    write_catalogue(files.games, catalogue.records, compress=compress)
    shelf = catalogue.games
    del catalogue  # its records are the biggest thing here, and on disk now
    plan = Plan(np.random.default_rng([seed, 3]), crowd, review_total(users))
    rng = np.random.default_rng([seed, 2])
    for first, owned in write_libraries(files.items, rng, shelf, crowd, compress=compress):
        plan.read(first, owned)
    write_reviews(files.reviews, seed, shelf, crowd, plan, compress=compress)
    return files
