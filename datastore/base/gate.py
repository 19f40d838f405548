"""datastore.base: the verdict of the release gate on a build."""

from __future__ import annotations

import msgspec

__all__ = ["Gate"]


class Gate(msgspec.Struct, frozen=True):
    """Verdict on a build's model: whether it was released, and why."""

    released: bool
    reason: str
    forced: bool
    first: bool
