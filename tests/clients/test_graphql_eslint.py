"""graphql-eslint: its recommended and its Relay rules report only the listed findings.

eslint.config.mjs lists the rules that are off or narrowed, each with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Findings that stay, each with its reason. One that is gone has to leave the list.
EXPLAINED = {
    # The contract names it so: `userId` is the store's own id, `id` the global one. As an
    # argument, `user(userId:)`, it has to say which of the two it takes.
    ("no-typename-prefix", 'Field "userId" starts with the name of the parent type "User"'),
    ("no-typename-prefix", 'Field "viewerId" starts with the name of the parent type "Viewer"'),
    ("no-typename-prefix", 'Field "titleId" starts with the name of the parent type "Title"'),
    ("no-typename-prefix", 'Field "title" starts with the name of the parent type "Title"'),
    # Strawberry prints no descriptions of a directive's arguments; that of the directive explains
    # them all.
    *(
        (
            "require-description",
            f'Description is required for input value "{argument}" in directive "{directive}"',
        )
        for directive, arguments in (
            ("cost", ("weight", "base")),
            (
                "listSize",
                (
                    "assumedSize",
                    "slicingArguments",
                    "slicingArgumentDefaultValue",
                    "minimumSize",
                    "sizedFields",
                    "requireOneSlicingArgument",
                ),
            ),
        )
        for argument in arguments
    ),
}

FAULTY = '''
"""Questions."""
type Query {
  """Things."""
  things(first: Int): ThingConnection!
  undescribed: Int
}
"""A page without pageInfo."""
type ThingConnection {
  """The edges."""
  edges: [ThingEdge!]!
}
"""An edge without a cursor."""
type ThingEdge {
  """The entry."""
  node: Int!
}
'''


def findings(folder: Path, packages: Path, run: Callable[..., Any]) -> set[tuple[str, str]]:
    """Rule and message of each finding in a folder's schema.graphql."""
    done = run(
        [packages / "node_modules/.bin/eslint", "--format", "json", "schema.graphql"],
        cwd=folder,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    (report,) = json.loads(done.stdout)
    return {
        (str(found["ruleId"]).removeprefix("@graphql-eslint/"), found["message"])
        for found in report["messages"]
    }


def test_the_schema_has_no_finding_but_the_explained_ones(
    workshop: Path, run: Callable[..., Any]
) -> None:
    assert findings(workshop, workshop, run) == EXPLAINED


def test_a_schema_that_breaks_relays_rules_is_found_out(
    workshop: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    (tmp_path / "node_modules").symlink_to(workshop / "node_modules")
    (tmp_path / "eslint.config.mjs").write_text((workshop / "eslint.config.mjs").read_text())
    (tmp_path / "schema.graphql").write_text(FAULTY)
    rules = {rule for rule, _ in findings(tmp_path, workshop, run)}
    assert {
        "relay-arguments",
        "relay-connection-types",
        "relay-edge-types",
        "relay-page-info",
        "require-description",
    } <= rules
