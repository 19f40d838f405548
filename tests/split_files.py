"""The demo's raw files taken apart into several that overlap, and events about their users."""

from __future__ import annotations

import ast
import gzip
import json
import random
from pathlib import Path

from datastore.base.snapshot import Manifest
from etl.demo import DemoFiles
from etl.sources.inputs import origin_of
from etl.sources.parts import RawInput
from etl.subjects import RAW_KINDS
from real_data import CATALOGUES, DUMPS, RATINGS

__all__ = ["MODEL", "Files", "differences", "raw_inputs", "real_files", "split_files"]

#: The arrays of the recommender that are made of sums of floats.
MODEL = frozenset(
    [
        "curve_knots", "curve_values", "ease_games", "ease_offsets", "ease_weights",
        "item_factors", "item_gram", "model_owners", "model_played", "model_rarity",
        "partner_games", "partner_plays", "partner_shares", "similar_coplay", "similar_games",
        "similar_scores", "similar_shared", "similar_sources", "user_factors", "user_games",
        "user_scores", "user_sources",
    ]
)  # fmt: skip

Files = dict[str, tuple[Path, ...]]


def split_files(demo: DemoFiles, folder: Path) -> Files:
    """Each library and review in none to three files, each rating in none to two; some lines are
    broken."""
    chance = random.Random(7)
    files: Files = {"games": (demo.games,), "titles": tuple(demo.titles)}
    folder.mkdir()
    for kind, path in (("reviews", demo.reviews), ("items", demo.items)):
        lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        files[kind] = tuple(folder / f"{number}-{kind}.json.gz" for number in range(3))
        for part in files[kind]:
            kept = [line for line in lines if chance.random() < 0.45]
            part.write_bytes(gzip.compress(b"".join([*kept, b"{broken\n"])))
    header, *ratings = gzip.decompress(demo.ratings.read_bytes()).splitlines(keepends=True)
    files["ratings"] = tuple(folder / f"{number}-ratings.csv" for number in range(2))
    for part in files["ratings"]:
        kept = [line for line in ratings if chance.random() < 0.6]
        part.write_bytes(b"".join([header, *kept, b"nobody,9,1,as1\n"]))
    users = [
        ast.literal_eval(line)["user_id"]
        for line in gzip.decompress(demo.items.read_bytes()).decode().splitlines()[:40]
    ]
    files["events"] = (folder / "events.jsonl",)
    with files["events"][0].open("w") as events:
        for _ in range(300):
            action = chance.choice(
                [{"minutes": chance.randint(0, 500)}, {"recommended": chance.random() < 0.5}]
            )
            event = {
                "userId": chance.choice([*users, "new user", "zz"]),
                "appId": chance.choice(["10", "20", "220", "620", "99999901"]),
                "at": f"2017-03-{chance.randint(1, 28):02}T10:00:00Z",
            }
            events.write(json.dumps(event | action) + "\n")
    return files


def real_files() -> Files:
    """The real files, both catalogues' subjects as far as there are files of them."""
    items = ("users_items.json.gz", "users_items_partial.json.gz")
    files: Files = {
        "games": (DUMPS / "steam_games.json.gz",),
        "reviews": (DUMPS / "user_reviews.json.gz",),
        "items": tuple(path for name in items if (path := DUMPS / name).is_file()),
    }
    if RATINGS.is_file():
        files |= {"titles": tuple(CATALOGUES), "ratings": (RATINGS,)}
    return files


def raw_inputs(files: Files) -> list[RawInput]:
    """The files as those of a build in parts."""
    return [
        RawInput(kind, origin_of(path, RAW_KINDS[kind]), str(path))
        for kind, paths in files.items()
        for path in paths
    ]


def differences(first: Manifest, second: Manifest) -> list[str]:
    """The tables and arrays with another content, or in one snapshot only; of those of the model,
    whose sums are in another order, the ones with another type."""
    contents = [
        {f"table {name}": entry for name, entry in each.tables.items()}
        | {
            f"array {name}": entry.dtype if name in MODEL else entry
            for name, entry in each.arrays.items()
        }
        for each in (first, second)
    ]
    names = contents[0].keys() | contents[1].keys()
    return sorted(name for name in names if contents[0].get(name) != contents[1].get(name))
