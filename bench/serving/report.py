"""bench: the figures of a run as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import textwrap
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from typing import Any

#: Measured values by target and shape.
Figures = Mapping[str, Mapping[str, list[float]]]

#: What encloses the table in README.md.
_BEGIN, _END = "<!-- speed -->\n", "<!-- end of speed -->\n"


@dataclass
class Result:
    """The figures of a run: CPU microseconds per request of each round, and latencies in seconds.

    `titles`, `versions` and `shapes` name targets and shapes; `missing` are peers that could not be
    installed, with the reason. `search_us` is the time of the search by itself.
    """

    snapshot: str
    titles: dict[str, str]
    versions: dict[str, str]
    shapes: dict[str, str]
    missing: list[str]
    rounds: Figures
    latencies: Figures
    search_us: float | None = None
    at: str = field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))

    def __post_init__(self) -> None:
        self.rounds, self.latencies = _one_column(self.rounds), _one_column(self.latencies)
        if self.titles.pop("cached", None):
            self.titles.setdefault("playgraph", "playgraph")


def _one_column(figures: Figures) -> Figures:
    """The server with its response cache is the same server with another setting."""
    columns = {target: dict(by_shape) for target, by_shape in figures.items()}
    if cached := columns.pop("cached", None):
        columns.setdefault("playgraph", {}).update(cached)
    return columns


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


def text(result: Result, rate: float) -> str:
    """All figures of a run, in Markdown."""
    lines = [f"Snapshot {result.snapshot}.", f"{machine()}."]
    lines += [f"{title}: {versions}." for title, versions in result.versions.items()]
    lines += [f"Not installed: {reason}" for reason in result.missing]
    lines += ["", "Times as fast as Strawberry, by server CPU per request (in parentheses):", ""]
    lines.append(ratios(result))
    if result.search_us is not None:
        rest = statistics.median(result.rounds["playgraph"]["search"]) - result.search_us
        lines += [
            "",
            f"The search itself takes {_time(result.search_us)}, everything else {_time(rest)}.",
        ]
    lines += against_mercurius(result)
    if result.latencies:
        lines += ["", latencies(result, rate)]
    return "\n".join(lines)


def against_mercurius(result: Result) -> list[str]:
    """CPU per request as a share of Mercurius', where plans are used."""
    ours, peer = result.rounds.get("playgraph", {}), result.rounds.get("mercurius", {})
    both = [shape for shape in peer if shape in ours and not shape.startswith("repeated")]
    if not both:
        return []
    shares = {shape: ratio(ours[shape], peer[shape]) for shape in both}
    listed = ", ".join(f"{shape} {share:.2f}" for shape, share in shares.items())
    mean = geometric_mean(shares.values())
    return ["", f"CPU as a share of that of Mercurius + jit: {listed}; geometric mean {mean:.2f}."]


def latencies(result: Result, rate: float) -> str:
    """A table of p50 and p99 of the shapes that were timed singly."""
    timed = {shape for by_shape in result.latencies.values() for shape in by_shape}
    title = f"Latency at {rate:g} requests per second on one connection, p50 / p99 in ms:"
    rows = _rows(result, lambda target, shape: _latency(result, target, shape), timed)
    return f"{title}\n\n{rows}"


def write_into(file: Path, result: Result, rate: float) -> None:
    """Replace the tables in a Markdown file, between its marks."""
    versions = "; ".join(f"{title}: {versions}" for title, versions in result.versions.items())
    begin, _, rest = file.read_text("utf-8").partition(_BEGIN)
    _, _, end = rest.partition(_END)
    if not end:
        raise SystemExit(f"{file} has no place for the table: {_BEGIN.strip()}")
    note = textwrap.fill(f"{result.at[:10]}, {machine()}. {versions}.", 100, break_on_hyphens=False)
    tables = [ratios(result), *([latencies(result, rate)] if result.latencies else []), note]
    content = "".join([begin, _BEGIN, "\n\n".join(tables), "\n", _END, end])
    file.write_text(content, "utf-8")


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


def ratios(result: Result) -> str:
    """Times each target is as fast as plain Strawberry, by shape; its own time in parentheses."""

    def cell(target: str, shape: str) -> str:
        base = result.rounds.get("stock", {}).get(shape)
        times = result.rounds.get(target, {}).get(shape)
        if not times:
            return "–"
        own = f"({_time(statistics.median(times))})"
        return f"{_ratio(ratio(base, times))} {own}" if base else own

    return _rows(result, cell)


def _rows(
    result: Result, cell: Callable[[str, str], str], only: Collection[str] | None = None
) -> str:
    rows = [
        [title, *(cell(target, shape) for target in result.titles)]
        for shape, title in result.shapes.items()
        if only is None or shape in only
    ]
    return table(["", *result.titles.values()], rows)


def _latency(result: Result, target: str, shape: str) -> str:
    times = result.latencies.get(target, {}).get(shape)
    if not times:
        return "–"
    p50, p99 = (percentile(times, share) * 1_000 for share in (0.5, 0.99))
    return f"{p50:.2f} / {p99:.2f}"


def _ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _time(us: float) -> str:
    return f"{us / 1000:.1f} ms" if us >= 1_000 else f"{us:.0f} µs"


def as_json(result: Result, options: Mapping[str, Any]) -> str:
    """All figures of a run, with those of each round."""
    latencies = {
        target: {
            shape: {f"p{100 * share:g}": percentile(times, share) for share in (0.5, 0.9, 0.99)}
            for shape, times in by_shape.items()
        }
        for target, by_shape in result.latencies.items()
    }
    content = {
        "at": result.at,
        "machine": machine(),
        "snapshot": result.snapshot,
        "options": {name: str(value) for name, value in options.items()},
        "versions": result.versions,
        "missing": result.missing,
        "cpu_us_per_request": result.rounds,
        "search_us": result.search_us,
        "latency_s": latencies,
    }
    return json.dumps(content, indent=1)
