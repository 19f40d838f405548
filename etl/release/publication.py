"""etl.release: the last stage of every build, update and training: judge a snapshot, publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from datastore.base.errors import NotReleased
from datastore.base.evaluation import write_evaluation
from datastore.base.gate import Gate
from datastore.base.snapshot import (
    BuildParameters,
    InputFile,
    Manifest,
    ModelEntry,
    SubjectData,
)
from etl.raw.counts import SourceReport
from etl.release import drift, gate_reason
from etl.release.drift import Drift
from etl.release.drift_text import drift_line, drift_text, released_text
from etl.release.gate import LiveModel, judge
from etl.release.gate_reason import FORCE
from etl.release.notices import notices
from etl.release.part import Part
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known about a snapshot whose tables and arrays have been written.

    `parameters` decide its content, together with inputs and forgotten users; `parts` are its
    subjects by name; `drift` was measured before. `added` are the row counts of each file that an
    update adds.
    """

    inputs: list[InputFile]
    forgotten: str
    demo: bool
    parameters: BuildParameters
    parts: Mapping[str, Part]
    drift: Drift | None = None
    added: Sequence[SourceReport] = ()

    @property
    def subjects(self) -> dict[str, SubjectData]:
        """The counts and facts of each subject."""
        return {name: part.data for name, part in self.parts.items()}

    @property
    def models(self) -> dict[str, ModelEntry]:
        """The models of all subjects."""
        return {n: m for part in self.parts.values() for n, m in part.models.entries.items()}

    @property
    def sources(self) -> list[SourceReport]:
        """The row counts of all raw kinds."""
        return [report for part in self.parts.values() for report in part.sources]


@dataclass(frozen=True, slots=True)
class Release:
    """A released snapshot. `verdict` is why it was released, in spite of drift if there is any."""

    manifest: Manifest
    report: BuildReport
    gate: Gate
    verdict: str


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
    gate = _gate(candidate, live, forced=policy.force)
    if not gate.released:
        raise NotReleased(gate.reason, gate=gate)
    manifest = new_manifest(
        candidate.inputs,
        candidate.forgotten,
        candidate.parameters,
        candidate.subjects,
        candidate.models,
        writer,
        demo=candidate.demo,
    )
    before = live.evaluation.feedback if live.evaluation else None  # the last that was heard
    for part in candidate.parts.values():
        if part.evaluation is not None:
            evaluation = msgspec.structs.replace(
                part.evaluation, gate=gate, feedback=part.feedback or before
            )
            write_evaluation(writer.folder, evaluation)
    report = BuildReport(
        manifest.version,
        candidate.sources,
        candidate.subjects,
        candidate.models,
        seconds,
        gate,
        candidate.drift,
        notices(candidate.parts, demo=candidate.demo),
        candidate.added,
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
    verdict = released_text(gate, report.drift, policy.drift)
    return Release(manifest, report, gate, verdict)


def _gate(candidate: Candidate, live: LiveSnapshot, *, forced: bool) -> Gate:
    """The verdict on all models of the candidate. Models of a subject that is new are released."""
    recommender = next((name for name, part in candidate.parts.items() if part.evaluation), None)
    if recommender is None:
        first = " and ".join(_new_subjects(candidate, live))
        reason = _first(candidate, live) or (first and f"first build of {first}")
        gate = Gate(True, f"Released{reason and f': {reason}'}.", forced=False, first=bool(reason))
    else:
        part = candidate.parts[recommender]
        assert part.evaluation is not None
        verdict = judge(part.evaluation, _live_model(recommender, candidate, live), part.feedback)
        gate = gate_reason.gate(verdict, forced=forced)
    new = _new_subjects(candidate, live)
    refusals = [
        reason
        for name, part in candidate.parts.items()
        if name not in new
        for reason in part.models.refusals
    ]
    return gate_reason.with_refusals(gate, refusals, forced=forced)


def _live_model(recommender: str, candidate: Candidate, live: LiveSnapshot) -> LiveModel:
    """What the candidate's recommender, that of this subject, is compared with."""
    if first := _first(candidate, live):
        return LiveModel(first=first)
    if recommender in _new_subjects(candidate, live):
        return LiveModel(first=f"the live snapshot has no {recommender}")
    if live.evaluation is None:
        damage = live.damage or "it was never evaluated."
        return LiveModel(damage=damage, other_format=live.other_format)
    return LiveModel(live.evaluation, same_data=_same_data(candidate, live))


def _first(candidate: Candidate, live: LiveSnapshot) -> str:
    """Why a candidate has nothing in common with the live snapshot; "" if it may have."""
    if live.folder is None:
        return "first build"
    if live.manifest is not None and live.manifest.demo != candidate.demo:
        return (
            "the demo dataset is not compared with real data"
            if candidate.demo
            else "first build of real data after the demo dataset"
        )
    return ""


def _new_subjects(candidate: Candidate, live: LiveSnapshot) -> list[str]:
    """The subjects of the candidate that the live snapshot lacks. None if it cannot be read: then
    it may have had them."""
    if _first(candidate, live):
        return list(candidate.parts)
    if live.manifest is None:
        return []
    return [name for name in candidate.parts if name not in live.manifest.subjects]


def _same_data(candidate: Candidate, live: LiveSnapshot) -> bool:
    if live.manifest is None:
        return False
    before = live.manifest
    return (
        [file.key for file in candidate.inputs] == [file.key for file in before.inputs]
        and candidate.forgotten == before.forgotten
        and candidate.parameters.max_line_bytes == before.parameters.max_line_bytes
    )
