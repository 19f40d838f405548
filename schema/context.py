"""schema: what one request may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from datastore.store import Store

__all__ = ["Context", "Info"]


@dataclass(frozen=True, slots=True)
class Context:
    """The snapshot that answers this request, the same one for all of its fields."""

    store: Store


Info: TypeAlias = strawberry.Info[Context, None]
