"""server.wire: the configuration of uvicorn."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config

from datastore.base.settings import Settings
from server.guard.limits import Limits
from server.observe.logs import log_config
from server.wire.deadlines import Deadlines

__all__ = ["uvicorn_config"]


def uvicorn_config(app: ASGIApp, settings: Settings) -> Config:
    """The configuration for `playgraph serve`; limits and deadlines apply from a
    connection's first byte."""
    limits, deadlines = Limits.of(settings), Deadlines.of(settings)
    options: dict[str, Any] = {
        "log_level": settings.log_level,
        "log_config": log_config(settings.log_level, settings.log_format),
        "access_log": False,  # the application writes its own
        "server_header": False,
        "timeout_keep_alive": deadlines.idle,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
        "ws": "none",
        # uvicorn would believe every local client's `X-Forwarded-For`; there is a setting for that.
        "proxy_headers": False,
        # For the pure Python parser, if the fast one is not installed. Above this size it answers
        # 400 itself, so leave room for refusals with their own status.
        "h11_max_incomplete_event_size": 4 * limits.head,
    }
    try:
        from server.wire.connection import guarded
    except ImportError:
        return Config(app, **options)
    # A wrapped application has no fast path: what wraps it must see all requests.
    make = getattr(getattr(app, "state", None), "fast_path", None)
    return Config(app, http=guarded(limits, deadlines, make() if make else None), **options)
