"""etl.process: progress of a build: bars on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from datastore.base.plural import counted
from datastore.base.visible import visible

__all__ = ["Reporter", "Stage"]


class Stage:
    """One running stage: its units of work, and a note such as the number of rows so far."""

    def __init__(self, bars: Progress | None, task: TaskID | None) -> None:
        self._bars = bars
        self._task = task
        self.note = ""

    def advance(self, units: int) -> None:
        """Count finished units of work (bytes of a file, texts, iterations)."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, units)

    def rows(self, count: int, noun: str = "row") -> None:
        """Note the number of rows so far; a bar shows the rows per second, too."""
        self.note = counted(count, noun)
        if self._bars is not None and self._task is not None:
            elapsed = self._bars.tasks[self._bars.task_ids.index(self._task)].elapsed or 0
            rate = f", {count / elapsed:,.0f}/s" if elapsed >= 1 else ""
            self._bars.update(self._task, note=self.note + rate)

    def say(self, note: str) -> None:
        """Set the note next to the bar; the line of the finished stage shows it, too."""
        self.note = note
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, note=self.note)


class Reporter:
    """Shows the stages of a build and keeps their wall time in seconds."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        self._quiet = quiet
        self._bars: Progress | None = None
        self._start = time.perf_counter()

    @property
    def elapsed(self) -> float:
        """Wall time since the beginning, in seconds: stages may contain others, and time passes
        between them."""
        return time.perf_counter() - self._start

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep the bars on the terminal while the build runs."""
        if self._quiet or not self.console.is_terminal:
            yield
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console) as bars:
            self._bars = bars
            yield
        self._bars = None

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Stage]:
        """One stage, timed; `total` is its units of work."""
        name = visible(name)
        task = self._bars.add_task(name, total=total, note="") if self._bars else None
        stage = Stage(self._bars, task)
        start = time.perf_counter()
        yield stage
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        if self._bars is not None and task is not None:
            self._bars.update(task, total=1, completed=1, note=stage.note)
        elif not self._quiet:
            note = f": {stage.note}" if stage.note else ""
            self.console.print(f"{name}{note} ({self.seconds[name]:.1f} s)", highlight=False)
