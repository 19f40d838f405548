"""The table of settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from datastore.base.environment import load_settings
from datastore.base.errors import SettingsError
from datastore.base.settings import TABLE, Settings


def test_every_source_is_held_to_the_same_range(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SEED"):
        replace(Settings(Path("/x")), seed=-1)
    with pytest.raises(SettingsError, match="PORT"):
        load_settings({}, tmp_path / "none", {"port": 70_000})


def test_every_default_follows_its_own_rule() -> None:
    for setting in TABLE:
        if setting.default not in (None, ""):
            assert setting.parse(str(setting.default)) == setting.default


def test_every_setting_has_a_help_text_that_is_a_sentence() -> None:
    assert all(
        setting.help.lstrip("`")[0].isupper() and setting.help.endswith(".") for setting in TABLE
    )
