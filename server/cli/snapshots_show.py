"""server.cli: `playgraph snapshots show`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from server.cli.console import plain_table, print_json, terminal
from server.cli.data_folder import data_folder
from server.cli.options import data_option, json_option, settings_of

__all__ = ["show"]

_MEGA = 1_000_000


@click.command()
@click.argument("version", required=False)
@data_option
@json_option
def show(version: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Show details of a snapshot.

    VERSION defaults to the live one.
    """
    settings = settings_of(storage=True, data_dir=data_dir)
    with data_folder(settings, whole=(), writes=False) as folder:
        _show(folder, version, as_json=as_json)


def _show(folder: Path, version: str | None, *, as_json: bool) -> None:
    from datastore.base.reader import SnapshotReader
    from datastore.base.snapshot import current_version
    from etl.release.drift import Drift
    from etl.release.drift_text import drift_text
    from etl.release.evaluation_tables import print_evaluation, quality_table
    from etl.release.model_quality import quality_of
    from etl.snapshot.disk_usage import disk
    from etl.snapshot.versions import find
    from etl.subjects import SUBJECTS

    snapshot = SnapshotReader(find(folder, version))
    manifest, report = snapshot.manifest, snapshot.report
    if as_json:
        print_json({"manifest": manifest, "report": report, "evaluation": snapshot.evaluation})
        return
    live = current_version(folder) == manifest.version
    console = terminal()
    table = plain_table("Snapshot", manifest.version)
    table.add_row("live", "yes" if live else "no")
    table.add_row("built", f"{manifest.built_at}, by playgraph {manifest.playgraph}")
    table.add_row("data", "invented DEMO dataset" if manifest.demo else "raw dumps")
    table.add_row("folder", str(snapshot.folder))
    table.add_row("size", f"{disk([snapshot.folder]) / _MEGA:,.1f} MB")
    for file in manifest.inputs:
        origin = f"{file.origin}, " if file.origin else ""
        table.add_row(f"{file.kind} file", f"{file.name} ({origin}SHA-256 {file.sha256[:16]}…)")
    for subject in manifest.subjects.values():
        for field, count in (subject.counts | subject.coverage).items():
            table.add_row(field.replace("_", " "), f"{count:,}")
    parameters = msgspec.to_builtins(manifest.parameters)
    subjects = [subject for subject in SUBJECTS if subject.name in manifest.subjects]
    recommends = any(subject.has_recommender for subject in subjects)
    if not recommends:
        parameters = {name: parameters[name] for name in ("seed", "max_line_bytes")}
    facts = {name: subject.facts for name, subject in manifest.subjects.items() if subject.facts}
    for name, value in _flat(parameters | facts):
        table.add_row(name, value)
    for stage in (stage for subject in subjects for stage in subject.models):
        if stage.quality is None and stage.name in manifest.models:
            for name, value in _flat(manifest.models[stage.name].facts, f"{stage.name}: "):
                table.add_row(name, value)
    console.print(table, soft_wrap=True)
    _print_sources(console, report["sources"])
    for stage in (stage for subject in subjects for stage in subject.models):
        quality = quality_of(stage, snapshot)
        if quality is not None and quality.methods:
            console.print(quality_table(stage.name, quality))
    if snapshot.evaluation is not None:
        print_evaluation(snapshot.evaluation, console)
    elif recommends:
        click.echo("The recommender has not been measured: run playgraph evaluate.")
    if "gate" in report:
        click.echo(report["gate"]["reason"])
    drift = report.get("drift")
    if drift is None:
        click.echo("Drift: no snapshot to compare the data with.")
    else:
        click.echo(drift_text(msgspec.convert(drift, Drift)))


def _flat(values: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}: ")
        else:
            yield f"{prefix}{name}".replace("_", " "), f"{value}"


def _print_sources(console: Any, sources: list[dict[str, Any]]) -> None:
    table = plain_table("source", "outcome", "reason", count="right")
    for source in sources:
        table.add_row(source["source"], "rows", "", f"{source['rows']:,}")
        for outcome in ("kept", "deduplicated", "rescued", "rejected", "notes"):
            if outcome == "kept":
                table.add_row("", outcome, "", f"{source[outcome]:,}")
                continue
            label = "noted" if outcome == "notes" else outcome
            for reason, count in source[outcome].items():
                table.add_row("", label, reason, f"{count:,}")
    console.print(table)
