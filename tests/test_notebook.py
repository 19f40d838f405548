"""examples/notebook.ipynb runs, and shows what it computes from the demo dataset.

Its cells are executed here as a kernel does, without Jupyter. With PLAYGRAPH_UPDATE_DOCS=1 the test
writes the results into the notebook.
"""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "notebook.ipynb"


def result(source: str, names: dict[str, Any]) -> str | None:
    """Run the code of a cell; the text of its last expression, or None."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if last is None:
        return None
    return repr(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


def test_the_notebook_shows_what_it_computes(
    full_demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGRAPH_DATA_DIR", str(full_demo_folder.parents[1]))
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 4
    names: dict[str, Any] = {"__name__": "__main__"}
    for count, cell in enumerate(cells, 1):
        text = result("".join(cell["source"]), names)
        assert text is not None, cell["id"]
        output = {
            "data": {"text/plain": text.splitlines(keepends=True)},
            "execution_count": count,
            "metadata": {},
            "output_type": "execute_result",
        }
        if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
            cell["execution_count"], cell["outputs"] = count, [output]
        assert cell["outputs"] == [output], cell["id"]
    if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
        text = json.dumps(notebook, indent=1, ensure_ascii=False)
        NOTEBOOK.write_text(f"{text}\n", encoding="utf-8")
