"""How long tests wait for what takes a moment on an idle machine."""

from __future__ import annotations

__all__ = ["PATIENCE"]

PATIENCE = 60.0  # seconds: the machine may be busy
