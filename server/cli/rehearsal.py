"""server.cli: questions that are answered once, before workers are forked.

First answers compute what later ones read: columns, indices, vectors of games. Workers share what
has been computed before they are forked; otherwise each would compute and keep it for itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from datastore.store import Store
from resolvers.examples import GameExample, TitleExample, examples
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions
from server.pages.examples import example_tabs

__all__ = ["questions", "rehearse"]

#: Questions that the examples of the pages do not ask, and what they are about.
_OF_A_GAME = """query ($appId: ID!) {
  game(appId: $appId) {
    tags specs genres { name } developer { name } priceEstimate { price low high }
    reviews(first: 5) { nodes { text } } similarGames { score reason { sharedTags } game { title } }
  }
}"""
_OF_A_USER = """query ($userId: ID!) {
  user(userId: $userId) {
    recommendations { game { title } } library(first: 50) { nodes { title } }
    cheap: recommendations(filter: { price: { lt: 10 } }) { reason { text } game { title } }
  }
}"""
_OF_GAMES = """query ($name: String!) {
  games(search: "star", filter: { title: { contains: "a" } }, orderBy: [{ field: PRICE }]) {
    totalCount nodes { appId title price releaseYear }
  }
  tagged: games(filter: { tag: { contains: "a" } }) { totalCount }
  developer(name: $name) { reviews(first: 5) { nodes { text } } }
  developers(search: "star") { totalCount }
}"""
_OF_USERS = """{
  users(search: "star", filter: { userId: { contains: "a" } }) { totalCount }
  spenders: users(orderBy: [{ field: MONEY_SPENT, direction: DESC }]) { nodes { moneySpent } }
}"""
_OF_A_TITLE = """query ($titleId: ID!) {
  title(titleId: $titleId) {
    title cast description similarTitles { title { title } reason { words } }
  }
  titles(search: "love", filter: { title: { contains: "a" } }, orderBy: [{ field: SCORE_COUNT }]) {
    totalCount nodes { title }
  }
  cast: titles(filter: { castMember: { contains: "a" } }) { totalCount }
}"""
_OF_VIEWERS = """{
  viewers(search: "1") { totalCount }
  kind: viewers(orderBy: [{ field: MEAN_RATING }]) { nodes { viewerId } }
}"""
_OF_A_VIEWER = """query ($viewerId: ID!) {
  viewer(viewerId: $viewerId) {
    recommendations { title { title } } ratings(first: 5) { edges { rating node { title } } }
  }
}"""


def rehearse(store: Store) -> None:
    """Answer each of the questions once."""
    executor, context = Executor(graphql_schema(), ErrorExtensions, kept_bytes=0), Context(store)
    for query, variables in questions(store):
        with suppress(RequestError):
            executor.execute(query, variables, context=context)


def questions(store: Store) -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents about the subjects of a snapshot, and their variables."""
    for tab in example_tabs(store):
        yield tab["query"], json.loads(tab["variables"])
    games, titles = examples(store)
    if games is not None:
        yield from _about_games(games)
    if titles is not None:
        yield from _about_titles(titles)


def _about_games(keys: GameExample) -> Iterator[tuple[str, dict[str, Any]]]:
    if keys.app_id is not None:
        yield _OF_A_GAME, {"appId": keys.app_id}
    if keys.user_id is not None:
        yield _OF_A_USER, {"userId": keys.user_id}
        yield _OF_USERS, {}
    if keys.developer is not None:
        yield _OF_GAMES, {"name": keys.developer}


def _about_titles(keys: TitleExample) -> Iterator[tuple[str, dict[str, Any]]]:
    if keys.title_id is not None:
        yield _OF_A_TITLE, {"titleId": keys.title_id}
    if keys.viewer_id is not None:
        yield _OF_A_VIEWER, {"viewerId": keys.viewer_id}
        yield _OF_VIEWERS, {}
