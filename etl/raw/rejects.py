"""etl.raw: the reject file: the lines and rows of one raw file that could not be used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

__all__ = ["RejectFile"]

#: Characters of a rejected line that are kept: enough to see what is wrong, and bounded.
_EXCERPT = 1_000
#: A user id in either notation; nothing that is written with escapes.
_USER = re.compile(rb"""['"]user_?[iI]d['"]\s*:\s*(?:u?(['"])([^'"\\]+)\1|(\d+))""")


class RejectFile:
    """A file of JSON lines: raw file, line number, reason, users, and the start of the content."""

    def __init__(self, path: Path, raw_file: str) -> None:
        self.path = path
        self._raw_file = raw_file
        self._file: TextIO = path.open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, line: int, reason: str, content: object, user: str | None = None) -> None:
        """Write one entry. `content` is the bytes of the line, or the row of this user; without a
        user, the bytes are searched for user ids."""
        users = _users(content) if user is None else [user]
        if isinstance(content, bytes):
            content = content[:_EXCERPT].decode("utf-8", "backslashreplace")
        entry = {
            "file": self._raw_file,
            "line": line,
            "reason": reason,
            "users": users,
            "content": str(content)[:_EXCERPT],
        }
        self._file.write(json.dumps(entry) + "\n")


def _users(content: object) -> list[str]:
    """The user ids that a line names, sorted; empty for anything but bytes."""
    if not isinstance(content, bytes):
        return []
    user_ids = {quoted or bare for _, quoted, bare in _USER.findall(content)}
    return sorted(user.decode("utf-8", "backslashreplace").strip() for user in user_ids)
