"""An invented market: games whose prices follow from developer, tag and kind, with some noise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from datastore.base.price_features import WORDS, Details, Vocabulary, features
from etl.prices.data import Catalogue, Sample
from etl.prices.models import (
    BaggingParameters,
    BoostingParameters,
    Models,
    Parameters,
    fit,
    folds_of,
)

__all__ = ["CODES", "VOCABULARY", "catalogue", "details", "few_trees", "sample", "trained"]

VOCABULARY = Vocabulary(
    ["Action", "Indie", "RPG"],
    ["Cheap", "Epic", "FPS", "Indie"],
    ["Single-player", "Downloadable Content"],
)
#: Number of codes by which estimates are explained: see `datastore.base.price_features`.
CODES = WORDS + len(VOCABULARY)
_LEVELS = (3.0, 5.0, 8.0, 12.0, 20.0, 40.0)


def details(count: int, seed: int = 7) -> tuple[list[Details], np.ndarray]:
    """Games, and their prices in USD."""
    rng = np.random.default_rng(seed)
    games, prices = [], []
    for _ in range(count):
        maker = int(rng.integers(len(_LEVELS)))
        tags = sorted(rng.choice(4, int(rng.integers(4)), replace=False).tolist())
        specs = [0] if rng.random() < 0.7 else [0, 1]
        known = rng.random(5) < 0.8
        games.append(
            Details(
                sorted(rng.choice(3, int(rng.integers(1, 3)), replace=False).tolist()),
                tags,
                specs,
                f"maker {maker}" if known[0] else "",
                f"house {maker // 2}" if known[1] else "",
                float(rng.random() < 0.2) if known[2] else np.nan,
                float(rng.integers(2000, 2018)) if known[3] else np.nan,
                float(rng.integers(40, 100)) if rng.random() < 0.3 else np.nan,
            )
        )
        level = _LEVELS[maker] * (0.5 if 0 in tags else 1) * (1.5 if 1 in tags else 1)
        level *= 0.4 if 1 in specs else 1
        prices.append(round(level * float(np.exp(rng.normal(0, 0.2)))) + 0.99)
    return games, np.array(prices)


def sample(count: int, seed: int = 7) -> Sample:
    """Games to learn from."""
    games, prices = details(count, seed)
    return Sample(features(games, VOCABULARY), prices)


def catalogue(count: int, *, free: int = 0, seed: int = 7) -> Catalogue:
    """A catalogue of priced games, and of as many free games behind them."""
    games, prices = details(count + free, seed)
    prices[count:] = 0.0
    years = np.array([game.year for game in games])
    return Catalogue(
        VOCABULARY,
        features(games, VOCABULARY),
        prices,
        (years - 1970) * 365.25,
        np.random.default_rng(seed).permutation(count),
    )


def trained(training: Sample, seed: int = 1) -> Models:
    """All methods with the default parameters."""
    parameters = Parameters()
    folds = folds_of(training, len(VOCABULARY), parameters.boosting)
    return fit(folds, len(VOCABULARY.genres), parameters, seed)


@contextmanager
def few_trees() -> Iterator[None]:
    """Let builds within train little for estimates of prices, where other things are tested."""
    chosen = Parameters(BoostingParameters(iterations=1), BaggingParameters(trees=1)), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etl.prices.build._search", lambda catalogue, seed: chosen)
        yield
