"""analysis: charts as values: what a figure shows, and the sentence that it proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Chart", "Figure", "Kind", "Numbers", "Section", "dollars", "number", "share"]

#: Horizontal bars, vertical ones (both stacked), lines, or a matrix of percentages.
Kind = Literal["bars", "columns", "lines", "matrix"]
#: One number per label; None where there is none.
Numbers: TypeAlias = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Series of numbers over the same labels. A matrix has one series per column."""

    kind: Kind
    labels: Sequence[str]
    series: Mapping[str, Numbers]
    #: What the numbers are: an axis label, such as "games" or "% of games".
    unit: str
    #: What the labels are, for the head of the table of numbers.
    label: str = ""
    #: Names of the colours of the series: see `drawing.PALETTE`.
    colours: Sequence[str] = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, its title and its finding: a sentence that is computed from the data."""

    name: str
    title: str
    finding: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of one theme."""

    title: str
    figures: Sequence[Figure]


def number(value: float | None) -> str:
    """A number for readers: `1,234`, `12.5`, `0.042`; `–` for None."""
    if value is None:
        return "–"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return (
        f"{value:,.1f}" if abs(value) >= 10 else f"{value:.2g}" if value < 0.1 else f"{value:.3g}"
    )


def share(part: float, whole: float) -> str:
    """A part of a whole: `12.5%`; `0%` of nothing."""
    percents = 100 * part / whole if whole else 0.0
    if 0 < percents < 0.1:
        return "less than 0.1%"
    return f"{percents:.1f}%".replace(".0%", "%")


def dollars(value: float) -> str:
    """An amount: `$4.99`."""
    return f"${value:,.2f}"
