"""The pages of docs/queries are true: query and variables give the JSON that they show.

With PLAYGRAPH_UPDATE_DOCS=1 the test writes the answers into the pages instead.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datastore.base.codes import HYBRID
from datastore.store import Store
from json_text import shown
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions

PAGES = sorted((Path(__file__).parent.parent / "docs" / "queries").glob("*.md"))
_BLOCK = re.compile(r"```(graphql|json variables|json)\n(.*?)```", re.DOTALL)


def test_there_is_a_page_for_each_of_the_clients_questions() -> None:
    names = {page.stem for page in PAGES}
    assert names >= {
        "developer",
        "userdata",
        "user_for_genre",
        "best_developer_year",
        "developer_reviews_analysis",
        "recomendacion_juego",
        "genero",
        "juegos",
        "specs",
        "earlyacces",
        "sentiment",
        "metascore",
        "prediccion",
        "get_max_duration",
        "get_score_count",
        "get_count_platform",
        "get_actor",
        "get_recommendation",
        "verdict",
        "verdict_for_ratings",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_have_the_printed_answers(full_demo: Store, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = dict(_BLOCK.findall(text))
    executor = Executor(graphql_schema(), ErrorExtensions)
    variables = json.loads(blocks.get("json variables", "{}"))
    found = executor.execute(blocks["graphql"], variables, context=Context(full_demo))
    answer = json.loads(found.body)
    if os.environ.get("PLAYGRAPH_UPDATE_DOCS"):
        block = f"```json\n{shown(answer)}\n```"
        page.write_text(re.sub(r"```json\n.*?```", lambda _: block, text, flags=re.DOTALL))
        return
    assert _rounded(answer) == _rounded(json.loads(blocks["json"]))


def _rounded(value: Any) -> Any:
    """JSON whose numbers do not depend on the machine's linear algebra."""
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def test_the_lists_can_be_recomputed_as_the_documentation_says(
    full_demo: Store, full_demo_folder: Path
) -> None:
    page = Path(__file__).parent.parent / "docs" / "recommender.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    sources = full_demo.recommender._users[2]
    players = [u for u in range(len(full_demo.users)) if sources[u][-1] == HYBRID][:20]
    assert len(players) == 20
    vectors = full_demo.content.vectors(np.arange(len(full_demo.games)))
    for user in players:
        found: dict[str, Any] = {
            "snapshot": full_demo_folder,
            "user": user,
            "tag_vectors": vectors,
        }
        exec(code, found)
        listed = full_demo.recommender.for_user(user, 50)
        scores = found["scores"][[found["column"][entry.game] for entry in listed]]
        assert scores == pytest.approx([entry.score for entry in listed], rel=1e-3, abs=1e-3)
        again = found["scores"][[found["column"][game] for game in found["best"][:50]]]
        assert again == pytest.approx(scores, rel=1e-3, abs=1e-3)
