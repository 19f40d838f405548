"""What errors tell: all in development, nothing of ours in production, and no endless quotes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from server.http.disclosure import Disclosure, bounded

ROOT = Path(__file__).parents[3]
UNKNOWN_FIELD = {
    "message": "Cannot query field 'titel' on type 'Game'. Did you mean 'title'?",
    "locations": [{"line": 1, "column": 3}],
    "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
}


def error(code: str, message: str = "words of ours", **extensions: Any) -> dict[str, Any]:
    return {"message": message, "path": ["mine"], "extensions": {"code": code, **extensions}}


def test_in_development_an_error_stays_as_it_is() -> None:
    disclosure = Disclosure()
    assert disclosure.error(UNKNOWN_FIELD) == UNKNOWN_FIELD
    assert disclosure.errors([UNKNOWN_FIELD] * 3) == [UNKNOWN_FIELD] * 3


def test_in_production_a_refused_document_gets_one_error_with_its_place() -> None:
    assert Disclosure(production=True).errors([UNKNOWN_FIELD, UNKNOWN_FIELD]) == [
        {
            "message": "The document is not valid for this schema.",
            "locations": [{"line": 1, "column": 3}],
            "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
        }
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("GRAPHQL_PARSE_FAILED", "The document is not valid GraphQL."),
        ("BAD_USER_INPUT", "A variable or an argument is not valid for this operation."),
        ("INVALID_ARGUMENT", "A variable or an argument is not valid for this operation."),
        ("UNAVAILABLE", "This data is not available at present."),
        ("BODY_TOO_LARGE", "The body is too large."),
        ("COST_EXCEEDED", "The request exceeds a limit of this server."),
        ("A_CODE_OF_TOMORROW", "The request cannot be answered."),
        ("NOT_FOUND", "words of ours"),
        ("METHOD_NOT_ALLOWED", "words of ours"),
    ],
)
def test_in_production_messages_are_neutral_unless_they_are_known_to_be(
    code: str, message: str
) -> None:
    found = Disclosure(production=True).error(error(code, argument="first", limit="depth"))
    assert found == {"message": message, "path": ["mine"], "extensions": {"code": code}}


def test_every_code_of_the_server_has_a_message_in_production() -> None:
    declared = r'^    code = "([A-Z_]+)"'
    raised = r'(?:Refusal|failure|Stopped)\([^"]*?"([A-Z_]{5,})"'
    code = re.compile(f"{declared}|{raised}", re.MULTILINE)
    found: set[str] = set()
    rooms = ("server/http", "server/guard", "server/execution", "server/wire", "datastore/base")
    for file in (file for room in rooms for file in (ROOT / room).glob("*.py")):
        matches = code.findall(file.read_text(encoding="utf-8"))
        found.update(one or other for one, other in matches)
    assert len(found) > 15
    disclosure = Disclosure(production=True)
    other = disclosure.message("A_CODE_OF_TOMORROW", "")
    assert not {code for code in found if disclosure.message(code, "words") == other}


def test_in_production_names_of_the_catalogue_are_suggested_still() -> None:
    given = error("NOT_FOUND", "No developer is called 'valv'.", suggestions=["Valve"])
    assert Disclosure(production=True).error(given) == given


def test_quotes_are_bounded_and_sentences_are_not_cut() -> None:
    assert bounded("Int cannot represent " + "1" * 100_000 + ".") == (
        "Int cannot represent " + "1" * 60 + "…"
    )
    sentence = "Argument 'first' is 500: it must be between 0 and 100. " * 4
    assert bounded(sentence) == sentence
    assert len(bounded("words " * 10_000)) == 1_001
