"""bench: VADER's scores compared with the package's, for the texts of a review dump. Run manually.

    python bench/build/sentiment.py user_reviews.json.gz [--rounds 5]

Both sides score the same texts in one process and one run, alternately, and must agree to the last
bit. CPU time, medians of the rounds, excluding reading.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from datastore.base.environment import load_settings
from etl.games import reviews
from etl.process.progress import Stage
from etl.raw.lines import RawFile
from etl.raw.records import read_file
from etl.sentiment.scoring import score


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = _texts(options.reviews)
    polarity = SentimentIntensityAnalyzer().polarity_scores

    def package() -> list[float]:
        return [polarity(text.replace("♥", " "))["compound"] for text in texts]

    sides: dict[str, Callable[[], list[float]]] = {
        "playgraph": lambda: score(texts),
        "vaderSentiment": package,
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(options.rounds):  # in turn, so that a slow moment hits both
        scores = []
        for name, side in sides.items():
            start = time.process_time()
            scores.append(side())
            seconds[name].append(time.process_time() - start)
        assert scores[0] == scores[1]
    medians = {name: statistics.median(kept) for name, kept in seconds.items()}
    print(f"{len(texts):,} texts, {options.rounds} rounds, all scores equal")
    print(f"{'':<16}{'CPU s':>8}{'texts/CPU s':>14}{'ratio':>8}")
    for name, median in medians.items():
        ratio = medians["vaderSentiment"] / median
        print(f"{name:<16}{median:>8.2f}{len(texts) / median:>14,.0f}{ratio:>8.1f}")


def _texts(path: Path) -> list[str]:
    raw = RawFile(path, load_settings().max_line_bytes)
    found = read_file(raw, reviews.read, Path(os.devnull), Stage(None, None))
    merged = reviews.merge([found.rows]).rows
    texts: list[str] = merged.rows["text"].drop_null().to_pylist()
    return texts


if __name__ == "__main__":
    main()
