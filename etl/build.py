"""etl: the build. Raw dumps in, one released snapshot out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.errors import InputError
from datastore.base.names import fold, natural_order
from datastore.base.snapshot import Dataset, Manifest
from datastore.base.tables import FORMAT
from etl import aggregates, games, kinds, reviews, search, sentiment, users, values
from etl.frames import (
    Axes,
    Library,
    Names,
    axes,
    library,
    places,
    players_of_games,
    ranks,
    spellings,
)
from etl.lines import RawFile
from etl.progress import Reporter
from etl.recommender.build import Catalogue, Recommendations, recommend
from etl.recommender.parameters import Parameters
from etl.report import BuildReport, Rejects, SourceReport
from etl.reviews import Reviews
from etl.snapshot import SnapshotWriter

__all__ = ["Inputs", "Options", "build"]

_KINDS = ("games", "reviews", "items")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The three raw dumps."""

    games: Path
    reviews: Path
    items: Path


@dataclass(frozen=True, slots=True)
class Options:
    """How to build. `jobs` counts processes and threads and does not change the result."""

    max_rejects: float
    seed: int
    jobs: int
    max_line_bytes: int
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    catalogue: list[games.CatalogueGame]
    reviews: Reviews
    libraries: users.Libraries
    compound: npt.NDArray[np.float64]


def build(
    inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter
) -> tuple[Manifest, BuildReport]:
    """Build a snapshot and release it.

    Raises InputError when a dump cannot be used and SnapshotError when the folder cannot be
    written; the snapshot that served before goes on serving then.
    """
    files = {kind: RawFile(getattr(inputs, kind), options.max_line_bytes) for kind in _KINDS}
    for kind, raw in files.items():
        kinds.check(raw, kind)
    with SnapshotWriter(data_dir) as writer, reporter.running():
        rejects = Rejects(writer.folder / "rejects.jsonl")
        try:
            reports, read = _read(files, options, reporter, rejects)
        except InputError as error:
            if "{rejects}" in str(error):
                rejects.close()
                kept = writer.keep_rejects()
                raise InputError(str(error).replace("{rejects}", str(kept))) from None
            raise
        finally:
            rejects.close()
        with reporter.stage("tables"):
            entities = axes(read.catalogue, read.reviews, read.libraries)
            rows = library(entities, read.libraries)
            dataset = _write_tables(writer, entities, rows, read, demo=options.demo)
        parameters = Parameters()
        with reporter.stage("recommender", parameters.iterations) as stage:
            model = recommend(
                rows, _tags_of(read.catalogue, len(entities.app_ids)), parameters, options, stage
            )
            for name, values_ in model.arrays.items():
                writer.array(name, values_)
        hashes = {kind: raw.sha256 for kind, raw in files.items()}
        manifest = _manifest(hashes, options, parameters, dataset, model, writer)
        report = BuildReport(
            manifest.version, reports, dataset.coverage, model.facts, reporter.seconds
        )
        writer.release(manifest, report.as_json())
    return manifest, report


def _read(
    files: dict[str, RawFile], options: Options, reporter: Reporter, rejects: Rejects
) -> tuple[list[SourceReport], _Read]:
    reports = {kind: SourceReport(kind, str(raw.path)) for kind, raw in files.items()}

    def checked(kind: str) -> None:
        rejects.check(reports[kind], options.max_rejects)

    with reporter.stage("read games", files["games"].size) as stage:
        catalogue = games.read(files["games"], reports["games"], rejects, stage)
    checked("games")
    with reporter.stage("read reviews", files["reviews"].size) as stage:
        reviewed = reviews.read(files["reviews"], reports["reviews"], rejects, stage)
    checked("reviews")
    with sentiment.Scoring([row.text for row in reviewed.rows], options.jobs) as scoring:
        with reporter.stage("read items", files["items"].size) as stage:
            libraries = users.read(files["items"], reports["items"], rejects, stage)
        checked("items")
        with reporter.stage("sentiment", scoring.texts) as stage:
            compound = scoring.result(stage.advance)
            stage.rows(scoring.texts, "texts")
    return list(reports.values()), _Read(catalogue, reviewed, libraries, compound)


