"""schema: the context of one request."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
import strawberry

from datastore.store import Store

__all__ = ["Context", "Info"]


class Context(msgspec.Struct, frozen=True, gc=False):
    """The snapshot that answers this request; all of its fields use the same one."""

    store: Store


Info: TypeAlias = strawberry.Info[Context, None]
