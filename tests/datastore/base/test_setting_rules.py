"""One setting: its value from a text."""

from __future__ import annotations

import pytest

from datastore.base.settings import TABLE


def share(text: str) -> object:
    (setting,) = (setting for setting in TABLE if setting.name == "max_rejects")
    return setting.parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.01", 0.01),
        ("1%", 0.01),
        ("29%", 0.29),
        ("0", 0),
        ("100%", 1),
        (".9", 0.9),
        (" .5% ", 0.005),
    ],
)
def test_a_share_is_a_fraction_or_a_percentage(text: str, value: float) -> None:
    assert share(text) == value


@pytest.mark.parametrize(
    "text", ["", "%", ".", ".%", "1.01", "-0.1", "101%", "one", "nan", "inf", "nan%"]
)
def test_an_invalid_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^it must be a share such as 0\.01 or 1%$"):
        share(text)
