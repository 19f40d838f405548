"""A film of pages: pictures with captions below, each shown for a time that does not depend on how
long it took to make it."""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import imageio_ffmpeg
from playwright.sync_api import BrowserContext, Locator, Page

__all__ = ["HEIGHT", "WIDTH", "Film"]

WIDTH, HEIGHT = 1280, 636
STRIP = 84  # height of the captions, below the page
RATE = 25  # pictures per second
STEP = 1 / RATE

KEY = 0.09  # seconds per letter typed
MOVE = 0.5  # seconds that the pointer takes
PAUSE = 0.45  # seconds before a click
READ = (1.6, 0.052)  # seconds to read a caption: at least, and per character

# The pointer: a headless browser draws none. Styles set by script are allowed by the page's policy.
POINTER = """
addEventListener('DOMContentLoaded', () => {
  const space = 'http://www.w3.org/2000/svg';
  const pointer = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', 'M2 1 2 20 7 15.5 10 23 13.5 21.5 10.4 14.5 17 14Z');
  path.setAttribute('fill', '#111');
  path.setAttribute('stroke', '#fff');
  path.setAttribute('stroke-width', '1.6');
  pointer.append(path);
  pointer.setAttribute('width', '26');
  pointer.setAttribute('height', '32');
  pointer.setAttribute('aria-hidden', 'true');
  Object.assign(pointer.style, {
    position: 'fixed', left: '0', top: '0', zIndex: 9999, pointerEvents: 'none', display: 'none',
  });
  document.documentElement.append(pointer);
  addEventListener('mousemove', (event) => {
    pointer.style.display = 'block';
    pointer.style.transform = `translate(${event.clientX - 2}px, ${event.clientY - 1}px)`;
  }, true);
});
"""
CARD = """<style>
  body { margin: 0; height: 100vh; display: grid; place-content: center; gap: 18px;
    padding: 0 140px; background: #101a33; color: #fff; font: 25px/1.5 system-ui, sans-serif;
    text-align: center }
  h1 { margin: 0; font-size: 64px; letter-spacing: -0.02em }
  p { margin: 0; color: #c3d0ee }
</style><h1>%s</h1>%s"""
CAPTION = """<style>
  body { margin: 0; height: 100vh; display: flex; gap: 20px; align-items: center; padding: 0 32px;
    box-sizing: border-box; background: #101a33; color: #fff; font: 23px/1.3 system-ui, sans-serif }
  b { flex: none; color: #8db0ff; font-size: 17px; font-weight: 600 }
</style><b>%s</b><span>%s</span>"""


class Picture(NamedTuple):
    """A file of the page, one of the caption, and how long they are shown, in seconds."""

    page: Path
    caption: Path
    seconds: float


