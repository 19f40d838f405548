"""Browser: the recording of the explorer is made from real pictures, with captions, as a film."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

if os.environ.get("PLAYGRAPH_REQUIRE_BROWSER") != "1":
    pytest.importorskip(
        "playwright", reason="Playwright is not installed: `pip install -e '.[check]'`"
    )
    pytest.importorskip(
        "imageio_ffmpeg", reason="ffmpeg is not installed: `pip install -e '.[record]'`"
    )
import imageio_ffmpeg
from playwright.sync_api import Browser

from browser.conftest import find

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "web" / "recording" / "record.py"
PIXELS = 1280 * 720 * 3


def record(*options: str, chromium: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *options],
        capture_output=True,
        text=True,
        env=os.environ | {"PLAYGRAPH_CHROMIUM": chromium},
        timeout=240,
        check=False,
    )


def frames(film: Path) -> list[bytes]:
    """A picture of 1280 x 720 pixels per second of a film."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(film)]
    raw = ["-vf", "fps=1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    content = subprocess.run([*command, *raw], capture_output=True, check=True).stdout
    assert len(content) % PIXELS == 0
    return [content[start : start + PIXELS] for start in range(0, len(content), PIXELS)]


@pytest.mark.parametrize(("language", "suffix"), [("en", "webm"), ("es", "mp4")])
def test_a_scene_becomes_a_film(
    browser: Browser, page_server: str, tmp_path: Path, language: str, suffix: str
) -> None:
    film = tmp_path / f"film.{suffix}"
    options = ["--only", "3", "--language", language, "--server", page_server, "--out", str(film)]
    done = record(*options, chromium=find(browser.browser_type))
    assert done.returncode == 0, done.stderr
    assert "best …" in done.stdout
    pictures = frames(film)
    assert 15 < len(pictures) < 60
    # It moves: the cards, the view before and after a choice, each with captions.
    distinct = {picture[::997] for picture in pictures}
    assert len(distinct) > 5
    # The strip of the captions is dark, the page above it is not.
    middle = pictures[len(pictures) // 2]
    assert sum(middle[-1280 * 3 :]) / (1280 * 3) < 60 < sum(middle[: 1280 * 300]) / (1280 * 300)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "nothing"], "no scene is named nothing"),
        (["--out", "film.gif"], "film.gif is neither .webm nor .mp4"),
    ],
)
def test_impossible_options_are_refused(options: list[str], message: str) -> None:
    done = record(*options)
    assert done.returncode == 2
    assert message in done.stderr
