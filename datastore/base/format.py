"""datastore.base: the version of the snapshot format, for what reads manifests without Arrow."""

from __future__ import annotations

__all__ = ["FORMAT"]

#: Version of the contract of `datastore.base.tables`, increased whenever a table, an array or a
#: meaning changes.
FORMAT = 12
