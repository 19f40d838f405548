"""server.observe: where log records go, and what a line looks like."""

from __future__ import annotations

import logging
import time
from typing import Any

__all__ = ["UtcFormatter", "log_config"]


class UtcFormatter(logging.Formatter):
    """Writes the time in UTC, as `2026-11-29T08:15:30.123Z`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


def log_config(level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`: everything to stderr, one format."""
    shown = {"handlers": ["stderr"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": UtcFormatter, "fmt": "%(asctime)s %(levelname)s %(message)s"}
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "text",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {"playgraph": shown, "uvicorn": shown},
    }
