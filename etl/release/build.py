"""etl.release: the build: raw dumps in, one released snapshot out; an update adds files to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import REJECTS, InputFile
from etl.parts.folder import WorkFolder
from etl.process.memory import release
from etl.process.progress import Reporter
from etl.raw.counts import SourceReport
from etl.recommender.parameters import Recipe
from etl.release.model_stages import fit_models
from etl.release.part import Part, with_facts
from etl.release.plan import Plan, check_complete, plan
from etl.release.publication import Candidate, Policy, Release, publish
from etl.release.recipe import build_parameters, continues, next_recipe
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.writer import TUNING, SnapshotWriter
from etl.sources.cache import Sources
from etl.sources.inputs import GivenFile, Inputs, given_files, in_order
from etl.sources.parts import FileEngine, RawInput, ReadLimits, read_parts
from etl.sources.reader import SourceReader
from etl.subject import Subject, Trainable, Workspace
from etl.subjects import RAW_KINDS, SUBJECTS, raw_kinds

__all__ = ["Inputs", "Options", "build", "build_in_parts", "forget", "update"]


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a build. `seed` defaults to that of the live snapshot. `jobs` counts processes and
    threads and does not change the result; `warm` starts training from the live factors if
    parameters and seed are the same."""

    max_rejects: float
    seed: int | None
    jobs: int
    max_line_bytes: int
    max_unpacked_bytes: int = sys.maxsize
    demo: bool = False
    warm: bool = False
    policy: Policy = field(default_factory=Policy)


def build(inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter) -> Release:
    """Build a snapshot from raw files alone, and release it.

    Raises InputError when a file cannot be used, SnapshotError when the folder cannot be written
    and NotReleased when the model is not good enough or the data has drifted; the previous
    snapshot stays live then.
    """
    return _release(_given(inputs, options), data_dir, options, reporter, SnapshotWriter(data_dir))


def build_in_parts(
    list_inputs: Callable[[WorkFolder], Sequence[RawInput]],
    data_dir: Path,
    options: Options,
    reporter: Reporter,
    engine: FileEngine,
    folder: WorkFolder,
) -> Release:
    """Build a snapshot as `build` does, byte for byte, with an engine that works on files and on
    ranges of users. They meet in the work folder, which is emptied before and removed after.

    The rows of the files are not kept as sources: an update needs all files again. Raises as
    `build` does.
    """
    with SnapshotWriter(data_dir) as writer, reporter.running():
        folder.remove()  # of a build that was killed
        folder.create()
        try:
            given = list_inputs(folder)
            sources = _settled_sources(data_dir, options, reporter)
            live, forgotten = LiveSnapshot.of(data_dir), sources.forgotten
            kinds = {file.kind for file in given}
            planned = plan(live, kinds, forgotten.digest, demo=options.demo, add=False)
            if planned.earlier:
                names = " and ".join(s.name for s in planned.built if _lacks(s, kinds))
                raise InputError(
                    f"Users were forgotten since {names} were built: give those of {names}, too."
                )
            allowed = ReadLimits(
                options.max_rejects, options.max_line_bytes, options.max_unpacked_bytes
            )
            rejects = data_dir / REJECTS
            parted = read_parts(engine, folder, given, raw_kinds, allowed, forgotten, rejects)
            workspace = Workspace(
                None, live, writer, options.jobs, reporter, options.demo, parted=parted
            )
            kept_rejects = {file.file.key: parted.rejects(file) for file in parted.read}
            return _released(
                planned, workspace, options, sources, parted.files, rejects=kept_rejects
            )
        finally:
            folder.remove()


def _lacks(subject: Subject, kinds: Collection[str]) -> bool:
    return not any(kind.name in kinds for kind in subject.kinds)


def update(inputs: Inputs, data_dir: Path, options: Options, reporter: Reporter) -> Release | None:
    """Build a snapshot from the files of the live one and newer ones, and release it, as `build`
    does from all of them. Only the new files are read; None when there is no new one.

    Raises as `build` does, SnapshotError when there is nothing to update, and InputError when a
    subject that is new lacks a file that it needs.
    """
    _, before = LiveSnapshot.of(data_dir).require(data_dir)
    if before.demo:
        raise SnapshotError(
            f"The live snapshot in {data_dir} is the demo dataset: run playgraph build with all "
            "dumps first."
        )
    given = _given(inputs, options)
    known = {file.key for file in before.inputs}
    if all(new.file.key in known for new in given):
        return None
    check_complete(
        [subject for subject in SUBJECTS if subject.name not in before.subjects],
        [file.file for file in given],
    )
    return _release(given, data_dir, options, reporter, SnapshotWriter(data_dir), add=True)


def forget(
    user_ids: Collection[str], data_dir: Path, options: Options, reporter: Reporter
) -> Release | None:
    """Permanently delete users from the cached sources, the snapshot (a new one is built and always
    released) and, with them, all older snapshots; exclude them from future imports. None if nothing
    was built yet.

    Raises SnapshotError when the folder cannot be read or written; calling it again continues.
    """
    before = LiveSnapshot.of(data_dir).manifest
    if before is not None:  # rows that were read with other settings must stay known
        lines = before.parameters.max_line_bytes
        options = replace(options, max_line_bytes=lines, demo=before.demo)
    with SnapshotWriter(data_dir, state="") as writer, reporter.running():
        sources = Sources(data_dir, options.max_line_bytes, RAW_KINDS)
        sources.forgotten.add(user_ids)
        with reporter.stage("forget"):
            sources.settle()
        if LiveSnapshot.of(data_dir).folder is None:
            writer.prune(sources.forgotten.digest)
            return None
    forced = replace(options, policy=replace(options.policy, force=True))
    return _release([], data_dir, forced, reporter, SnapshotWriter(data_dir, state=""), add=True)


