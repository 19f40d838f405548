"""Both executors answer a request about a small graph, and must agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from graphql import GraphQLSchema

from server.execution.errors import RequestError
from server.execution.executor import Executor

Alike = Callable[..., dict[str, Any]]


@pytest.fixture
def alike() -> Alike:
    """A function that returns the answer of a plan, which is also graphql-core's."""

    def answer(
        schema: GraphQLSchema,
        text: str,
        variables: Mapping[str, Any] | None = None,
        context: object = None,
    ) -> dict[str, Any]:
        planned = Executor(schema, lambda: lambda error: {"code": "FAULT"})
        answers = [
            _answered(executor, text, variables, context)
            for executor in (
                planned,
                Executor(schema, lambda: lambda error: {"code": "FAULT"}, compiles=False),
            )
        ]
        assert not planned.declined()
        assert json.dumps(answers[0]) == json.dumps(answers[1])
        return answers[0]

    return answer


def _answered(
    executor: Executor, text: str, variables: Mapping[str, Any] | None, context: object
) -> dict[str, Any]:
    try:
        answer = executor.execute(text, variables, context=context)
    except RequestError as error:
        return {"errors": error.errors}
    response: dict[str, Any] = json.loads(answer.body)
    return response
