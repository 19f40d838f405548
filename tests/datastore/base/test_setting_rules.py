"""One setting: its value from a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.errors import SettingsError
from datastore.base.settings import TABLE


def share(text: str) -> object:
    (setting,) = (setting for setting in TABLE if setting.name == "max_rejects")
    return setting.parse(text)


@pytest.mark.parametrize("path", ["./data", "../data", ".data", ".5", "..", ".", "data"])
def test_a_path_that_begins_with_a_point_stays_as_it_is(path: str) -> None:
    (setting,) = [setting for setting in TABLE if setting.name == "data_dir"]
    assert setting.parse(path) == Path(path)


@pytest.mark.parametrize("address", ["s3://b/p", "gs://b", "gcs://b/p", "file:///srv"])
def test_an_address_of_storage_stays_a_text(address: str) -> None:
    (setting,) = [setting for setting in TABLE if setting.name == "data_dir"]
    assert setting.parse(address) == address


@pytest.mark.parametrize("address", ["az://b/p", "S3://b/p", "https://host/p", "hdfs://h/p"])
def test_another_address_is_not_a_folder(address: str) -> None:
    (setting,) = [setting for setting in TABLE if setting.name == "data_dir"]
    rule = "it must be a path, or an address with s3://, gs:// or file://"
    with pytest.raises(ValueError, match=f"^{rule}$"):
        setting.parse(address)


def test_a_long_invalid_value_is_cut_in_the_message() -> None:
    (setting,) = [setting for setting in TABLE if setting.name == "port"]
    with pytest.raises(SettingsError) as caught:
        setting.check("x" * 5_000)
    assert f"'{'x' * 60}…'" in str(caught.value)
    assert len(str(caught.value)) < 150


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