def _given(inputs: Inputs, options: Options) -> list[GivenFile]:
    return given_files(inputs, RAW_KINDS, options.max_line_bytes, options.max_unpacked_bytes)


def _release(
    given: Sequence[GivenFile],
    data_dir: Path,
    options: Options,
    reporter: Reporter,
    writer: SnapshotWriter,
    *,
    add: bool = False,
) -> Release:
    """Read, clean, score, write tables, fit, evaluate, publish: from the given files alone, or
    from those of the live snapshot and the given ones to `add`."""
    with writer, reporter.running():
        sources = _settled_sources(data_dir, options, reporter)
        live = LiveSnapshot.of(data_dir)
        kinds = {file.kind.name for file in given}
        planned = plan(live, kinds, sources.forgotten.digest, demo=options.demo, add=add)
        reader = SourceReader(sources, planned.earlier, given, options.max_rejects, reporter)
        workspace = Workspace(reader, live, writer, options.jobs, reporter, options.demo)
        for subject in planned.built[1:]:  # before the first one is built, which takes long
            for kind in subject.kinds:
                reader.ingest(kind)
        release()
        return _released(
            planned,
            workspace,
            options,
            sources,
            reader.files,
            added=lambda: reader.given_reports if add else (),
        )


def _settled_sources(data_dir: Path, options: Options, reporter: Reporter) -> Sources:
    sources = Sources(data_dir, options.max_line_bytes, RAW_KINDS)
    if sources.unsettled:  # a removal was interrupted
        with reporter.stage("forget"):
            sources.settle()
    return sources


def _released(
    planned: Plan,
    workspace: Workspace,
    options: Options,
    sources: Sources,
    files: Sequence[InputFile],
    *,
    added: Callable[[], Sequence[SourceReport]] = tuple,
    rejects: Mapping[tuple[str, ...], Path] | None = None,
) -> Release:
    """Build the subjects and publish the snapshot. `files` are those that were read; `rejects` are
    the rejects of those that are not kept as sources."""
    writer, live, forgotten = workspace.writer, workspace.live, sources.forgotten.digest
    recipe = next_recipe(live, seed=options.seed, jobs=options.jobs, demo=options.demo)
    start = live if options.warm and continues(live, recipe, forgotten) else None
    parts = planned.kept.parts()
    for subject in planned.built:
        parts[subject.name] = _build(
            subject, workspace, files, recipe, start, forced=options.policy.force
        )
    planned.kept.adopt(writer)
    inputs = in_order([*planned.kept.inputs, *files], RAW_KINDS)
    sources.copy_rejects(inputs, writer.folder / REJECTS, rejects)
    parameters = planned.kept.parameters or build_parameters(
        recipe, start.manifest if start else None, options.max_line_bytes
    )
    candidate = Candidate(
        inputs=inputs,
        forgotten=forgotten,
        demo=options.demo,
        parameters=parameters,
        parts={s.name: parts[s.name] for s in SUBJECTS if s.name in parts},
        added=added(),
    )
    release = publish(candidate, live, options.policy, writer, workspace.reporter.seconds)
    sources.prune(writer.inputs_in_use())
    return release


def _build(
    subject: Subject,
    workspace: Workspace,
    files: Sequence[InputFile],
    recipe: Recipe,
    start: LiveSnapshot | None,
    *,
    forced: bool,
) -> Part:
    """Prepare the tables of a subject, and fit its models. Raises InputError if its files do not
    belong together, unless that is `forced`, and AssertionError if its stages leave out the
    files of a kind."""
    prepared = subject.prepare(workspace)
    used = {report.source for report in prepared.sources}
    given = {file.kind for file in files}
    if ignored := [kind.name for kind in subject.kinds if kind.name in given - used]:
        raise AssertionError(f"The stages of {subject.name} ignore {', '.join(ignored)}.")
    mismatch = subject.mismatch(prepared.data, prepared.sources)
    if mismatch and not forced:
        raise InputError(f"{mismatch} If intended, use --force.")
    data, evaluation, feedback = prepared.data, None, None
    release()  # what was read
    if isinstance(prepared, Trainable):
        from etl.release.model import evaluate, extent_of, fit  # with SciPy, not needed before

        writer, reporter, live = workspace.writer, workspace.reporter, workspace.live
        if not recipe.parameters.default and live.folder is not None:
            writer.take(live.folder / TUNING)
        folder = start.folder if start else None
        facts = fit(prepared.training, recipe, writer, reporter, start=folder)
        data = with_facts(data, facts)
        evaluation = evaluate(prepared.training, recipe, reporter, extent_of(live))
        feedback = prepared.feedback
    sources = prepared.sources
    del prepared  # the models need the memory
    models = fit_models(
        subject.models, workspace.writer, workspace.live, recipe, workspace.reporter
    )
    return Part(data, sources, models, evaluation, feedback)
