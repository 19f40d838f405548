"""The checks of `playgraph doctor` that need another machine than this one."""

from __future__ import annotations

import importlib.metadata
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
    assert packages == Check("packages", "ok", "1 package, all of supported versions")


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


def test_a_missing_system_library_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, library in (("training", "libgomp.so.1"), ("drawing", "libfreetype.so.6.18")):
        (tmp_path / f"{name}.py").write_text(
            f"raise ImportError('{library}: cannot open shared object file: No such file')\n"
        )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    training, drawing = check_wheels({"training": False, "drawing": True})
    assert "apt-get install libgomp1" in training.advice
    assert training.advice.startswith("A server starts without it")
    assert drawing.advice == (
        "It needs the system library libfreetype: install the package that contains it."
    )


def test_packages_that_the_image_of_the_server_leaves_out_do_not_prevent_serving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(name: str) -> str:
        if name == "implicit":
            raise importlib.metadata.PackageNotFoundError
        return "9"

    monkeypatch.setattr(importlib.metadata, "version", version)
    (_, packages) = check_packages(["implicit>=0.7", "click>=8"])
    assert packages.status == "warning"
    assert (
        packages.found == "Not installed: implicit. A server starts without them, a build does not."
    )
    (_, packages) = check_packages(["click>=8"])
    assert packages.status == "ok"


def test_the_memory_of_a_container_differs_from_that_of_the_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for grouped, text in ((True, "allowed by the control group (container)"), (False, "on this")):
        found = Limits(1.0, 4 << 30, grouped=grouped)
        monkeypatch.setattr(limits_module, "limits", lambda found=found: found)
        memory, _ = check_machine(settings)
        assert memory.found.startswith(f"4,295 MB {text}")


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
