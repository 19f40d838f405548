"""Errors of Spark as one sentence, without the classes and traces of Java."""

from __future__ import annotations

import pytest

from etl.spark.errors import reason


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ours\ndatastore.base.errors.SnapshotError: The disk is full.\n\tat org.x", "The disk is"),
        (
            "Traceback\nValueError: no such part\n\tat org.x.Y(Y.java:3)",
            "ValueError: no such part.",
        ),
        ("Traceback\nzlib.error: Error -3", "zlib.error: Error -3."),
        ("java.lang.RuntimeException: java.io.IOException: No disk\n\tat org.x", "No disk."),
        ("", "RuntimeError."),
    ],
)
def test_the_reason_is_the_last_python_error_or_the_first_line(text: str, sentence: str) -> None:
    assert reason(RuntimeError(text)).startswith(sentence)
    assert "\n" not in reason(RuntimeError(text))
