"""The checks of `playgraph doctor` that need another machine than this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.settings import Settings
from etl.process import limits as limits_module
from etl.process.limits import Limits
from server.cli.checks import Check, check_machine, check_packages, check_pages, check_wheels


def test_old_and_missing_packages_are_named() -> None:
    requirements = ["click>=999", "no-such-package>=1", "numpy>=1", "other>=1; extra == 'report'"]
    (_, packages) = check_packages(requirements)
    assert packages.status == "error"
    assert "click is 8" in packages.found
    assert "click>=999 is needed; no-such-package is missing." in packages.found
    assert "other" not in packages.found
    assert "numpy" not in packages.found


def test_requirements_of_other_systems_are_left_out() -> None:
    (_, packages) = check_packages(["no-such-package; platform_system == 'Plan9'", "click"])
    assert packages == Check("packages", "ok", "1 package of the right versions")


def test_modules_that_fail_or_end_the_process_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashing.py").write_text("import os\nos.abort()\n")
    (tmp_path / "failing.py").write_text("raise ImportError('wrong architecture')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = list(check_wheels({"json": True, "crashing": True, "failing": False, "csv": True}))
    assert [(check.status, check.found.partition(" ")[0]) for check in found] == [
        ("error", "crashing"),
        ("warning", "failing"),
    ]
    assert "ended the process" in found[0].found
    assert "wrong architecture" in found[1].found


@pytest.mark.parametrize(
    ("memory", "status"), [(100 << 20, "warning"), (400 << 20, "warning"), (4 << 30, "ok")]
)
def test_little_memory_is_a_warning(
    memory: int, status: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits_module, "limits", lambda: Limits(1.0, memory))
    found = {check.name: check for check in check_machine(settings)}
    assert found["memory"].status == status
    assert found["cores"] == Check("cores", "ok", "1 core")


def test_pages_that_are_not_built_are_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    (missing,) = check_pages(tmp_path)
    assert (missing.status, missing.found[:25]) == ("warning", "Not built: the explorer. ")
    (tmp_path / "explore.html").touch()
    assert [check.status for check in check_pages(tmp_path)] == ["ok"]
