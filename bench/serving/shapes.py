"""bench: the shapes of requests, and their requests to each kind of server."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

SEED = 13
#: Different requests per shape, unless it is one request again and again.
VARIED = 1_000

_POINT = """query Game($appId: ID!) {
  game(appId: $appId) {
    id appId title publisher price releaseYear isFree developer { name } genres { name }
  }
}"""
_PAGE = """query Games($after: String) {
  games(first: 50, after: $after) {
    edges { cursor node { id appId title publisher price releaseYear } }
    pageInfo { hasNextPage endCursor }
  }
}"""
_RICH_PAGE = """query Catalogue($after: String) {
  games(first: 100, after: $after) {
    nodes {
      appId title developer { name } genres { name }
      similarGames(first: 5) { score source game { appId title } }
    }
  }
}"""
_SIMILAR = """query Similar($appId: ID!) {
  game(appId: $appId) {
    appId title similarGames(first: 10) { score source game { appId title } }
  }
}"""
_USER = """query User($userId: ID!) {
  user(userId: $userId) {
    userId itemsCount recommendations(first: 10) { score source game { appId title } }
  }
}"""
_LITERAL = """{
  game(appId: %s) {
    id appId title publisher price releaseYear isFree developer { name } genres { name }
  }
}"""
_SEARCH = """query Search($text: String!, $most: Float!) {
  games(
    search: $text, filter: {price: {lte: $most}}, first: 20
    orderBy: [{field: RELEASE_YEAR, direction: DESC}]
  ) { totalCount edges { cursor node { appId title price releaseYear } } }
}"""


@dataclass(frozen=True)
class Question:
    """One request: a GraphQL document with variables, and the path of the same answer by REST."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    path: str = ""

    def posted(self) -> bytes:
        """The body of a GraphQL request, as clients write it."""
        body: dict[str, Any] = {"query": self.query, "variables": self.variables}
        if self.query.startswith("query "):
            body["operationName"] = self.query.split("(")[0].split()[1]
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Shape:
    """Requests of one kind. `peers` is False if only this project can answer them; `cached` if its
    response cache is on."""

    key: str
    title: str
    questions: list[Question]
    peers: bool = True
    cached: bool = False
    unchanged: bool = False


def shapes(data: dict[str, Any]) -> list[Shape]:
    """All shapes, about the games and users of an export."""
    choice = random.Random(SEED)
    games, users = data["games"], data["users"]
    some = choice.sample(games, min(VARIED, len(games)))
    cursors = [game["cursor"] for game in some]
    points = [_by_id(_POINT, game["appId"], "/games/{}") for game in some]
    pages = [_after(_PAGE, cursor, "/games?first=50&after={}") for cursor in cursors]
    rich = [_after(_RICH_PAGE, cursor, "/catalogue?first=100&after={}") for cursor in cursors]
    all_games = choice.sample(games, len(games))
    return [
        Shape("point", "point query", points),
        Shape("page", "page of 50", pages),
        Shape("rich", "page of 100 with developer, genres, similar games", rich),
        Shape(
            "similar",
            "similar games",
            [_by_id(_SIMILAR, game["appId"], "/games/{}/similar") for game in some],
        ),
        Shape(
            "user",
            "user with ten recommendations",
            [_user(user["userId"]) for user in users],
        ),
        Shape("documents", "1,000 documents of one shape", [_literal(game) for game in some]),
        Shape("new", "documents never sent before", [_literal(game) for game in all_games]),
        Shape("search", "filtered, ordered search", _searches(some), peers=False),
        Shape("repeated", "repeated point query", points[:1], cached=True),
        Shape("repeated_page", "repeated page of 50", pages[:1], cached=True),
        Shape("conditional", "200 by GET", points[:1], cached=True, peers=False),
        Shape("unchanged", "304 by GET", points[:1], cached=True, peers=False, unchanged=True),
    ]


def post(path: str, body: bytes) -> bytes:
    """A POST of JSON."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n"
        "Accept: application/json\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str, *headers: str) -> bytes:
    """A GET."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench"]
    return "\r\n".join([*lines, "Accept: application/json", *headers, "", ""]).encode()


def graphql_url(question: Question) -> str:
    """The URL of a question by GET."""
    variables = quote(json.dumps(question.variables))
    return f"/graphql?query={quote(question.query)}&variables={variables}"


def _by_id(query: str, app_id: str, path: str) -> Question:
    return Question(query, {"appId": app_id}, path.format(quote(app_id)))


def _after(query: str, cursor: str, path: str) -> Question:
    return Question(query, {"after": cursor}, path.format(quote(cursor)))


def _user(user_id: str) -> Question:
    return Question(_USER, {"userId": user_id}, f"/users/{quote(user_id)}")


def _literal(game: dict[str, Any]) -> Question:
    app_id = game["appId"]
    return Question(_LITERAL % json.dumps(app_id), {}, f"/games/{quote(app_id)}")


def _searches(games: list[dict[str, Any]]) -> list[Question]:
    words = dict.fromkeys((game["title"] or "portal").split()[0] for game in games)
    return [
        Question(_SEARCH, {"text": word, "most": 5.0 + number % 20})
        for number, word in enumerate(words)
    ]


#: Turns a question into the bytes of a request.
Writer = Callable[[Question], bytes]


def by_graphql(question: Question) -> bytes:
    """A question by GraphQL."""
    return post("/graphql", question.posted())


def by_rest(question: Question) -> bytes:
    """A question by REST."""
    return get(question.path)


def fixed_paths(shape: Shape) -> Iterator[tuple[str, Question]]:
    """The paths of fixed answers to the first questions of a shape."""
    for number, question in enumerate(shape.questions[:FIXED]):
        yield f"/{shape.key}/{number}", question


#: Fixed answers per shape.
FIXED = 50
