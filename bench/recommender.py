"""bench: is the recommender better than simpler ones? Run manually, on complete libraries.

    python bench/recommender.py users_items.json.gz [--games steam_games.json.gz] [--seed 0]

Evaluates a raw dump in the same way as `playgraph evaluate` evaluates a snapshot;
docs/recommender.md describes the method. Without a catalogue, there are no tags.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from rich.console import Console

from datastore.base.environment import load_settings
from datastore.base.names import fold
from datastore.base.series import plain
from etl.columns.arrow import coded
from etl.games import axes, libraries
from etl.games import catalogue as games
from etl.games.labels import Labels
from etl.games.play_rows import number_library, number_recent_starts
from etl.games.unlisted import unlisted_reasons
from etl.process.progress import Stage
from etl.raw.lines import RawFile
from etl.raw.records import read_file
from etl.recommender.content import GameWords
from etl.recommender.evaluation.evaluate import Extent, evaluate
from etl.recommender.kin import Kin
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users
from etl.release.evaluation_tables import print_evaluation


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("items", type=Path)
    parser.add_argument("--games", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-baselines", action="store_true", help="popularity only")
    parser.add_argument("--json", action="store_true", help="print the evaluation as JSON")
    options = parser.parse_args()
    quiet, longest = Stage(None, None), load_settings().max_line_bytes
    rejects = Path(os.devnull)
    owned = read_file(RawFile(options.items, longest), libraries.read, rejects, quiet).rows
    catalogue = games.RAW.empty_table()
    if options.games:
        found = read_file(RawFile(options.games, longest), games.read, rejects, quiet)
        catalogue = games.merge([found.rows]).rows
    nobody = pa.array([], pa.string())
    entities = axes.axes(catalogue, owned, nobody, nobody)
    tags, genres = (
        Labels.of(catalogue[kind], len(entities.app_ids)).words for kind in ("tags", "genres")
    )
    titles = [plain(title) if title else "" for title in entities.titles.to_pylist()]
    labels = (Labels.of(catalogue[kind], len(titles)) for kind in ("genres", "specs"))
    names, code = coded(catalogue["developer"])
    others = len(titles) - entities.listed
    known = np.array([bool(name) for name in names], np.bool_)[code]
    developer = np.append(np.where(known, code, -1), np.full(others, -1)).astype(np.int32)
    publishers = [fold(name) if name else "" for name in catalogue["publisher"].to_pylist()]
    publishers += [""] * others
    library = number_library(entities, owned)
    starts = number_recent_starts(entities, owned, library)
    data = TrainingData(
        Users.of(library, entities.user_ids.to_pylist(), starts),
        entities.app_ids.to_pylist(),
        GameWords.of(tags, genres, catalogue["release_year"].to_pylist()),
        Kin.of(titles, developer, publishers),
        unlisted_reasons(titles, entities.listed, *labels) >= 0,
    )
    recipe = Recipe(Parameters(), options.seed, options.jobs)
    extent = Extent(baselines=not options.no_baselines, companions=not options.no_baselines)
    evaluation = evaluate(data, recipe, extent, quiet)
    if options.json:
        print(msgspec.json.encode(evaluation).decode())
    else:
        print_evaluation(evaluation, Console())


if __name__ == "__main__":
    main()
