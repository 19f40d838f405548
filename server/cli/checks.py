"""server.cli: what `playgraph doctor` checks: one function per part of an installation."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from datastore.base.environment import unknown_variables
from datastore.base.errors import PlaygraphError, SettingsError
from datastore.base.plural import counted
from datastore.base.settings import Settings

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from etl.process.limits import Limits

__all__ = [
    "Check",
    "check_failed",
    "check_machine",
    "check_packages",
    "check_pages",
    "check_port",
    "check_settings",
    "check_wheels",
]

_MEGA = 1_000_000
#: A server over the published files takes 155 to 213 MB under load (docs/operating.md).
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
    "obstore": False,
    "scipy": False,
    "sklearn": False,
    "implicit": False,
    "lightgbm": False,
}
#: Packages that builds need, and a server does not: its image leaves them out.
_BUILDING = {"implicit", "lightgbm", "pandas", "scikit-learn", "scipy", "vaderSentiment"}
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
    problems, left_out = [], []
    for requirement in required:
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            if requirement.name in _BUILDING:
                left_out.append(requirement.name)
            else:
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
    if left_out:
        yield Check(
            "packages",
            "warning",
            f"Not installed: {', '.join(left_out)}. A server starts without them, a build does "
            "not.",
            "To build here, install playgraph with all its packages, or use the image of the tools "
            "(deploy/README.md).",
        )
    if not problems and not left_out:
        yield Check(
            "packages", "ok", f"{counted(len(required), 'package')}, all of supported versions"
        )


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
            name: needed
            for name, needed in _WHEELS.items()
            if _distribution(name) in required and (needed or _installed(_distribution(name)))
        }
    problems = _import_problems(list(modules))
    for name, problem in problems.items():
        yield Check(
            "wheels",
            "error" if modules[name] else "warning",
            f"{name} cannot be imported ({problem}).",
            f"{'' if modules[name] else 'A server starts without it, but a build may not. '}"
            f"{_repair(name, problem)}",
        )
    if not problems:
        yield Check("wheels", "ok", f"{counted(len(modules), 'compiled package')} can be imported")


def _repair(name: str, problem: str) -> str:
    """What to do about a module that cannot be imported."""
    library = re.search(r"(lib[\w+-]+)\.so[\w.]*: cannot open shared object file", problem)
    if library is None:
        return f"Install it again: pip install --force-reinstall {_distribution(name)}"
    if library[1] == "libgomp":
        return (
            "It needs OpenMP, which slim images lack: apt-get install libgomp1 (Debian, Ubuntu) or "
            "dnf install libgomp (Fedora)."
        )
    return f"It needs the system library {library[1]}: install the package that contains it."


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


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
        yield Check("memory", "ok", "The limit is unknown")
    elif found.memory < _SERVING:
        yield Check(
            "memory",
            "warning",
            f"{_memory(found)}. A server over the published files takes up to 220 MB.",
            "Raise the limit to 512 MB.",
        )
    elif too_little:
        advice = "Build on another machine, and copy the data folder; or raise the limit."
        yield Check("memory", "warning", too_little, advice)
    else:
        yield Check("memory", "ok", _memory(found))
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


def _memory(found: Limits) -> str:
    assert found.memory is not None
    where = "allowed by the control group (container)" if found.grouped else "on this machine"
    return f"{found.memory / _MEGA:,.0f} MB {where}"


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
            free = f"{host}:{port} is free" if port else f"a free port of {host}"
            yield Check(name, "ok", free)


def check_failed(error: SettingsError) -> Check:
    """The check of settings that cannot be read."""
    return Check("settings", "error", str(error), "Correct the value; docs/settings.md lists all.")
