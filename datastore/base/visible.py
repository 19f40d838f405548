"""datastore.base: texts of others, made safe to show: in a terminal, a log or a page."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["INVISIBLE", "is_utf8", "quoted", "visible"]

#: Characters of a regular expression's class that are invisible, or that change what is around
#: them: control characters, marks of direction, separators of lines and paragraphs, invisible
#: spaces and operators, tags, and halves of surrogate pairs. Joiners stay, which names in some
#: scripts need.
INVISIBLE = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff"
)
#: What is neither, in ASCII.
_PLAIN = bytes(range(32, 127))
_PLAIN_LINES = _PLAIN + b"\n\t"
_ANYWHERE = re.compile(f"[{INVISIBLE}]")
_WITHIN_LINES = re.compile(f"(?![\n\t])[{INVISIBLE}]")


def visible(text: str, *, lines: bool = False) -> str:
    """The text with its invisible characters as escapes, such as `\\u202e` or `\\u001b`.

    With `lines`, ends of lines and tabs stay.

    >>> visible("a\\x1b[2Jb")
    'a\\\\u001b[2Jb'
    """
    plain = _PLAIN_LINES if lines else _PLAIN
    if text.isascii() and not text.encode().translate(None, plain):
        return text  # most texts, and all lines of logs: 40 ns per line, the search takes 5 us
    return (_WITHIN_LINES if lines else _ANYWHERE).sub(_escaped, text)


def quoted(value: object, most: int = 60) -> str:
    """A value as Python writes it, for a message; a longer text is cut.

    >>> quoted("a" * 100, 3)
    "'aaa…'"
    """
    return repr(f"{value[:most]}…" if isinstance(value, str) and len(value) > most else value)


def is_utf8(given: Path | str) -> bool:
    """Whether the bytes of a path or an argument are UTF-8, so that it can be written as text.

    >>> is_utf8("caf\u00e9.json"), is_utf8("caf\udce9.json")
    (True, False)
    """
    try:
        str(given).encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
