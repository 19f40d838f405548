"""datastore.base: where a recommendation comes from."""

from __future__ import annotations

__all__ = ["ALS", "CONTENT", "COPLAY", "HYBRID", "POPULAR", "SOURCES"]

#: Names by number, as `similar_sources` and `user_sources` hold them.
SOURCES = ("ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR")
ALS, HYBRID, COPLAY, CONTENT, POPULAR = range(len(SOURCES))
