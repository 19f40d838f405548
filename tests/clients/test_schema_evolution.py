"""graphql-inspector: nothing that the last release promised breaks; deprecations are dated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLSchema, build_schema
from graphql.type import is_input_object_type, is_interface_type, is_object_type

ROOT = Path(__file__).parent.parent.parent
#: The SDL of the last release; a release puts it there.
RELEASED = ROOT / "schema.released.graphql"
#: The SDL of today, which other tests compare with the server's.
SCHEMA = ROOT / "schema.graphql"
DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")

Compare = Callable[[str, str], dict[str, set[str]]]


@pytest.fixture(scope="session")
def compare(
    workshop: Path, tmp_path_factory: pytest.TempPathFactory, run: Callable[..., Any]
) -> Compare:
    """graphql-inspector's changes between two SDL texts, by how grave they are."""
    folder = tmp_path_factory.mktemp("schemas")

    def compare(before: str, after: str) -> dict[str, set[str]]:
        (folder / "before.graphql").write_text(before, encoding="utf-8")
        (folder / "after.graphql").write_text(after, encoding="utf-8")
        files = [folder / "before.graphql", folder / "after.graphql"]
        done = run(["node", "--import", "tsx", "schema-diff.ts", *files], cwd=workshop)
        found: dict[str, set[str]] = {"BREAKING": set(), "DANGEROUS": set(), "NON_BREAKING": set()}
        for change in json.loads(done.stdout)["changes"]:
            found[change["level"]].add(change["message"])
        return found

    return compare


def deprecations(schema: GraphQLSchema) -> dict[str, str]:
    """The reason of everything deprecated, by its coordinate."""
    found: dict[str, str | None] = {}
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLEnumType):
            found |= {
                f"{name}.{key}": value.deprecation_reason for key, value in kind.values.items()
            }
        if is_object_type(kind) or is_interface_type(kind) or is_input_object_type(kind):
            for key, field in kind.fields.items():
                found[f"{name}.{key}"] = field.deprecation_reason
                if not isinstance(kind, GraphQLInputObjectType):
                    for argument, value in field.args.items():
                        found[f"{name}.{key}({argument}:)"] = value.deprecation_reason
    return {place: reason for place, reason in found.items() if reason is not None}


def undated(schema: GraphQLSchema) -> dict[str, str]:
    return {place: said for place, said in deprecations(schema).items() if not DATE.search(said)}


def test_nothing_that_the_last_release_promised_is_broken(compare: Compare, sdl: str) -> None:
    assert compare(RELEASED.read_text(encoding="utf-8"), sdl)["BREAKING"] == set()


def test_schema_graphql_is_what_the_server_has(compare: Compare, sdl: str) -> None:
    assert not any(compare(SCHEMA.read_text(encoding="utf-8"), sdl).values())


@pytest.mark.parametrize(
    ("promised", "given", "complaint"),
    [
        ("title: String", "name: String", "Field 'title' was removed from object type 'Game'"),
        ("title: String!", "title: String", "Field 'Game.title' changed type"),
        ("title: String", "title(of: Int!): String", "Argument 'of: Int!' added to field"),
    ],
)
def test_a_broken_promise_is_found(
    compare: Compare, promised: str, given: str, complaint: str
) -> None:
    before, after = (f"type Game {{ id: ID! {field} }}" for field in (promised, given))
    query = "type Query { game: Game }"
    (found,) = compare(query + before, query + after)["BREAKING"]
    assert found.startswith(complaint)


def test_a_broken_promise_is_found_in_our_own_schema(compare: Compare, sdl: str) -> None:
    doctored = re.sub(r"(\ntype Game .+?  appId: )ID!", r"\1Int!", sdl, count=1, flags=re.DOTALL)
    assert compare(sdl, doctored)["BREAKING"] == {
        "Field 'Game.appId' changed type from 'ID!' to 'Int!'"
    }


def test_growth_breaks_nothing(compare: Compare, sdl: str) -> None:
    grown = re.sub(r"\ntype Game .*\{", r"\g<0> grown(by: Int): String", sdl, count=1)
    found = compare(sdl, grown)
    assert found["BREAKING"] | found["DANGEROUS"] == set()
    assert "Field 'grown' was added to object type 'Game'" in found["NON_BREAKING"]


def test_what_was_deprecated_before_may_go(compare: Compare) -> None:
    before = 'type Query { new: Int old: Int @deprecated(reason: "2026-11-21: ask `new`") }'
    assert compare(before, "type Query { new: Int }")["BREAKING"] == set()


def test_every_deprecation_has_a_reason_with_a_date() -> None:
    assert undated(build_schema(SCHEMA.read_text(encoding="utf-8"))) == {}


def test_a_deprecation_without_a_date_is_found() -> None:
    schema = build_schema(
        'type Query { dated: Int @deprecated(reason: "since 2026-11-21: ask another")'
        ' a(b: Int @deprecated(reason: "old")): Int }'
        " enum Kind { A @deprecated B }"
    )
    assert undated(schema) == {"Query.a(b:)": "old", "Kind.A": "No longer supported"}
