"""The locks have all packages of pyproject.toml, with hashes; audits report unchecked packages."""

from __future__ import annotations

import importlib.util
import json
import re
import stat
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
AUDIT = ROOT / ".ci" / "audit.py"
LOCKS = ("requirements.lock", "requirements-check.lock")
if not all((ROOT / name).is_file() for name in (*LOCKS, ".ci/audit.py")):
    pytest.skip("the locks and .ci/ are in a `git clone` only", allow_module_level=True)


def pins(name: str) -> dict[tuple[str, str], int]:
    """Number of hashes of each package and version in a lock."""
    counts: dict[tuple[str, str], int] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8")):
        pin = re.match(r"([a-z0-9-]+)==(\S+)", block)
        assert pin, block
        counts[pin[1], pin[2]] = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))
    return counts


def asked(*extras: str) -> set[str]:
    """Names of the packages that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    names = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name} - {"playgraph"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    counts = pins(name)
    assert counts
    assert {pin for pin, hashes in counts.items() if not hashes} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_package_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"\w+://|--(?:extra-)?index-url|--find-links", text) == []


def test_the_locks_have_every_package_that_is_asked_for() -> None:
    server, check = ({name for name, _ in pins(lock)} for lock in LOCKS)
    assert asked("otel") - server == set()
    assert asked("otel", "duckdb", "report", "spark", "docs", "test", "check") - check == set()
    assert "pytest" not in server


def test_the_checks_run_with_the_versions_of_the_server() -> None:
    server, check = map(pins, LOCKS)
    assert server.items() <= check.items()


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_under_test", AUDIT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def npm_report(vulnerabilities: dict[str, object]) -> dict[str, object]:
    return {
        "vulnerabilities": vulnerabilities,
        "metadata": {"dependencies": {"total": 117}},
    }


def test_known_vulnerabilities_fail(audit: ModuleType) -> None:
    package = {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
    python = audit.pip_outcome({"dependencies": [package]})
    npm = audit.npm_outcome(npm_report({"left": {"severity": "high"}}))
    assert python == (1, [], ["a 1.0: PYSEC-1"])
    assert npm == (117, [], ["left: high"])
    assert audit.exit_code([python, audit.npm_outcome(npm_report({}))], require=False) == 1
    assert audit.exit_code([audit.pip_outcome({"dependencies": []}), npm], require=False) == 1


def test_checked_packages_without_vulnerabilities_pass(audit: ModuleType) -> None:
    clean = {"dependencies": [{"name": "a", "version": "1.0", "vulns": []}]}
    outcomes = [audit.pip_outcome(clean), audit.npm_outcome(npm_report({}))]
    assert outcomes == [(1, [], []), (117, [], [])]
    assert audit.exit_code(outcomes, require=True) == 0
    assert audit.lines("npm audit", outcomes[1]) == [
        "npm audit: 117 packages checked, 0 vulnerabilities"
    ]


def test_skipped_packages_are_reported_as_not_checked(audit: ModuleType) -> None:
    # With an index without advisories, pip-audit skips every package, finds nothing and succeeds.
    skipped = audit.pip_outcome({"dependencies": [{"name": "a", "skip_reason": "not found"}]})
    assert skipped == (0, ["a"], [])
    assert any("NOT CHECKED" in line for line in audit.lines("pip-audit", skipped))
    assert audit.exit_code([skipped], require=False) == 0
    assert audit.exit_code([skipped], require=True) == 1


def test_an_advisory_source_out_of_reach_is_reported(audit: ModuleType) -> None:
    for outcome in (
        audit.npm_outcome({"message": "405 Method Not Allowed"}),
        audit.npm_outcome(None),
        audit.pip_outcome(None),
    ):
        assert outcome.checked == 0
        assert any("NOT CHECKED" in line for line in audit.lines("tool", outcome))
        assert audit.exit_code([outcome], require=True) == 1


def test_the_report_of_a_program_is_its_json_even_if_it_fails(
    audit: ModuleType, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    report = npm_report({"left": {"severity": "high"}})
    program.write_text(f"#!{sys.executable}\nprint({json.dumps(report)!r})\nraise SystemExit(1)\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert audit.report_of([sys.executable, str(program)], tmp_path) == report
    program.write_text("print('Traceback')\n")
    assert audit.report_of([sys.executable, str(program)], tmp_path) is None
    assert audit.report_of([str(tmp_path / "missing")], tmp_path) is None
