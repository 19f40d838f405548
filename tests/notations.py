"""The notations in which a raw dump may write a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def python2(value: Any) -> str:
    """As Python 2 shows it: `u'...'`."""
    if isinstance(value, str):
        return "u" + ascii(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(python2, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{python2(k)}: {python2(v)}" for k, v in value.items()) + "}"
    return repr(value)


NOTATIONS: dict[str, Callable[[Any], str]] = {
    "python": repr,
    "python2": python2,
    "json": lambda record: json.dumps(record, ensure_ascii=False),
}
