"""The questions before workers are forked: all have answers, and these compute what is shared."""

from __future__ import annotations

import json

from datastore.people import People
from datastore.store import Store
from schema.context import Context
from schema.graph import graphql_schema
from server.cli.rehearsal import questions, rehearse
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions


def _asked(store: Store) -> str:
    return " ".join(query for query, _ in questions(store))


def _errors(store: Store) -> list[object]:
    executor = Executor(graphql_schema(), ErrorExtensions)
    answers = [
        json.loads(executor.execute(query, variables, context=Context(store)).body)
        for query, variables in questions(store)
    ]
    return [answer["errors"] for answer in answers if "errors" in answer]


def test_every_question_about_games_has_an_answer(store: Store) -> None:
    assert "recommendations(filter" in _asked(store)
    assert "similarTitles" not in _asked(store)
    assert _errors(store) == []


def test_every_question_about_titles_has_an_answer(title_store: Store) -> None:
    assert "similarTitles" in _asked(title_store)
    assert "similarGames" not in _asked(title_store)
    assert _errors(title_store) == []


def test_people_who_are_hidden_are_not_asked_for(store: Store, title_store: Store) -> None:
    for shown in (store, title_store):
        assert _errors(shown.showing(People("off"))) == []


def test_what_workers_share_has_been_computed_afterwards(store: Store, title_store: Store) -> None:
    people = People("pseudonyms", lambda: b"secret")  # for stores of their own
    games, titles = store.showing(people), title_store.showing(people)
    assert "_words" not in vars(games.content)
    assert "cast_counts" not in vars(titles.titles)
    rehearse(games)
    rehearse(titles)
    assert "_words" in vars(games.content)
    assert "cast_counts" in vars(titles.titles)
    assert games.derived and titles.derived
