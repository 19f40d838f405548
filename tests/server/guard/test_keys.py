"""API keys: a file of hashes, changed by one process and read by others."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from datastore.base.errors import SettingsError
from server.guard.keys import KeyFile


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path)


def test_a_key_is_found_by_its_text_only(file: KeyFile) -> None:
    text, other = file.add("shop"), file.add("press", rate=5)
    found = file.find(text)
    assert found is not None and (found.name, found.rate) == ("shop", None)
    press = file.find(other)
    assert press is not None and (press.name, press.rate) == ("press", 5)
    for wrong in ("", "shop", text[:-1], text + "x", found.sha256, "\udcff"):
        assert file.find(wrong) is None


def test_only_the_hash_is_kept_and_only_its_owner_reads_it(file: KeyFile) -> None:
    text = file.add("shop")
    content = file.path.read_text()
    assert text not in content and text.removeprefix("playgraph_") not in content
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert len(text) > 50


def test_another_process_sees_changes_at_once(file: KeyFile) -> None:
    server = KeyFile(file.path.parent)
    assert server.listed() == ()
    first = file.add("first")
    assert server.find(first) is not None
    second = file.add("second")
    file.revoke("first")
    assert server.find(first) is None
    assert server.find(second) is not None
    assert [key.name for key in server.listed()] == ["second"]


@pytest.mark.parametrize("name", ["", " shop", "a b", "x" * 65, "näme", "a/b", "-x"])
def test_a_name_must_be_plain(file: KeyFile, name: str) -> None:
    with pytest.raises(SettingsError, match="is invalid"):
        file.add(name)


def test_names_are_used_once_and_only_known_keys_are_revoked(file: KeyFile) -> None:
    file.add("shop")
    with pytest.raises(SettingsError, match="There is a key called 'shop'"):
        file.add("shop")
    with pytest.raises(SettingsError, match="no key called 'press'"):
        file.revoke("press")
    file.revoke("shop")
    file.add("shop")


def test_a_damaged_file_keeps_the_keys_that_were_read_and_is_logged_once(
    file: KeyFile, caplog: pytest.LogCaptureFixture
) -> None:
    text = file.add("shop")
    assert file.find(text) is not None
    file.path.write_text("{ not a list of keys")
    for _ in range(3):
        assert file.find(text) is not None
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "keys.json cannot be read" in caplog.text and text not in caplog.text
    with pytest.raises(SettingsError, match="cannot be read"):
        file.add("press")


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not a folder"):
        KeyFile(tmp_path / "missing").add("shop")
