"""schema: the context of one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from datastore.store import Store

__all__ = ["Context", "Info"]


@dataclass(frozen=True, slots=True)
class Context:
    """The snapshot that answers this request; all of its fields use the same one."""

    store: Store


Info: TypeAlias = strawberry.Info[Context, None]
