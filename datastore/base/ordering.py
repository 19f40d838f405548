"""datastore.base: the order of the second stage: curves of some signals, and trees of more.

The build and the server add them up in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from datastore.base.second_stage import Curves, tree_rows
from datastore.base.tree_sums import TreeSums
from datastore.base.trees import Trees

__all__ = ["PREFIX", "Order"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: Begin of the names of the trees' arrays.
PREFIX = "order"


@dataclass(frozen=True, slots=True)
class Order:
    """Curves and trees that are added to the blended score."""

    curves: Curves
    trees: Trees
    sums: TreeSums

    @classmethod
    def of(cls, curves: Curves, trees: Trees) -> Self:
        """Raises ValueError for trees with too many leaves."""
        return cls(curves, trees, TreeSums.of(trees))

    @classmethod
    def none(cls) -> Self:
        """Curves that are 0 everywhere and no trees: the order of the blend stays."""
        return cls.of(Curves.flat(), Trees.joined([]))

    @classmethod
    def read(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """From the arrays of a snapshot."""
        curves = Curves(arrays["curve_knots"], arrays["curve_values"])
        return cls.of(curves, Trees.of(arrays, PREFIX))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The same as arrays of a snapshot."""
        curves = {"curve_knots": self.curves.knots, "curve_values": self.curves.values}
        return curves | self.trees.arrays(PREFIX)

    def total(self, signals: Mapping[str, Floats]) -> Doubles:
        """What is added to the blended score; each signal has an entry for each candidate."""
        curves = self.curves.total(signals)
        return curves + self.sums.total(tree_rows(signals)).reshape(curves.shape)
