"""etl.spark: errors of Spark's Java and of its tasks, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from datastore.base.errors import PlaygraphError

__all__ = ["java_errors", "reason"]

#: The line of a traceback with the error: `ValueError: no such part`.
_PYTHON_ERROR = re.compile(r"^[A-Za-z_][\w.]*(error|Error|Exception|Interrupt|Unreadable|Exit)\b")
#: What stands before the message of an error that is meant for users, or of one of Java.
_CLASS = re.compile(r"^(: )?(datastore\.base\.errors\.\w+|(java|org|com|py4j)\.[\w.$]+): ")
_MOST = 500


def reason(error: BaseException) -> str:
    """The last error of a task's Python, or the first line of Spark's own message."""
    text = str(error)
    python = [line for line in text.splitlines() if _PYTHON_ERROR.match(line)]
    python = [line for line in python if not _CLASS.match(line) or "datastore." in line]
    java = str(getattr(error, "java_exception", "") or text).strip().splitlines()
    line = (python[-1:] or java[:1] or [type(error).__name__])[0].strip()
    while (shorter := _CLASS.sub("", line, count=1)) != line:
        line = shorter
    return f"{line[:_MOST].rstrip(' .')}."


@contextmanager
def java_errors(problem: str, kind: type[PlaygraphError] = PlaygraphError) -> Iterator[None]:
    """Raise errors of Spark as one of this kind: the problem, and the reason."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise kind(f"{problem}: {reason(error)}") from error
