"""rest.py PORT EXPORT: FastAPI with pydantic models, the same JSON by REST, on uvicorn."""

import json
import sys
from pathlib import Path
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

Source = Literal["HYBRID", "COPLAY", "CONTENT", "POPULAR"]


class Named(BaseModel):
    name: str


class Game(BaseModel):
    id: str
    appId: str  # noqa: N815
    title: str | None
    publisher: str | None
    price: float | None
    releaseYear: int | None  # noqa: N815
    isFree: bool | None  # noqa: N815
    developer: Named | None
    genres: list[Named]


class Title(BaseModel):
    appId: str  # noqa: N815
    title: str | None


class Entry(BaseModel):
    score: float
    source: Source
    game: Title


class SimilarGames(Title):
    similarGames: list[Entry]  # noqa: N815


class CatalogueGame(SimilarGames):
    developer: Named | None
    genres: list[Named]


class User(BaseModel):
    userId: str  # noqa: N815
    itemsCount: int  # noqa: N815
    recommendations: list[Entry]


class PageGame(BaseModel):
    id: str
    appId: str  # noqa: N815
    title: str | None
    publisher: str | None
    price: float | None
    releaseYear: int | None  # noqa: N815


class Edge(BaseModel):
    cursor: str
    node: PageGame


class PageInfo(BaseModel):
    hasNextPage: bool  # noqa: N815
    endCursor: str | None  # noqa: N815


class Page(BaseModel):
    edges: list[Edge]
    pageInfo: PageInfo  # noqa: N815


class Nodes(BaseModel):
    nodes: list[CatalogueGame]


class GameField(BaseModel):
    game: Game


class SimilarField(BaseModel):
    game: SimilarGames


class UserField(BaseModel):
    user: User


class PageField(BaseModel):
    games: Page


class NodesField(BaseModel):
    games: Nodes


class GameAnswer(BaseModel):
    data: GameField


class SimilarAnswer(BaseModel):
    data: SimilarField


class UserAnswer(BaseModel):
    data: UserField


class PageAnswer(BaseModel):
    data: PageField


class NodesAnswer(BaseModel):
    data: NodesField


def application(export: dict[str, Any]) -> FastAPI:
    """The application that answers from an export."""
    games, users = export["games"], {user["userId"]: user for user in export["users"]}
    by_id = {game["appId"]: game for game in games}
    by_cursor = {game["cursor"]: row for row, game in enumerate(games)}
    edges = [{"cursor": game["cursor"], "node": game} for game in games]
    for game in games:
        game["five"] = {**game, "similarGames": game["similarGames"][:5]}
    app = FastAPI()

    @app.get("/games/{app_id}")
    async def game(app_id: str) -> GameAnswer:
        return {"data": {"game": by_id[app_id]}}  # type: ignore[return-value]

    @app.get("/games/{app_id}/similar")
    async def similar(app_id: str) -> SimilarAnswer:
        return {"data": {"game": by_id[app_id]}}  # type: ignore[return-value]

    @app.get("/users/{user_id}")
    async def user(user_id: str) -> UserAnswer:
        return {"data": {"user": users[user_id]}}  # type: ignore[return-value]

    @app.get("/games")
    async def page(first: int, after: str) -> PageAnswer:
        start = by_cursor[after] + 1
        found = edges[start : start + first]
        info = {
            "hasNextPage": start + first < len(games),
            "endCursor": found[-1]["cursor"] if found else None,
        }
        return {"data": {"games": {"edges": found, "pageInfo": info}}}  # type: ignore[return-value]

    @app.get("/catalogue")
    async def catalogue(first: int, after: str) -> NodesAnswer:
        start = by_cursor[after] + 1
        nodes = [game["five"] for game in games[start : start + first]]
        return {"data": {"games": {"nodes": nodes}}}  # type: ignore[return-value]

    return app


if __name__ == "__main__":
    port, file = sys.argv[1:]
    served = application(json.loads(Path(file).read_text("utf-8")))
    uvicorn.run(served, port=int(port), log_level="warning", access_log=False)
