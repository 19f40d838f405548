"""etl.release: the drift between two snapshots in words."""

from __future__ import annotations

from datastore.base.gate import Gate
from etl.release.drift import Drift, Measure

__all__ = ["drift_line", "drift_text", "released_text"]


def drift_text(drift: Drift) -> str:
    """One sentence, one line per measure that has drifted, and the subjects that are new."""
    drifted, count = drift.found, len(drift.measures)
    new = f"{' and '.join(drift.new).capitalize()} are new" if drift.new else ""
    if not count:
        return f"Drift: nothing to compare with snapshot {drift.against}{new and f'. {new}'}."
    if not drifted:
        within = f"all {count} measures are within their limits"
        return f"No drift since snapshot {drift.against}: {within}.{new and f' {new}.'}"
    head = f"DRIFT since snapshot {drift.against} in {len(drifted)} of {count} measures:"
    lines = [head, *(f"- {drift_line(measure)}" for measure in drifted)]
    return "\n".join([*lines, f"{new}, not compared."] if new else lines)


def released_text(gate: Gate, drift: Drift | None, setting: str) -> str:
    """The reason of a release, with a mention of drift if there is any; `setting` is the value of
    PLAYGRAPH_DRIFT."""
    if drift is None or not drift.found:
        return gate.reason
    if gate.forced:
        return gate.reason.replace("despite the verdict", "despite the verdict and drift", 1)
    why = f"PLAYGRAPH_DRIFT={setting}" if setting == "warn" else "forced"
    return gate.reason.replace("Released", f"Released in spite of drift ({why})", 1)


def drift_line(measure: Measure) -> str:
    """One measure, before and now."""
    before, after = (
        " | ".join(_shown(measure, value) for value in side)
        for side in (measure.before, measure.after)
    )
    match measure.kind:
        case "distribution":
            return (
                f"{measure.what}: PSI {measure.change:.2f}; 10 | 50 | 90 % quantiles {before} "
                f"before, {after} now"
            )
        case "count":
            return f"{measure.what}: {before} before, {after} now ({measure.change:+.0%})"
    return f"{measure.what}: {before} before, {after} now"


def _shown(measure: Measure, value: float) -> str:
    match measure.kind:
        case "share":
            return f"{value:.2%}"
        case "metric":
            return f"{value:.3f}"
    if "year" in measure.what:
        return f"{value:.0f}"
    return f"{value:,.2f}".removesuffix(".00")
