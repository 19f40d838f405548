"""JSON as the pages of the documentation show it."""

from __future__ import annotations

import json

__all__ = ["shown"]

_WIDTH = 96


def shown(value: object, indent: int = 0) -> str:
    """JSON with short values on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= _WIDTH or not isinstance(value, dict | list):
        return line
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k)}: {shown(v, indent + 2)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + shown(v, indent + 2) for v in value) + "\n" + " " * indent + "]"
