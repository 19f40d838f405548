"""datastore.base: the tree of errors that users see.

PlaygraphError
├── AnswerError            a question that cannot be answered; GraphQL shows it with its code
│   ├── NotFound           NOT_FOUND: unknown key
│   ├── InvalidArgument    INVALID_ARGUMENT: a value that breaks a rule
│   │   ├── UnknownName    an unknown name in a list of names
│   │   └── TooMany        too many keys, values, conditions, games or ids
│   ├── StaleCursor        STALE_CURSOR: a cursor whose entry is not, or no longer, in the list
│   ├── Forbidden          FORBIDDEN: something that this server does not show
│   └── Unavailable        UNAVAILABLE: no snapshot yet, or none of this subject
├── InputError             a raw file that cannot be used
├── SnapshotError          a snapshot that cannot be opened or written
│   ├── DamagedSnapshot    one whose files are not as they were written
│   └── OtherFormat        one that another version of playgraph has written
├── NotReleased            a build that was not released: a worse model, or drift
└── SettingsError          a setting with an invalid value

A message says what happened, with which value, and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from datastore.base.gate import Gate

__all__ = [
    "AnswerError",
    "DamagedSnapshot",
    "Forbidden",
    "InputError",
    "InvalidArgument",
    "NotFound",
    "NotReleased",
    "OtherFormat",
    "PlaygraphError",
    "SettingsError",
    "SnapshotError",
    "StaleCursor",
    "TooMany",
    "Unavailable",
    "UnknownName",
]


class PlaygraphError(Exception):
    """Base of all errors whose message is meant for users."""


class AnswerError(PlaygraphError):
    """A question that cannot be answered; `code` is its `extensions.code`.

    `classification` attributes it to the client or the server, for tools that do not know these
    codes. Its values are those of graphql-java.
    """

    code = "INTERNAL"
    classification = "BAD_REQUEST"

    def extensions(self) -> dict[str, object]:
        """The `extensions` of the GraphQL error."""
        return {"code": self.code, "classification": self.classification}


class NotFound(AnswerError):
    """No entry has this key.

    `suggest` searches for similar names, which takes milliseconds; it is called by `extensions`.
    """

    code = "NOT_FOUND"

    def __init__(self, message: str, suggest: Callable[[], Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.suggest = suggest

    def extensions(self) -> dict[str, object]:
        """Includes `suggestions`, at most three similar names."""
        names = list(self.suggest()[:3]) if self.suggest is not None else []
        return {**super().extensions(), "suggestions": names}


class InvalidArgument(AnswerError):
    """An argument breaks a rule. The message names the argument, the value and the rule.

    `subject` replaces "Argument '...' is" when only a part of the argument is wrong: "The hours of
    '220' are".
    """

    code = "INVALID_ARGUMENT"

    def __init__(self, argument: str, value: object, rule: str, subject: str = "") -> None:
        subject = subject or f"Argument '{argument}' is"
        super().__init__(f"{subject} {_graphql_literal(value)}: {rule}")
        self.argument = argument

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "argument": self.argument}


class UnknownName(InvalidArgument):
    """A name in an argument is not known. `suggestions` holds at most three similar names."""

    def __init__(self, argument: str, name: str, noun: str, suggestions: Sequence[str]) -> None:
        close = ", ".join(map(repr, suggestions[:3]))
        did_you_mean = f" Similar names: {close}." if close else ""
        super().__init__(argument, name, f"no game has a {noun} of this name.{did_you_mean}")
        self.suggestions = list(suggestions[:3])

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "suggestions": self.suggestions}


class TooMany(InvalidArgument):
    """An argument has more entries than allowed; `count` says how many, such as "11 keys"."""

    def __init__(self, argument: str, count: str, most: int) -> None:
        message = f"Argument '{argument}' has {count}: at most {most:,} are allowed."
        AnswerError.__init__(self, message)
        self.argument = argument


class StaleCursor(AnswerError):
    """The entry of a cursor is not, or no longer, in the list. `argument` holds the cursor."""

    code = "STALE_CURSOR"

    def __init__(self, argument: str) -> None:
        super().__init__(
            f"The cursor in '{argument}' is stale: its entry is not, or no longer, in this list. "
            "Start again from the first page."
        )
        self.argument = argument

    def extensions(self) -> dict[str, object]:
        return {**super().extensions(), "argument": self.argument}


def _graphql_literal(value: object) -> str:
    """A value as written in GraphQL."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


class Forbidden(AnswerError):
    """Something that this server does not show to anybody."""

    code = "FORBIDDEN"
    classification = "FORBIDDEN"


class Unavailable(AnswerError):
    """There is no snapshot yet, or it does not have the subject of the question."""

    code = "UNAVAILABLE"
    classification = "INTERNAL_ERROR"


class InputError(PlaygraphError):
    """A raw file that cannot be used. The message says which file, where in it, and what to do.

    `path` is the raw file and `rejects` the file that lists rejected lines and rows; both may be
    None.
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


class DamagedSnapshot(SnapshotError):
    """A snapshot whose files are not as they were written. It stays so until it is replaced.

    `problem` says what is wrong, without the snapshot and what to do.
    """

    def __init__(self, message: str, problem: str) -> None:
        super().__init__(message)
        self.problem = problem


class OtherFormat(SnapshotError):
    """A snapshot in the format of another version of playgraph, which `format` numbers. `demo` is
    whether it holds the demo dataset."""

    def __init__(self, message: str, format_: int, *, demo: bool) -> None:
        super().__init__(message)
        self.format = format_
        self.demo = demo


class NotReleased(PlaygraphError):
    """A build that was not released: its model is worse than the live one or no better than
    popularity, or its data has drifted and the setting `drift` is `stop`.

    `gate` is the verdict on the model; `drifts` has one line per drift that stopped the build.
    """

    def __init__(
        self, message: str, *, gate: Gate | None = None, drifts: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.gate = gate
        self.drifts = list(drifts)


class SettingsError(PlaygraphError):
    """A setting with an invalid value."""
