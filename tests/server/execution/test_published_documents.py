"""All documents that this project publishes are executed by plans, with graphql-core's answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import get_introspection_query

from datastore.store import Store
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions
from server.pages.examples import example_tabs

ROOT = Path(__file__).parents[3]
#: Documents in pages, programs of examples, and tests of clients.
_QUOTED = re.compile(
    r"```graphql\n(.*?)```|(?:gql|graphql|#graphql)?`\s*((?:query|fragment|\{)[^`]*)`"
    r'|"""\s*((?:query|fragment|\{)[^"]*?(?:"[^"]+"[^"]*?)*)"""',
    re.DOTALL,
)


def published() -> Iterator[tuple[str, str]]:
    """The file and the text of each document that names its operation or begins with a brace."""
    for folder, pattern in (
        ("docs", "**/*.md"), ("examples", "**/*.*"), (".", "README.md"), ("tests/clients", "*.ts"),
        ("tests/clients", "*.py"), ("tests/clients", "*.graphql"), ("web/graphiql", "*.ts*"),
        ("web/explorer/documents", "*.graphql"),
    ):  # fmt: skip
        for path in sorted((ROOT / folder).glob(pattern)):
            if "node_modules" in path.parts or path.suffix not in (
                ".md", ".ts", ".tsx", ".py", ".graphql",
            ):  # fmt: skip
                continue
            content = path.read_text(encoding="utf-8")
            texts = [content] if path.suffix == ".graphql" else _QUOTED.findall(content)
            for text in texts:
                document = text if isinstance(text, str) else next(filter(None, text))
                yield str(path.relative_to(ROOT)), document


def answers(store: Store, text: str, variables: dict[str, Any]) -> tuple[list[str], dict[str, int]]:
    """The answers of a plan and of graphql-core, and why there was no plan."""
    executors = [
        Executor(graphql_schema(), ErrorExtensions, compiles=compiles) for compiles in (True, False)
    ]
    found = []
    for executor in executors:
        operations = executor.document(text).operations
        for operation in operations:
            name = operation.name.value if operation.name else None
            name = name if len(operations) > 1 else None
            try:
                body = executor.execute(text, variables, name, Context(store), "r").body.decode()
            except RequestError as error:  # variables are missing
                body = json.dumps(error.errors)
            found.append(body)
    half = len(found) // 2
    assert found[:half] == found[half:]
    return found, dict(executors[0].declined())


def test_documents_in_pages_and_programs_are_planned(full_demo: Store) -> None:
    executor = Executor(graphql_schema(), ErrorExtensions)
    valid = 0
    for where, text in published():
        try:
            executor.validate(executor.document(text))
        except RequestError:
            continue  # a part of a document, or of another schema
        found, declined = answers(full_demo, text, {})
        assert not declined, where
        valid += bool(found)
    assert valid >= 30


def test_the_tabs_of_graphiql_are_planned(full_demo: Store) -> None:
    tabs = example_tabs(full_demo)
    for tab in tabs:
        (planned, _), declined = answers(full_demo, tab["query"], json.loads(tab["variables"]))
        assert not declined, tab["title"]
        assert '"errors"' not in planned
    assert len(tabs) >= 20


def test_introspection_is_planned(full_demo: Store) -> None:
    text = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )
    _, declined = answers(full_demo, text, {})
    assert not declined
