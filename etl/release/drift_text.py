"""etl.release: a comparison of two snapshots' data in words."""

from __future__ import annotations

from etl.release.drift import Drift, Measure

__all__ = ["drift_line", "drift_text"]


def drift_text(drift: Drift) -> str:
    """A sentence, and a line for each drift."""
    found, count = drift.found, len(drift.measures)
    if not found:
        return f"No drift since snapshot {drift.against}: {count} measures within their limits."
    head = f"DRIFT since snapshot {drift.against} in {len(found)} of {count} measures:"
    return "\n".join([head, *(f"- {drift_line(measure)}" for measure in found)])


def drift_line(measure: Measure) -> str:
    """What was measured, before and after."""
    before, after = (
        " | ".join(_shown(measure, value) for value in side)
        for side in (measure.before, measure.after)
    )
    match measure.kind:
        case "distribution":
            return (
                f"{measure.what}: PSI {measure.change:.2f}; 10 | 50 | 90 % up to {before} before, "
                f"{after}"
            )
        case "count":
            return f"{measure.what}: {before} before, {after} ({measure.change:+.0%})"
    return f"{measure.what}: {before} before, {after}"


def _shown(measure: Measure, value: float) -> str:
    match measure.kind:
        case "share":
            return f"{value:.2%}"
        case "metric":
            return f"{value:.3f}"
    if "year" in measure.what:
        return f"{value:.0f}"
    return f"{value:,.2f}".removesuffix(".00")