class Film:
    """Records what is done with a page. Use it as a context manager."""

    def __init__(self, context: BrowserContext, base: str, language: str) -> None:
        context.add_init_script(POINTER)
        self.page: Page = context.new_page()
        self._writer = context.new_page()
        self._writer.set_viewport_size({"width": WIDTH, "height": STRIP})
        self._base, self._language = base, language
        self._folder = tempfile.TemporaryDirectory(prefix="playgraph-film-")
        self._pictures: list[Picture] = []
        self._at = (WIDTH / 2, HEIGHT / 2)
        self._caption = self._write_caption("", "")

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def text(self, english: str, spanish: str) -> str:
        """The text in the language of the film."""
        return spanish if self._language == "es" else english

    # What a scene does

    def card(self, title: str, *lines: str) -> None:
        """Show a card instead of the page."""
        self._caption = self._write_caption("", "")
        self.page.goto("about:blank")
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
        self.page.set_content(CARD % (escape(title), paragraphs))
        self._shoot(reading(title, *lines))

    def open(self, view: str = "") -> None:
        """Open a view of the explorer."""
        self.page.goto(self._base + view)
        self.settle()

    def say(self, kind: str, english: str, spanish: str) -> None:
        """Show a caption, and the page as long as it takes to read."""
        text = self.text(english, spanish)
        self._caption = self._write_caption(kind, text)
        self._shoot(reading(text))

    def wait(self, seconds: float) -> None:
        """Show the page for a time."""
        self._shoot(seconds)

    def settle(self) -> None:
        """Wait until the page has its answers and pictures no longer change."""
        self.page.wait_for_load_state("networkidle")
        self.page.locator(".loading, [aria-busy=true]").first.wait_for(state="detached")
        self.page.wait_for_timeout(80)

    def point(self, target: Locator) -> None:
        """Move the pointer to the middle of a thing, after scrolling it into sight."""
        self.show(target)
        box = target.bounding_box()
        assert box is not None
        self._move(box["x"] + min(box["width"] / 2, 120), box["y"] + box["height"] / 2)

    def click(self, target: Locator) -> None:
        """Point at a thing and click it."""
        self.point(target)
        self._shoot(PAUSE)
        self.page.mouse.click(*self._at)
        self.settle()
        self._shoot(0.4)

    def type(self, target: Locator, text: str, *, clear: bool = False) -> None:
        """Type a text into a field, letter by letter."""
        self.point(target)
        self.page.mouse.click(*self._at)
        if clear:
            target.select_text()
        for letter in text:
            self.page.keyboard.type(letter)
            self._shoot(KEY)

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.page.keyboard.press(key)
            self._shoot(2 * KEY)

    def choose(self, field: Locator, text: str, option: str) -> None:
        """Type into a search field, and click what it offers."""
        self.type(field, text)
        name = self.page.get_by_text(option, exact=True)
        offered = self.page.get_by_role("option").filter(has=name).first
        offered.wait_for()
        self._shoot(0.8)
        self.point(offered)
        self._shoot(PAUSE)
        self.page.mouse.down()
        self.page.mouse.up()
        self.settle()
        self._shoot(0.4)

    def select(self, field: Locator, value: str) -> None:
        """Choose an entry of a menu, which a headless browser does not draw."""
        self.point(field)
        self._shoot(PAUSE)
        field.select_option(value)
        self.settle()
        self._shoot(0.6)

    def show(self, target: Locator, above: int = 110) -> None:
        """Scroll smoothly until a thing is in sight; not if it already is."""
        target.wait_for()
        box = target.bounding_box()
        assert box is not None
        if box["y"] >= 0 and box["y"] + min(box["height"], 200) <= HEIGHT:
            return
        start = float(self.page.evaluate("scrollY"))
        most = float(
            self.page.evaluate("document.documentElement.scrollHeight - window.innerHeight")
        )
        end = min(max(start + box["y"] - above, 0.0), most)
        steps = max(4, min(18, round(abs(end - start) / 45)))
        for step in range(1, steps + 1):
            self.page.evaluate(
                "(top) => window.scrollTo({ top, behavior: 'instant' })",
                start + (end - start) * eased(step / steps),
            )
            self._shoot(STEP)

    def write(self, file: Path) -> float:
        """Write the film. Returns its length in seconds."""
        lists = []
        for name in ("page", "caption"):
            entries = [
                f"file '{getattr(picture, name)}'\nduration {picture.seconds:.4f}\n"
                for picture in self._pictures
            ]
            # A picture lasts until the next one.
            entries.append(f"file '{getattr(self._pictures[-1], name)}'\n")
            lists.append(Path(self._folder.name, f"{name}.txt"))
            lists[-1].write_text("".join(entries), encoding="utf-8")
        inputs = [
            word for name in lists for word in ("-f", "concat", "-safe", "0", "-i", str(name))
        ]
        codec = {
            ".webm": ["-c:v", "libvpx-vp9", "-crf", "34", "-b:v", "0", "-row-mt", "1",
                      "-deadline", "realtime", "-cpu-used", "6"],
            ".mp4": ["-c:v", "libx264", "-crf", "24", "-preset", "fast", "-movflags", "+faststart"],
        }[file.suffix]  # fmt: skip
        length = sum(picture.seconds for picture in self._pictures)
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *inputs,
            # One frame per picture, as long as it is shown: most of the film stands still.
            "-filter_complex", "[0][1]vstack,format=yuv420p", "-fps_mode", "vfr",
            *codec, str(file),
        ]  # fmt: skip
        subprocess.run(command, check=True)
        return length

    # Pictures

    def _shoot(self, seconds: float) -> None:
        file = Path(self._folder.name, f"{len(self._pictures):05}.jpg")
        self.page.screenshot(path=file, type="jpeg", quality=92)
        self._pictures.append(Picture(file, self._caption, seconds))

    def _move(self, x: float, y: float) -> None:
        (from_x, from_y), steps = self._at, round(MOVE * RATE)
        for step in range(1, steps + 1):
            share = eased(step / steps)
            self.page.mouse.move(from_x + (x - from_x) * share, from_y + (y - from_y) * share)
            self._shoot(STEP)
        self._at = (x, y)

    def _write_caption(self, kind: str, text: str) -> Path:
        file = Path(self._folder.name, f"caption{len(self._pictures):05}.jpg")
        self._writer.set_content(CAPTION % (escape(kind), escape(text)))
        self._writer.screenshot(path=file, type="jpeg", quality=92)
        return file


def reading(*texts: str) -> float:
    """Seconds that it takes to read texts."""
    least, each = READ
    return least + each * sum(map(len, texts))


def eased(share: float) -> float:
    """A share of a way, slow at both ends."""
    return share * share * (3 - 2 * share)
