"""bench: the figures of a run as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Mapping
from math import exp, log
from pathlib import Path
from typing import Any

#: CPU microseconds per request of each round, by target and shape.
Rounds = Mapping[str, Mapping[str, list[float]]]


def machine() -> str:
    """Processor, cores, memory and operating system."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = os.cpu_count()
    return f"{model}, {cores} cores, {gigabytes:.0f} GiB, {platform.system()} {platform.release()}"


def figures(rounds: Rounds) -> dict[str, dict[str, float]]:
    """The median of the rounds, by target and shape."""
    return {
        target: {shape: statistics.median(times) for shape, times in by_shape.items() if times}
        for target, by_shape in rounds.items()
    }


def ratio(times: list[float], base: list[float]) -> float:
    """The median ratio of two servers' times in the same round: a slow moment hits both."""
    return statistics.median(one / other for one, other in zip(times, base, strict=True))


def geometric_mean(values: Iterable[float]) -> float:
    """The geometric mean of positive numbers."""
    logs = [log(value) for value in values]
    return exp(sum(logs) / len(logs))


def percentile(times: list[float], share: float) -> float:
    """The value that this share of the times does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; all columns but the first are right-aligned."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = "|" + "|".join(
        ["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]
    ) + "|"  # fmt: skip
    return "\n".join([line(header), rule, *map(line, rows)])


def ratios(rounds: Rounds, titles: Mapping[str, str], shapes: Mapping[str, str]) -> str:
    """Times each target is as fast as plain Strawberry, by shape; its own time in parentheses."""
    rows = []
    for shape, title in shapes.items():
        base = rounds.get("stock", {}).get(shape)
        row = [title]
        for target in titles:
            times = rounds.get(target, {}).get(shape)
            if not times:
                row.append("–")
                continue
            own = f"({_time(statistics.median(times))})"
            row.append(f"{_ratio(ratio(base, times))} {own}" if base else own)
        rows.append(row)
    return table(["", *titles.values()], rows)


def _ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _time(us: float) -> str:
    return f"{us / 1000:.1f} ms" if us >= 1_000 else f"{us:.0f} µs"


def document(**parts: Any) -> dict[str, Any]:
    """The JSON of a run."""
    return {"machine": machine(), "python": platform.python_version(), **parts}
