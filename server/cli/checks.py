"""server.cli: what `playgraph doctor` checks: one function per part of an installation."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from datastore.base.damage import damage
from datastore.base.errors import PlaygraphError, SettingsError, SnapshotError
from datastore.base.plural import counted
from datastore.base.quarantine import quarantined
from datastore.base.settings import Settings, unknown_variables
from datastore.base.snapshot import Manifest, current_version, read_manifest, snapshot_path

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = [
    "Check",
    "check_data",
    "check_failed",
    "check_machine",
    "check_packages",
    "check_pages",
    "check_port",
    "check_settings",
    "check_wheels",
]

_MEGA = 1_000_000
#: A server over the published files takes 200 to 220 MB under load (docs/operating.md).
_SERVING = 256 << 20
#: Compiled packages, by module, and whether a server starts without them.
_WHEELS = {
    "numpy": True,
    "pyarrow": True,
    "msgspec": True,
    "brotli": True,
    "rapidfuzz": True,
    "httptools": True,
    "uvloop": False,
    "isal": False,
    "scipy": False,
    "sklearn": False,
    "implicit": False,
}
#: Names each module before its import: one that ends the process is the last one named.
_IMPORTS = """
import importlib, json, sys
for name in sys.argv[1:]:
    print(json.dumps([name, None]), flush=True)
    try:
        importlib.import_module(name)
    except Exception as error:
        print(json.dumps([name, f"{type(error).__name__}: {error}"]), flush=True)
    else:
        print(json.dumps([name, ""]), flush=True)
