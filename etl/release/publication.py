"""etl.release: the last stage of every build, update and training: judge a snapshot, publish it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from datastore.base.errors import NotReleased
from datastore.base.evaluation import Evaluation, Feedback, write_evaluation
from datastore.base.gate import Gate
from datastore.base.snapshot import BuildParameters, Dataset, InputFile, Manifest
from etl.raw.counts import SourceReport
from etl.release import drift, gate_reason
from etl.release.drift import Drift
from etl.release.drift_text import drift_line, drift_text
from etl.release.gate import LiveModel, judge
from etl.release.gate_reason import FORCE
from etl.release.notices import notices
from etl.release.report import BuildReport
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.manifest import new_manifest
from etl.snapshot.writer import SnapshotWriter

__all__ = ["Candidate", "Policy", "Release", "publish"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The release policy. `force` overrides the gate and drift; `drift` is warn, stop or off."""

    force: bool = False
    drift: str = "warn"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known about a snapshot whose tables and arrays have been written.

    `parameters` decide its content, together with inputs and forgotten users; `feedback` is
    about the lists of the live snapshot, `drift` was measured before.
    """

    inputs: list[InputFile]
    forgotten: str
    parameters: BuildParameters
    dataset: Dataset
    sources: list[SourceReport]
    model: dict[str, Any]
    evaluation: Evaluation
    feedback: Feedback | None = None
    drift: Drift | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A released snapshot."""

    manifest: Manifest
    report: BuildReport
    gate: Gate


def publish(
    candidate: Candidate,
    live: LiveSnapshot,
    policy: Policy,
    writer: SnapshotWriter,
    seconds: dict[str, float],
) -> Release:
    """Judge the candidate, describe it, and make it the live snapshot.

    `seconds` are those of the stages before. Raises NotReleased when the model is worse than the
    live one or no better than popularity, or when the data has drifted and the policy stops on
    that; the live snapshot stays live then.
    """
    verdict = judge(candidate.evaluation, _live_model(candidate, live), candidate.feedback)
    gate = gate_reason.gate(verdict, forced=policy.force)
    if not gate.released:
        raise NotReleased(gate.reason, gate=gate)
    manifest = new_manifest(
        candidate.inputs,
        candidate.forgotten,
        candidate.parameters,
        candidate.dataset,
        candidate.model,
        writer,
    )
    before = live.evaluation.feedback if live.evaluation else None  # the last that was heard
    evaluation = msgspec.structs.replace(
        candidate.evaluation, gate=gate, feedback=candidate.feedback or before
    )
    write_evaluation(writer.folder, evaluation)
    report = BuildReport(
        manifest.version,
        candidate.sources,
        candidate.dataset.coverage,
        candidate.model,
        seconds,
        candidate.drift,
        notices(candidate.dataset, candidate.sources),
    )
    if policy.drift != "off":
        report.drift = drift.check(live, writer.folder, manifest, report.as_json())
        if report.drift and report.drift.found and policy.drift == "stop" and not policy.force:
            raise NotReleased(
                f"Not released because PLAYGRAPH_DRIFT=stop. {drift_text(report.drift)}\n{FORCE}",
                gate=gate,
                drifts=[drift_line(measure) for measure in report.drift.found],
            )
    writer.release(manifest, report.as_json())
    writer.prune(manifest.forgotten)
    return Release(manifest, report, gate)


def _live_model(candidate: Candidate, live: LiveSnapshot) -> LiveModel:
    """What the candidate's model is compared with."""
    manifest, dataset = live.manifest, candidate.dataset
    if live.folder is None:
        return LiveModel(first="first build")
    if manifest is not None and manifest.dataset.demo != dataset.demo:
        return LiveModel(
            first="the demo dataset is not compared with real data"
            if dataset.demo
            else "first build of real data after the demo dataset"
        )
    if live.evaluation is None:
        return LiveModel(damage=live.damage or "it was never evaluated.")
    return LiveModel(live.evaluation, same_data=_same_data(candidate, live))


def _same_data(candidate: Candidate, live: LiveSnapshot) -> bool:
    if live.manifest is None:
        return False
    before = live.manifest
    return (
        [(file.kind, file.sha256) for file in candidate.inputs]
        == [(file.kind, file.sha256) for file in before.inputs]
        and candidate.forgotten == before.forgotten
        and candidate.parameters.max_line_bytes == before.parameters.max_line_bytes
    )
