"""Execution: documents are read once, run often, and never fill the memory."""

from __future__ import annotations

import pytest
from graphql import build_schema

from server.execution.executor import Executor, RequestError

SCHEMA = build_schema("type Query { one: Int, two(by: Int!): Int }  type Mutation { set: Int }")


@pytest.fixture
def executor() -> Executor:
    return Executor(SCHEMA, lambda error: None)


def test_the_document_of_an_earlier_request_is_used_again(executor: Executor) -> None:
    assert executor.document("{ one }") is executor.document("{ one }")
    assert executor.document("{ one }") is not executor.document("{ one  }")


def test_an_invalid_document_is_kept_with_its_errors(executor: Executor) -> None:
    document = executor.document("{ three }")
    assert document is executor.document("{ three }")
    with pytest.raises(RequestError, match="three"):
        executor.run(document, None, None, None, "id")


def test_a_thousand_documents_are_kept_and_the_one_used_least_recently_goes_first(
    executor: Executor,
) -> None:
    kept, lost = executor.document("{ one } # kept"), executor.document("{ one } # lost")
    for number in range(999):
        executor.document(f"{{ one }} # {number}")
        assert executor.document("{ one } # kept") is kept
    assert executor.document("{ one } # lost") is not lost


def test_a_very_long_document_runs_and_is_not_kept(executor: Executor) -> None:
    text = "{ one } #" + "x" * 20_000
    document = executor.document(text)
    assert document is not executor.document(text)
    assert executor.run(document, None, None, None, "id") == {"data": {"one": None}}


@pytest.mark.parametrize("text", ["{", "", "}{", "\0", "{" * 100_000])
def test_what_is_no_graphql_is_refused(executor: Executor, text: str) -> None:
    with pytest.raises(RequestError):
        executor.document(text)


def test_a_document_tells_whether_it_only_reads(executor: Executor) -> None:
    both = executor.document("query Q { one } mutation M { set }")
    assert executor.is_query(both, "Q") is True
    assert executor.is_query(both, "M") is False
    with pytest.raises(RequestError, match="choose one"):
        executor.is_query(both, None)
    with pytest.raises(RequestError, match="no operation named 'X'"):
        executor.is_query(both, "X")
    with pytest.raises(RequestError, match="no operation"):
        executor.is_query(executor.document("fragment F on Query { one }"), None)
