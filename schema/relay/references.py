"""schema.relay: the node types as annotations, for modules that are imported before theirs.

Strawberry looks a type up in its module when the schema is built, not before. A type checker sees
a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ForwardRef, TypeAlias

import strawberry

from schema.relay.node import Node

__all__ = ["DeveloperType", "GameType", "GenreType", "TitleType", "UserType", "ViewerType"]

if TYPE_CHECKING:
    DeveloperType: TypeAlias = Node
    GameType: TypeAlias = Node
    GenreType: TypeAlias = Node
    TitleType: TypeAlias = Node
    UserType: TypeAlias = Node
    ViewerType: TypeAlias = Node
else:
    DeveloperType, GameType, GenreType, TitleType, UserType, ViewerType = (
        Annotated[ForwardRef(name), strawberry.lazy(module)]
        for name, module in (
            ("Developer", "schema.developers"),
            ("Game", "schema.games"),
            ("Genre", "schema.genres"),
            ("Title", "schema.titles"),
            ("User", "schema.users"),
            ("Viewer", "schema.viewers"),
        )
    )