"""


class Check(NamedTuple):
    """What was found, and what to do. An `error` prevents serving, a `warning` does not."""

    name: str
    status: Literal["ok", "warning", "error"]
    found: str
    advice: str = ""


def check_packages(requirements: Iterable[str] | None = None) -> Iterator[Check]:
    """Python, and each required package against its lowest version; those of playgraph itself by
    default."""
    yield Check("python", "ok", f"{platform.python_version()} ({platform.machine()})")
    required = _required(requirements)
    problems = []
    for requirement in required:
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            needed = f"{requirement.name}{requirement.specifier}"
            problems.append(f"{requirement.name} is {version}, but {needed} is needed")
    if problems:
        yield Check(
            "packages",
            "error",
            f"{'; '.join(problems)}.",
            "Install playgraph again in its own virtual environment: pip install --upgrade .",
        )
    else:
        yield Check("packages", "ok", f"{counted(len(required), 'package')} of the right versions")


def _required(requirements: Iterable[str] | None = None) -> list[Requirement]:
    """The requirements that apply to this machine, without extras."""
    from packaging.requirements import Requirement

    if requirements is None:
        requirements = importlib.metadata.requires("playgraph") or ()
    return [
        requirement
        for requirement in map(Requirement, requirements)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]


def check_wheels(modules: dict[str, bool] | None = None) -> Iterator[Check]:
    """Whether compiled modules can be imported; by name, whether a server needs them. They are
    imported by another process, which a wheel for another processor may end."""
    if modules is None:
        required = {requirement.name.lower() for requirement in _required()}
        modules = {
            name: needed for name, needed in _WHEELS.items() if _distribution(name) in required
        }
    problems = _import_problems(list(modules))
    for name, problem in problems.items():
        yield Check(
            "wheels",
            "error" if modules[name] else "warning",
            f"{name} cannot be imported ({problem}).",
            f"{'' if modules[name] else 'A server starts without it, but a build may not. '}"
            f"Install it again: pip install --force-reinstall {_distribution(name)}",
        )
    if not problems:
        yield Check("wheels", "ok", f"{counted(len(modules), 'compiled package')} imported")


def _distribution(module: str) -> str:
    return "scikit-learn" if module == "sklearn" else module


def _import_problems(names: list[str]) -> dict[str, str]:
    """The modules that cannot be imported, with the reason."""
    problems: dict[str, str] = {}
    while names:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _IMPORTS, *names],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
        results = dict(json.loads(line) for line in done.stdout.splitlines())
        problems |= {name: problem for name, problem in results.items() if problem}
        last = next((name for name, problem in results.items() if problem is None), None)
        if last is None:
            break
        problems[last] = f"its import ended the process with code {done.returncode}"
        names = names[names.index(last) + 1 :]
    return problems


def check_settings() -> Iterator[Check]:
    """Which variables are read, from the environment and `.env`, and unknown ones. Raises
    SettingsError if `.env` is unreadable."""
    unknown = unknown_variables()
    source = f"the environment and {Path('.env').absolute()}"
    if not Path(".env").is_file():
        source = "the environment; there is no .env in this folder"
    yield Check("settings", "ok", f"Read from {source}")
    for variable, similar in unknown.items():
        advice = f"Rename it to {similar}." if similar else "Remove it; docs/settings.md lists all."
        yield Check("settings", "warning", f"{variable} is unknown and ignored.", advice)


def check_machine(settings: Settings) -> Iterator[Check]:
    """Memory and cores that this process may use, on a machine or in a container."""
    from etl.process.limits import limits, worker_count

    found = limits()
    _, too_little = worker_count(1, found)
    if found.memory is None:
        yield Check("memory", "ok", "Unknown limit")
    elif found.memory < _SERVING:
        yield Check(
            "memory",
            "warning",
            f"{found.memory / _MEGA:,.0f} MB are allowed. A server over the published files takes "
            "up to 220 MB.",
            "Raise the limit of the container to 512 MB.",
        )
    elif too_little:
        advice = "Build on another machine, and copy the data folder; or raise the limit."
        yield Check("memory", "warning", too_little, advice)
    else:
        yield Check("memory", "ok", f"{found.memory / _MEGA:,.0f} MB are allowed")
    cores = "1 core" if found.cores == 1 else f"{found.cores:g} cores"
    if settings.workers > max(1, found.cores):
        yield Check(
            "cores",
            "warning",
            f"{counted(settings.workers, 'worker')} share {cores}.",
            "Set PLAYGRAPH_WORKERS to the number of cores at most.",
        )
    else:
        yield Check("cores", "ok", cores)


def check_data(settings: Settings) -> Iterator[Check]:
    """The data folder: whether it can be written, its free space, its snapshots."""
    folder = settings.data_dir
    if settings.storage and not folder.is_dir():
        found = f"Nothing has been fetched to {folder} yet."
        yield Check("data folder", "warning", found, "Check the address with playgraph serve.")
        return
    existing = next(
        path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()
    )
    writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    demo = not settings.data_dir_named
    if not folder.is_dir() and not demo:
        yield Check(
            "data folder",
            "error",
            f"{folder} is not a folder." if folder.exists() else f"{folder} does not exist.",
            "Mount its disk, choose another folder with --data, or build one with playgraph build.",
        )
        return
    if writable:
        yield Check("data folder", "ok", str(folder))
    else:
        yield Check(
            "data folder",
            "warning",
            f"{existing} cannot be written by this user.",
            "A server only reads it. To build here, run playgraph as the folder's owner.",
        )
    version = None
    try:
        version = current_version(folder)
        if version is None:
            yield _nothing_built(folder, demo=demo, writable=writable)
        else:
            yield _live(folder, version)
    except SnapshotError as error:
        yield Check("snapshot", "error", str(error), "Repair it as the message says.")
    yield from _quarantine(folder)
    yield _space(folder, existing, version)


def _nothing_built(folder: Path, *, demo: bool, writable: bool) -> Check:
    if demo and writable:
        return Check(
            "snapshot",
            "warning",
            "Nothing has been built yet. A server builds and serves the invented demo dataset.",
            "For real answers, run playgraph build.",
        )
    return Check(
        "snapshot",
        "error",
        f"No snapshot in {folder}.",
        "Run playgraph build, or serve the demo dataset with --demo.",
    )


def _live(folder: Path, version: str) -> Check:
    try:
        manifest = read_manifest(snapshot_path(folder, version))
        problem = _damage(folder, manifest)
    except SnapshotError as error:
        problem = str(error).rstrip(".")
    else:
        if problem is None:
            kind = "the invented demo dataset, " if manifest.demo else ""
            return Check("snapshot", "ok", f"{kind}{version}: every byte is as it was written")
    from server.snapshots.selection import eligible

    found = f"The live snapshot {version} is damaged: {problem}."
    for other in eligible(folder, {version}):
        if _damage(folder, other) is None:
            return Check(
                "snapshot",
                "warning",
                f"{found} A server serves {other.version} instead.",
                f"Build again, or run playgraph snapshots use {other.version}.",
            )
    return Check("snapshot", "error", f"{found} There is no other whole snapshot.", "Build again.")


def _damage(folder: Path, manifest: Manifest) -> str | None:
    """What is wrong with a snapshot; reads every byte."""
    snapshot = snapshot_path(folder, manifest.version)
    if (problem := quarantined(snapshot)) is not None:
        return problem
    return next((problem.text for problem in damage(snapshot, manifest)), None)


def _quarantine(folder: Path) -> Iterator[Check]:
    for snapshot in sorted((folder / "snapshots").glob("[!.]*")):
        problem = quarantined(snapshot)
        if problem is not None:
            yield Check(
                "quarantine",
                "warning",
                f"Snapshot {snapshot.name} is quarantined: {problem}.",
                f"Restore its files and run playgraph snapshots verify {snapshot.name}, or remove "
                "it with playgraph snapshots prune --keep N.",
            )


def _space(folder: Path, existing: Path, version: str | None) -> Check:
    """Free space, against the size of the live snapshot: a build writes another one."""
    free = shutil.disk_usage(existing).free
    files = snapshot_path(folder, version).rglob("*") if version else ()
    needed = sum(path.stat().st_size for path in files if path.is_file())
    found = f"{free / _MEGA:,.0f} MB are free"
    if free > 2 * needed and free > 100 * _MEGA:
        return Check("disk", "ok", found)
    return Check(
        "disk",
        "warning",
        f"{found}; a build of the same size needs {max(100, 2 * needed / _MEGA):,.0f} MB.",
        "Free space, for example with playgraph snapshots prune --keep 2.",
    )


def check_pages(static: Path | None = None) -> Iterator[Check]:
    """Whether GraphiQL and the explorer are built; `static` is their folder."""
    from server.pages.assets import STATIC

    folder = STATIC if static is None else static
    pages = {"GraphiQL": "index.html", "the explorer": "explore.html"}
    missing = [name for name, file in pages.items() if not (folder / file).is_file()]
    if missing:
        yield Check(
            "pages",
            "warning",
            f"Not built: {' and '.join(missing)}. Queries are answered without them.",
            "Install playgraph again with access to the npm registry and without "
            "PLAYGRAPH_SKIP_WEB.",
        )
    else:
        yield Check("pages", "ok", "GraphiQL and the explorer are built")


def check_port(settings: Settings) -> Iterator[Check]:
    """Whether a server can listen on its ports."""
    from server.cli.listen import listen

    ports = {"port": (settings.host, settings.port)}
    if settings.metrics_port is not None:
        ports["metrics port"] = settings.metrics_host, settings.metrics_port
    for name, (host, port) in ports.items():
        try:
            listen(host, port).close()
        except PlaygraphError as error:
            found, _, advice = str(error).partition(". ")
            hint = advice or "Choose another one."
            if name == "metrics port":
                hint = "Choose another one with --metrics-port."
            yield Check(name, "error", f"{found.rstrip('.')}.", hint)
        else:
            yield Check(name, "ok", f"{host}:{port} is free")


def check_failed(error: SettingsError) -> Check:
    """The check of settings that cannot be read."""
    return Check("settings", "error", str(error), "Correct the value; docs/settings.md lists all.")
