"""schema: the docstring of a class or function, even where Python has dropped it (-OO)."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

__all__ = ["docstring"]

_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstring(definition: Any) -> str | None:
    """The docstring without its indentation; None if there is none.

    With `PYTHONOPTIMIZE=2` it is read from the source of the class or of its first base class that
    has one. The schema is the same; starting takes half a second longer.
    """
    if sys.flags.optimize < 2:
        return inspect.getdoc(definition)
    owners = inspect.getmro(definition) if isinstance(definition, type) else (definition,)
    for owner in owners:
        text = _module_docstrings(owner.__module__).get(owner.__qualname__)
        if text is not None:
            return text
    return None


@cache
def _module_docstrings(name: str) -> dict[str, str]:
    """Docstrings of a module by qualified name; empty if the source is unavailable."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError):
        return {}
    return dict(_docstrings(tree, ""))


def _docstrings(parent: ast.AST, prefix: str) -> Iterator[tuple[str, str]]:
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, _Definition):
            yield from _docstrings(node, prefix)
            continue
        name = f"{prefix}{node.name}"
        text = ast.get_docstring(node)
        if text is not None:
            yield name, text
        inner_prefix = f"{name}." if isinstance(node, ast.ClassDef) else f"{name}.<locals>."
        yield from _docstrings(node, inner_prefix)
