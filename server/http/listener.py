"""server.http: how uvicorn runs the application."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.config import LOGGING_CONFIG

from datastore.base.settings import Settings
from server.guard.limits import Most

__all__ = ["uvicorn_config"]


def uvicorn_config(app: ASGIApp, settings: Settings) -> Config:
    """The configuration of `playgraph serve`: the limits hold from a connection's first byte."""
    most = Most.of(settings)
    # What the server says of snapshots and errors looks like what it says of requests.
    ours = {"playgraph": {"handlers": ["default"], "level": settings.log_level.upper()}}
    loggers = {**LOGGING_CONFIG["loggers"], **ours}
    options: dict[str, Any] = {
        "log_level": settings.log_level,
        "log_config": {**LOGGING_CONFIG, "loggers": loggers},
        "server_header": False,
        # For the parser in Python, where the fast one is not installed. What it refuses itself,
        # it answers with 400: leave room for the refusals that have their own status.
        "h11_max_incomplete_event_size": 4 * (most.url + most.headers),
    }
    try:
        from server.http.wire import limited
    except ImportError:
        return Config(app, **options)
    return Config(app, http=limited(most), **options)
