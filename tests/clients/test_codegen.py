"""graphql-codegen: typed documents in strict TypeScript, compiled and run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRONG = """
import { graphql } from "../generated/gql.ts";
import type { Game } from "../generated/schema.ts";
const known: unknown = graphql;
export const price = (game: Game): number => game.price;
export const prize = (game: Game) => game.prize;
export { known };
"""


def tsc(project: Path, run: Callable[..., Any], packages: Path) -> list[str]:
    done = run([packages / "node_modules/.bin/tsc", "-p", project], cwd=packages, check=False)
    return [line for line in done.stdout.splitlines() if line]


def test_all_scripts_and_all_generated_code_are_strict_typescript(
    workshop: Path, artifacts: Path, generated: Path, run: Callable[..., Any]
) -> None:
    assert list(artifacts.glob("*.graphql.ts"))
    assert tsc(workshop, run, workshop) == []


def test_a_wrong_use_of_the_generated_types_does_not_compile(
    workshop: Path, generated: Path, run: Callable[..., Any]
) -> None:
    folder = workshop / "wrong"
    folder.mkdir()
    (folder / "wrong.ts").write_text(WRONG)
    settings = {"extends": "../tsconfig.json", "include": ["wrong.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    nullable, unknown = (said for said in tsc(folder, run, workshop) if "error" in said)
    assert "not assignable to type 'number'" in nullable
    assert "'prize' does not exist" in unknown


def test_the_typed_documents_get_typed_answers(
    generated: Path, facts: Callable[[str], dict[str, Any]]
) -> None:
    found = facts("codegen/run.ts")
    assert found["name"] == "Valve"
    assert found["makers"] == ["Valve"] * 3
    assert 2007 in found["years"]
    assert found["best"]["rank"] == 1
    assert found["builtAt"]
