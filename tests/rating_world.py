"""Ratings given as literals, and synthetic ones with or without taste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from datastore.base.estimates import METHODS, Estimator, Parameters
from etl.titles.estimators import Features, Ratings, fit

__all__ = ["NO_FEATURES", "features", "fitted", "ratings", "synthetic"]

Doubles = npt.NDArray[np.float64]


def ratings(viewers: Sequence[Mapping[int, float]], title_count: int) -> Ratings:
    """Ratings of each viewer: stars by title."""
    titles = [sorted(viewer) for viewer in viewers]
    values = [[viewer[title] * 2 for title in sorted(viewer)] for viewer in viewers]
    return Ratings(
        np.cumsum([0, *map(len, titles)]),
        np.array([*chain(*titles)], np.uint16),
        np.array([*chain(*values)], np.uint8),
        title_count,
    )


def features(titles: Sequence[Mapping[int, float]]) -> Features:
    """Features of each title: share by number."""
    entries = [entry for title in titles for entry in title.items()]
    return Features(
        np.cumsum([0, *map(len, titles)]),
        np.array([feature for feature, _ in entries], np.int32),
        np.array([share for _, share in entries], np.float32),
    )


NO_FEATURES = features([])


def fitted(known: Ratings, content: Features | None = None, shrinkage: float = 1.0) -> Estimator:
    """An estimator with the same shrinkage and interval for each method."""
    content = content or features([{}] * known.title_count)
    arrays, parameters = fit(known, content, seed=0)
    parameters = Parameters(
        parameters.mean,
        parameters.spread,
        parameters.mean_shrinkage,
        dict.fromkeys(METHODS[1:], shrinkage),
        {method: [(-1.0, 1.0)] * 5 for method in METHODS},
    )
    return Estimator({**known.arrays(), **arrays}, parameters)


def synthetic(seed: int, quality: float, taste: float = 0.0) -> Ratings:
    """Ratings of 100 titles by 600 viewers, 20 each: half a star of noise on a viewer's mood, plus
    the title's quality, plus a taste that half of the viewers have for half of the titles and the
    others for the rest; `quality` and `taste` are standard deviations in stars."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(3.0, 0.4, 600)
    likes = rng.choice([-1.0, 1.0], 600)
    title_quality = rng.normal(0.0, quality, 100)
    title_side = rng.choice([-1.0, 1.0], 100)
    viewers = []
    for viewer in range(600):
        titles = rng.choice(100, 20, replace=False)
        stars = mood[viewer] + title_quality[titles] + rng.normal(0.0, 0.5, 20)
        stars += taste * likes[viewer] * title_side[titles]
        stars = np.clip(np.round(stars * 2) / 2, 0.5, 5)
        viewers.append(dict(zip(titles.tolist(), stars.tolist(), strict=True)))
    return ratings(viewers, 100)
