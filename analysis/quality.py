"""analysis: data quality: rows that were dropped or repaired, and values that are unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.charts import Chart, Figure, Section, share
from datastore.base.plural import counted
from datastore.base.snapshot import SubjectData
from datastore.store import Store

__all__ = ["section"]

#: The most frequent reasons that a figure shows.
_REASONS = 12
#: Nouns that unknown values are counted of, as their names begin or end; the first that fits.
_NOUNS = {
    "play_rows": "library items",
    "unplayed_rows": "library items",
    "reviews": "reviews",
    "users": "users",
    "titles": "titles",
    "games": "games",
}
_COUNTS = {"library items": "play_rows"}


def section(store: Store, report: Mapping[str, Any]) -> Section:
    """Rows read, dropped and repaired by the build, and unknown values by subject."""
    sources = report.get("sources", [])
    figures = [
        *_outcomes(
            sources, ("deduplicated", "rejected"), "dropped", "Rows that were dropped, by reason"
        ),
        *_outcomes(sources, ("rescued",), "repaired", "Values that were repaired, by reason"),
    ]
    for name, subject in store.manifest.subjects.items():
        figures += _coverage(name, subject)
    return Section("Data quality and coverage", figures)


def _outcomes(
    sources: list[dict[str, Any]], outcomes: tuple[str, ...], verb: str, title: str
) -> Iterator[Figure]:
    reasons = {
        f"{source['source']}: {reason}": count
        for source in sources
        for outcome in outcomes
        for reason, count in source[outcome].items()
    }
    total, rows = sum(reasons.values()), sum(source["rows"] for source in sources)
    if not total:
        return
    ranked = sorted(reasons.items(), key=lambda entry: -entry[1])
    (reason, most), kept = ranked[0], ranked[:_REASONS]
    rejected = sum(count for source in sources for count in source["rejected"].values())
    finding = (
        f"Of {counted(rows, 'row')} read, {total:,} ({share(total, rows)}) were {verb}"
        + (f", {rejected:,} of them as unusable" if verb == "dropped" else "")
        + f"; the most frequent reason is “{reason}” ({most:,})."
    )
    chart = Chart(
        "bars", [name for name, _ in kept], {"rows": [count for _, count in kept]}, "rows", "reason"
    )
    yield Figure(f"rows-{verb}", title, finding, chart)


def _coverage(name: str, subject: SubjectData) -> Iterator[Figure]:
    shares: dict[str, float] = {}
    counts: dict[str, tuple[int, str]] = {}
    for key, count in subject.coverage.items():
        noun = next((noun for part, noun in _NOUNS.items() if part in key), "")
        whole = subject.counts.get(_COUNTS.get(noun, noun), 0)
        if key == "games_missing_from_catalogue":
            whole += count  # which are not among the games of the catalogue
        if not whole or not count:
            continue
        label = key.replace("play_rows", "library_items").replace("unplayed_rows", "unplayed_items")
        label = label.replace("_", " ")
        shares[label], counts[label] = 100 * count / whole, (whole, noun)
    if not shares:
        return
    ranked = sorted(shares, key=lambda label: -shares[label])
    whole, noun = counts[ranked[0]]
    complete = sum(not count for count in subject.coverage.values())
    finding = f"The largest gap is “{ranked[0]}”: {shares[ranked[0]]:.1f}% of {whole:,} {noun}."
    if complete:
        finding += f" {counted(complete, 'other check')} found no gap."
    chart = Chart(
        "bars", ranked, {"share": [round(shares[label], 2) for label in ranked]}, "% of all", "gap"
    )
    yield Figure(f"gaps-{name}", f"Gaps in the data about {name}", finding, chart)
