"""Modules of the schema import each other one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import schema

ROOM = Path(schema.__file__).parent


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that are imported, wherever the import is, and also for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        else:
            yield from imported(node)


def modules() -> dict[str, Path]:
    """The modules of the room by name."""
    paths = {path.relative_to(ROOM.parent).with_suffix(""): path for path in ROOM.rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): path for name, path in paths.items()}


def test_no_module_of_the_schema_imports_itself_through_others() -> None:
    own = modules()
    imports = {
        name: set(imported(ast.parse(path.read_text(encoding="utf-8")))) & own.keys() - {name}
        for name, path in own.items()
    }
    order = [*TopologicalSorter(imports).static_order()]  # raises CycleError
    # The nouns are really in the graph: games come before what lists them, the root after all.
    assert order.index("schema.games") < order.index("schema.developers")
    assert order.index("schema.query") > order.index("schema.users")
    assert len(order) == len(own) > 15
