"""Look up known vulnerabilities of the locked packages: pip-audit and npm audit.

Exits with 1 if a package has one. Packages that could not be looked up are reported as NOT CHECKED;
with `--require`, they fail, too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120

PIP = [
    "-m", "pip_audit", "--requirement", "requirements-check.lock",
    "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json",
]  # fmt: skip
NPM = ["npm", "audit", "--package-lock-only", "--json"]


class Audit(NamedTuple):
    """Outcome of one audit."""

    checked: int
    unchecked: list[str]
    vulnerable: list[str]


def pip_outcome(report: dict[str, Any] | None) -> Audit:
    """The report of pip-audit. It counts packages that its source does not know as fine."""
    if report is None or "dependencies" not in report:
        return Audit(0, ["all Python packages"], [])
    packages = report["dependencies"]
    known = [package for package in packages if "vulns" in package]
    return Audit(
        len(known),
        [package["name"] for package in packages if "vulns" not in package],
        [
            f"{package['name']} {package['version']}: {vulnerability['id']}"
            for package in known
            for vulnerability in package["vulns"]
        ],
    )


def npm_outcome(report: dict[str, Any] | None) -> Audit:
    """The report of npm audit; without an advisory source, it has an error message instead."""
    if report is None or "vulnerabilities" not in report:
        return Audit(0, ["all npm packages"], [])
    return Audit(
        report["metadata"]["dependencies"]["total"],
        [],
        [f"{name}: {found['severity']}" for name, found in report["vulnerabilities"].items()],
    )


def report_of(command: list[str], folder: Path) -> dict[str, Any] | None:
    """The JSON object that a command prints; None if it prints something else."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        report = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return report if isinstance(report, dict) else None


def lines(tool: str, audit: Audit) -> list[str]:
    """What to print about an audit."""
    shown = [f"{tool}: {audit.checked} packages checked, {len(audit.vulnerable)} vulnerabilities"]
    if audit.unchecked:
        names = ", ".join(audit.unchecked[:5]) + (", …" if len(audit.unchecked) > 5 else "")
        shown.append(f"{tool}: NOT CHECKED, because no advisory source answered: {names}")
    return shown + [f"{tool}: VULNERABLE: {found}" for found in audit.vulnerable]


def exit_code(audits: list[Audit], require: bool) -> int:
    """1 if a package is vulnerable or, if required, was not checked; else 0."""
    return int(any(audit.vulnerable or (require and audit.unchecked) for audit in audits))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--require", action="store_true", help="fail if a package is not checked")
    require = parser.parse_args().require
    pip = pip_outcome(report_of([sys.executable, *PIP], ROOT))
    npm = npm_outcome(report_of(NPM, ROOT / "web"))
    print(*lines("pip-audit", pip), *lines("npm audit", npm), sep="\n")
    return exit_code([pip, npm], require)


if __name__ == "__main__":
    raise SystemExit(main())
