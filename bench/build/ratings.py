"""bench: write ratings of the published size in the shape of the published files.

    python bench/build/ratings.py FOLDER amazon_prime_titles.csv ... [--rows 11024289] [--files 8]

The titles are those of the given catalogues. As in the published ratings, a viewer rates between 1
and some thousands of titles, all titles are equally likely, viewers differ in mood, and nothing
depends on the title. Ratings of heavy viewers repeat by chance, mostly in conflict; a few rows
are exact copies. The same seed writes the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

ROWS, FILES = 11_024_289, 8
ROWS_PER_VIEWER = 95.8
STARS = np.arange(1, 11) / 2
SHARES = [1.40, 3.10, 1.55, 6.65, 5.18, 20.42, 12.60, 26.12, 8.32, 14.64]
"""Percentage of each number of stars."""
MOOD = 0.43
"""Standard deviation of viewers' means, as a share of that of all ratings."""
QUANTILES = [0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0]
COUNTS = [1, 4, 15, 29, 87, 233, 407, 940, 2668, 7638]
"""Ratings per viewer at each quantile."""
COPIES = 20e-6
FIRST_DAY, LAST_DAY = 9_700, 17_300
"""Days since 1970 of the first and the last evening of ratings."""

Integers = npt.NDArray[np.int64]


def title_ids(catalogues: list[Path]) -> list[str]:
    """The title ids of catalogues: the first letter of the platform, which begins the file's
    name, and the record's `show_id`."""
    titles = []
    for path in catalogues:
        with path.open(encoding="utf-8-sig", newline="") as file:
            titles += [path.name[0] + row["show_id"].strip() for row in csv.DictReader(file)]
    return sorted(set(titles))


def counts_per_viewer(rows: int, viewers: int, random: np.random.Generator) -> Integers:
    """How many rows each viewer has: at least 1, `rows` in all."""
    drawn = np.exp(np.interp(random.random(viewers), QUANTILES, np.log(COUNTS)))
    counts: Integers = (drawn * rows / drawn.sum()).astype(np.int64).clip(1)
    difference = rows - int(counts.sum())
    largest = np.argsort(-counts, kind="stable")[: abs(difference)]
    np.add.at(counts, np.resize(largest, abs(difference)), 1 if difference > 0 else -1)
    return counts


def ratings(
    first_viewer: int, counts: Integers, titles: pa.Array, random: np.random.Generator
) -> pa.Table:
    """Rows of viewers with consecutive ids, grouped by viewer."""
    rows = int(counts.sum())
    viewers = np.repeat(np.arange(len(counts)), counts)

    mood = random.normal(0, MOOD, len(counts))
    liking = mood[viewers] + random.normal(0, np.sqrt(1 - MOOD**2), rows)
    bounds = np.quantile(liking, np.cumsum(SHARES)[:-1] / sum(SHARES))
    stars = np.searchsorted(bounds, liking).astype(np.int32)

    evening = random.integers(FIRST_DAY, LAST_DAY, len(counts)) * 86_400 + 68_400
    session = np.exp(random.normal(6.8, 1.2, len(counts)))
    seconds = np.floor(random.random(rows) * session[viewers]).astype(np.int64)
    timestamps = evening[viewers] + seconds

    chosen = random.integers(0, len(titles), rows).astype(np.int32)
    for copy in np.sort(random.integers(1, max(2, rows), round(rows * COPIES))) if rows > 1 else ():
        if viewers[copy] == viewers[copy - 1]:
            for column in (stars, timestamps, chosen):
                column[copy] = column[copy - 1]
    return pa.table(
        {
            "userId": first_viewer + viewers,
            "rating": pa.array([str(star) for star in STARS]).take(pa.array(stars)),
            "timestamp": timestamps,
            "movieId": titles.take(pa.array(chosen)),
        }
    )


def write(folder: Path, titles: list[str], rows: int = ROWS, files: int = FILES) -> list[Path]:
    """Write files `0.csv`, `1.csv`, ... and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    options = pa_csv.WriteOptions(quoting_style="none", quoting_header="none", eol="\r\n")
    random = np.random.default_rng(11)
    paths, first_viewer = [], 1
    for index in range(files):
        share = rows * (index + 1) // files - rows * index // files
        viewers = max(1, round(share / ROWS_PER_VIEWER))
        counts = counts_per_viewer(share, viewers, random)
        paths.append(folder / f"{index}.csv")
        table = ratings(first_viewer, counts, pa.array(titles), random)
        pa_csv.write_csv(table, paths[-1], options)
        first_viewer += viewers
    return paths


def main() -> None:
    """Write the files and print their size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("catalogues", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--files", type=int, default=FILES)
    options = parser.parse_args()
    start = time.perf_counter()
    titles = title_ids(options.catalogues)
    paths = write(options.folder, titles, options.rows, options.files)
    size = sum(path.stat().st_size for path in paths) / 1e6
    seconds = time.perf_counter() - start
    print(f"{options.rows:,} ratings of {len(titles):,} titles: {size:.0f} MB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
