"""schema.relay: annotations of the node types, for modules imported before those types.

Strawberry looks a type up in its module when the schema is built, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

if TYPE_CHECKING:
    from schema.developers import Developer
    from schema.games import Game
    from schema.genres import Genre
    from schema.users import User

__all__ = ["DeveloperType", "GameType", "GenreType", "UserType"]

DeveloperType: TypeAlias = Annotated["Developer", strawberry.lazy("schema.developers")]
GameType: TypeAlias = Annotated["Game", strawberry.lazy("schema.games")]
GenreType: TypeAlias = Annotated["Genre", strawberry.lazy("schema.genres")]
UserType: TypeAlias = Annotated["User", strawberry.lazy("schema.users")]