def _manifest(
    hashes: dict[str, str],
    options: Options,
    parameters: Parameters,
    dataset: Dataset,
    model: Recommendations,
    writer: SnapshotWriter,
) -> Manifest:
    settings = {"seed": options.seed, "model": parameters.as_json()}
    content = {"format": FORMAT, "inputs": hashes, "demo": options.demo, "parameters": settings}
    content["max_line_bytes"] = options.max_line_bytes  # decides which lines are read
    content["libraries"] = {
        name: version(name) for name in ("playgraph", "implicit", "vaderSentiment", "numpy")
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Manifest(
        format=FORMAT,
        version=digest[:16],
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        playgraph=version("playgraph"),
        inputs=hashes,
        parameters=settings,
        model=model.facts,
        dataset=dataset,
        tables=writer.tables,
        arrays=writer.arrays,
    )


# ---------------------------------------------------------------- tables


def _write_tables(
    writer: SnapshotWriter, entities: Axes, rows: Library, read: _Read, *, demo: bool
) -> Dataset:
    catalogue = entities.catalogue
    size, listed = len(entities.app_ids), len(catalogue)
    developers = spellings(_uses([game.developer] for game in catalogue), fold)
    genres = spellings(_uses(game.genres for game in catalogue), fold)
    tags, specs = (
        spellings(_uses(getattr(game, kind) for game in catalogue), fold)
        for kind in ("tags", "specs")
    )
    developer = _padded([developers.number.get(g.developer or "", -1) for g in catalogue], size)
    year = _padded([g.release_year if g.release_year else -1 for g in catalogue], size)
    price = np.full(size, np.nan)
    price[:listed] = [np.nan if g.price is None else g.price for g in catalogue]
    game_genres = [_numbers(genres, g.genres) for g in catalogue]

    review = _review_columns(entities, read)
    game, compound = review["game"], read.compound
    classes = review["sentiment"]
    by_game = aggregates.sentiment_counts(game, classes, size)
    by_developer = aggregates.sentiment_counts(developer[game], classes, len(developers.shown))

    search_keys = {
        "games": search.keys(entities.titles),
        "developers": search.keys(developers.shown),
        "users": search.keys(entities.user_ids),
        "genres": search.keys(genres.shown),
    }
    titles_folded = [fold(title) if title else "" for title in entities.titles]
    writer.table("tags", {"name": tags.shown})
    writer.table("specs", {"name": specs.shown})
    writer.table(
        "games",
        {
            "app_id": entities.app_ids,
            "title": entities.titles,
            "title_folded": titles_folded,
            "title_rank": ranks(titles_folded),
            "id_rank": places(entities.app_ids, natural_order),
            "search_key": search_keys["games"],
            "publisher_folded": [fold(g.publisher) if g.publisher else "" for g in catalogue]
            + [""] * (size - listed),
            "in_catalogue": np.arange(size) < listed,
            "developer": [None if number < 0 else number for number in developer.tolist()],
            "genres": game_genres + [[]] * (size - listed),
            "tags": [_numbers(tags, g.tags) for g in catalogue] + [[]] * (size - listed),
            "specs": [_numbers(specs, g.specs) for g in catalogue] + [[]] * (size - listed),
            "release_year": aggregates.nullable(year),
            "price": price,
            **{
                name: [getattr(g, name) for g in catalogue] + [None] * (size - listed)
                for name in (
                    "publisher",
                    "release_date",
                    "release_date_text",
                    "price_text",
                    "early_access",
                    "metascore",
                )
            },
            "owners": np.bincount(rows.game, minlength=size),
            "players": np.bincount(rows.game[rows.minutes > 0], minlength=size),
            "minutes": np.bincount(rows.game, rows.minutes, size).astype(np.int64),
            **by_game,
        },
    )
    games_of_developer = _members(developer[:listed], len(developers.shown))
    writer.table(
        "developers",
        {
            "name": developers.shown,
            "folded": developers.folded,
            "search_key": search_keys["developers"],
            "companies": [values.companies(name) for name in developers.shown],
            "games": games_of_developer,
            **by_developer,
        },
    )
    writer.table(
        "developer_years",
        aggregates.release_years(developer[:listed], year[:listed], price[:listed]),
    )
    writer.table(
        "review_years",
        aggregates.review_years(
            developer[game],
            game,
            np.array([r.posted_year or -1 for r in read.reviews.rows], np.int32),
            year[game],
            np.array([r.recommend for r in read.reviews.rows], bool),
            classes,
        ),
    )
    flat = np.array([g for own in game_genres for g in own], np.int32)
    owner = np.repeat(np.arange(listed, dtype=np.int32), [len(own) for own in game_genres])
    games_of_genre = [owner[flat == number] for number in range(len(genres.shown))]
    writer.table(
        "genres",
        {
            "name": genres.shown,
            "folded": genres.folded,
            "search_key": search_keys["genres"],
            "games": games_of_genre,
        },
    )
    players, player_years = aggregates.genre_players(rows, games_of_genre, year)
    writer.table("genre_players", players)
    writer.table("genre_player_years", player_years)

    priced, money = aggregates.money_spent(rows, price)
    count = len(entities.user_ids)
    writer.table(
        "users",
        {
            "user_id": entities.user_ids,
            "search_key": search_keys["users"],
            "items": np.diff(rows.offsets),
            "priced_items": priced,
            "money": money,
            "reviews": np.bincount(review["user"], minlength=count),
            "recommended": np.bincount(review["user"], review["recommend"], count).astype(np.int32),
        },
    )
    writer.table("reviews", {**review, "compound": compound})
    for noun, keys in search_keys.items():
        for part, values_ in search.index(keys).items():
            writer.array(f"search_{noun}_{part}", values_)
    game_offsets, game_rows = players_of_games(rows, size)
    writer.array("game_offsets", game_offsets)
    writer.array("game_rows", game_rows)
    writer.array("library_offsets", rows.offsets)
    writer.array("library_games", rows.game)
    writer.array("library_minutes", rows.minutes)
    return Dataset(
        demo=demo,
        crawl_year=read.reviews.crawl_year,
        games=listed,
        users=count,
        reviews=len(read.reviews.rows),
        play_rows=len(rows.game),
        coverage=_coverage(entities, rows, read, developer, year, price, game),
    )


def _coverage(
    entities: Axes,
    rows: Library,
    read: _Read,
    developer: npt.NDArray[np.int32],
    year: npt.NDArray[np.int32],
    price: npt.NDArray[np.float64],
    review_game: npt.NDArray[np.int32],
) -> dict[str, int]:
    listed = len(entities.catalogue)
    owned = np.diff(rows.offsets)
    reviewed = read.reviews.rows
    counts = {
        "undated_games": (year[:listed] < 0).sum(),
        "unpriced_games": np.isnan(price[:listed]).sum(),
        "games_without_developer": (developer[:listed] < 0).sum(),
        "games_without_genre": sum(not game.genres for game in entities.catalogue),
        "games_missing_from_catalogue": len(entities.app_ids) - listed,
        "play_rows_missing_from_catalogue": (rows.game >= listed).sum(),
        "reviews_missing_from_catalogue": (review_game >= listed).sum(),
        "unplayed_rows": (rows.minutes == 0).sum(),
        "users_without_items": (owned == 0).sum(),
        "undated_reviews": sum(row.posted_year is None for row in reviewed),
        "reviews_with_inferred_year": sum(row.posted_year_inferred for row in reviewed),
        "reviews_without_text": sum(row.text is None for row in reviewed),
    }
    return {name: int(count) for name, count in counts.items()}


def _review_columns(entities: Axes, read: _Read) -> dict[str, Any]:
    rows = read.reviews.rows
    user = np.array([entities.user_number[row.user_id] for row in rows], np.int32)
    game = np.array([entities.game_number[row.app_id] for row in rows], np.int32)
    order = np.lexsort((game, user))
    rows[:] = [rows[at] for at in order.tolist()]
    read.compound[:] = read.compound[order]
    columns: dict[str, Any] = {
        name: [getattr(row, name) for row in rows]
        for name in (
            "posted",
            "posted_year",
            "posted_year_inferred",
            "helpful",
            "helpful_total",
            "funny",
            "text",
        )
    }
    return columns | {
        "user": user[order],
        "game": game[order],
        "recommend": np.array([row.recommend for row in rows], bool),
        "sentiment": sentiment.classes(read.compound),
    }


def _uses(lists: Any) -> dict[str, int]:
    uses: dict[str, int] = {}
    for names in lists:
        for name in names:
            if name:
                uses[name] = uses.get(name, 0) + 1
    return uses


def _numbers(names: Names, used: list[str]) -> list[int]:
    return list(dict.fromkeys(names.number[name] for name in used))


def _padded(values_: list[int], size: int) -> npt.NDArray[np.int32]:
    padded = np.full(size, -1, np.int32)
    padded[: len(values_)] = values_
    return padded


def _members(owner: npt.NDArray[np.int32], size: int) -> list[npt.NDArray[np.intp]]:
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(size + 1))
    return [order[starts[at] : starts[at + 1]] for at in range(size)]


def _tags_of(catalogue: list[games.CatalogueGame], size: int) -> Catalogue:
    words = [
        [*(f"t:{fold(t)}" for t in g.tags), *(f"g:{fold(x)}" for x in g.genres)] for g in catalogue
    ]
    return Catalogue(words + [[]] * (size - len(catalogue)))
