"""server.observe: logging configuration: destinations and line format."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

__all__ = ["LineHandler", "UtcFormatter", "log_config"]


class UtcFormatter(logging.Formatter):
    """Formats times in UTC, as `2026-11-29T08:15:30.123Z`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class LineHandler(logging.StreamHandler[Any]):
    """Ignores errors in writing a line: a server must outlive the reader of its log."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Ignore a closed pipe or a full disk; report errors in the record itself."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def log_config(level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`: requests to stdout, the rest to stderr."""
    shown = {"handlers": ["stderr"], "level": level.upper()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": UtcFormatter, "fmt": "%(asctime)s %(levelname)s %(message)s"}
        },
        "handlers": {
            name: {"()": LineHandler, "formatter": "text", "stream": f"ext://sys.{name}"}
            for name in ("stdout", "stderr")
        },
        "loggers": {
            "playgraph": shown,
            "playgraph.access": {**shown, "handlers": ["stdout"], "propagate": False},
            "uvicorn": {**shown, "propagate": False},
        },
    }
