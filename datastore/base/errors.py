"""datastore.base: the one tree of errors that people get to read.

PlaygraphError
├── AnswerError            a question that cannot be answered; GraphQL shows it with its code
│   ├── NotFound           NOT_FOUND: no such key
│   ├── InvalidArgument    INVALID_ARGUMENT: a value that breaks a rule
│   ├── StaleCursor        STALE_CURSOR: a cursor whose entry is not in the list, or not any more
│   └── Unavailable        UNAVAILABLE: nothing to answer from, yet
├── InputError             a raw file that cannot be used
├── SnapshotError          a snapshot that cannot be opened or written
├── NotReleased            a build that is refused: a worse model, or drift
└── SettingsError          a setting with an impossible value

A message says what happened, with which value, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datastore.base.evaluation import Gate

__all__ = [
    "AnswerError",
    "InputError",
    "InvalidArgument",
    "NotFound",
    "NotReleased",
    "PlaygraphError",
    "SettingsError",
    "SnapshotError",
    "StaleCursor",
    "Unavailable",
]


class PlaygraphError(Exception):
    """Anything playgraph can explain to the person who caused it."""


class AnswerError(PlaygraphError):
    """A question that cannot be answered; `code` stands in `extensions.code`.

    `classification` tells tools that know no codes of ours whose fault it is, by the names that
    graphql-java made common.
    """

    code = "INTERNAL"
    classification = "BAD_REQUEST"

    def extensions(self) -> dict[str, object]:
        """What GraphQL clients get beside the message."""
        return {"code": self.code, "classification": self.classification}


class NotFound(AnswerError):
    """No entry has this key. `suggestions` are at most three names that come close."""

    code = "NOT_FOUND"

    def __init__(self, message: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.suggestions = list(suggestions[:3])

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "suggestions": self.suggestions}


class InvalidArgument(AnswerError):
    """An argument breaks a rule: names the argument, the value and the rule; `what`, where it is a
    part of the argument, says which ("The hours of '220' are")."""

    code = "INVALID_ARGUMENT"

    def __init__(self, argument: str, value: object, rule: str, what: str = "") -> None:
        what = what or f"Argument '{argument}' is"
        super().__init__(f"{what} {_spoken(value)}: {rule}")
        self.argument = argument

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "argument": self.argument}


class StaleCursor(AnswerError):
    """The entry that a cursor names is not in the list: page again from the start. `argument` is
    the argument that holds the cursor."""

    code = "STALE_CURSOR"

    def __init__(self, argument: str) -> None:
        super().__init__(
            f"The cursor in '{argument}' is stale: its entry is not, or no longer, in this list. "
            "Start again from the first page."
        )
        self.argument = argument

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "argument": self.argument}


def _spoken(value: object) -> str:
    """A value as GraphQL writes it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


class Unavailable(AnswerError):
    """Nothing can be answered now; try again later."""

    code = "UNAVAILABLE"
    classification = "INTERNAL_ERROR"


class InputError(PlaygraphError):
    """A raw file that cannot be used: which file, where in it, what to do.

    `path` is the raw file, `rejects` the file that lists its rejected lines and rows; either is
    None where there is no such file.
    """

    def __init__(
        self, message: str, *, path: Path | None = None, rejects: Path | None = None
    ) -> None:
        super().__init__(message)
        self.path = path
        self.rejects = rejects

    def __str__(self) -> str:
        listed = f" All rejects are listed in {self.rejects}." if self.rejects else ""
        return f"{self.args[0]}{listed}"


class SnapshotError(PlaygraphError):
    """A snapshot that cannot be opened or written."""


class NotReleased(PlaygraphError):
    """A build whose model is worse than the live one or no better than popularity, or whose data
    has drifted while a setting stops on that.

    `gate` is the verdict on the model, `drifts` has a line for each drift that stopped the build.
    """

    def __init__(
        self, message: str, *, gate: Gate | None = None, drifts: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.gate = gate
        self.drifts = list(drifts)


class SettingsError(PlaygraphError):
    """A setting with an impossible value."""
