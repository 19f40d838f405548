"""The recording of the explorer without what its extra installs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "web" / "recording" / "record.py"


@pytest.mark.parametrize("missing", ["imageio_ffmpeg", "playwright"])
def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path, missing: str) -> None:
    for name in ("imageio_ffmpeg", "playwright"):
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "sync_api.py").write_text("Browser = BrowserContext = Locator = Page = None")
    error = f"raise ModuleNotFoundError(name={missing!r})"
    (tmp_path / missing / "__init__.py").write_text(error)
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        timeout=60,
        check=False,
    )
    said = f"{missing} is not installed: install with pip install '.[record]'\n"
    assert (done.returncode, done.stderr) == (1, said)
