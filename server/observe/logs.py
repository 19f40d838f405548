"""server.observe: logging configuration: destinations and line format."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

__all__ = ["ACCESS", "JsonFormatter", "LineHandler", "UtcFormatter", "log_config"]

#: Logger of the access log.
ACCESS = "playgraph.access"


class UtcFormatter(logging.Formatter):
    """Formats times in UTC, as `2026-11-29T08:15:30.123Z`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class JsonFormatter(UtcFormatter):
    """Formats a record as one JSON object: time, level, logger, and the facts of a request or a
    message; for errors also the request id and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The object on one line."""
        line: dict[str, Any] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name == ACCESS and isinstance(record.args, Mapping):
            line |= {name: None if fact == "-" else fact for name, fact in record.args.items()}
        else:
            line["message"] = record.getMessage()
        request_id = getattr(record, "request_id", None)
        if request_id is not None:
            line["request_id"] = request_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class LineHandler(logging.StreamHandler[Any]):
    """Ignores errors in writing a line: a server must outlive the reader of its log."""

    #: The last second in which a line was made, and its text.
    _second: tuple[int, str] = 0, ""

    @property
    def is_text(self) -> bool:
        """Whether the lines are text as `line` formats it."""
        return type(self.formatter) is UtcFormatter

    def line(self, when: float, level: str, message: str) -> str:
        """A line as the formatter makes it, but without a record; `when` is in seconds since
        1970."""
        second = int(when)
        if second != self._second[0]:
            stamp = time.strftime(UtcFormatter.default_time_format, time.gmtime(second))
            self._second = second, stamp
        milliseconds = int((when - second) * 1_000)
        stamp = UtcFormatter.default_msec_format % (self._second[1], milliseconds)
        return f"{stamp} {level} {message}{self.terminator}"

    def write(self, lines: str) -> None:
        """Write lines; errors in writing are ignored."""
        self.acquire()
        try:
            with suppress(OSError):
                self.stream.write(lines)
                self.flush()
        finally:
            self.release()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Ignore a closed pipe or a full disk; report errors in the record itself."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def log_config(level: str, line_format: str = "text") -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`: requests to stdout, the rest to stderr.

    `line_format` is `text` or `json`.
    """
    shown = {"handlers": ["stderr"], "level": level.upper()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": UtcFormatter, "fmt": "%(asctime)s %(levelname)s %(message)s"},
            "json": {"()": JsonFormatter},
        },
        "handlers": {
            name: {"()": LineHandler, "formatter": line_format, "stream": f"ext://sys.{name}"}
            for name in ("stdout", "stderr")
        },
        "loggers": {
            "playgraph": shown,
            ACCESS: {**shown, "handlers": ["stdout"], "propagate": False},
            "uvicorn": {**shown, "propagate": False},
        },
    }
