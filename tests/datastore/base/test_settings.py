"""The settings: where they come from, and what is said of an impossible one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from datastore.base.errors import SettingsError
from datastore.base.settings import TABLE, Settings, load, share


def test_the_environment_beats_the_file_which_beats_the_default(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PLAYGRAPH_SEED=2\nPLAYGRAPH_PORT=9000\nPLAYGRAPH_HOST=\n")
    found = load({"PLAYGRAPH_SEED": "3", "PLAYGRAPH_DATA_DIR": "/data"}, file)
    assert found == Settings(data_dir=Path("/data"), seed=3, port=9000)


def test_every_default_is_that_of_the_class(tmp_path: Path) -> None:
    assert load({"PLAYGRAPH_DATA_DIR": "/x"}, tmp_path / "none") == Settings(Path("/x"))


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"PLAYGRAPH_DATA_DIR": "~/games"}, Path.home() / "games"),
        ({"XDG_DATA_HOME": "/xdg"}, Path("/xdg/playgraph")),
        ({"XDG_DATA_HOME": "relative"}, Path.home() / ".local/share/playgraph"),
        ({"PLAYGRAPH_DATA_DIR": ""}, Path.home() / ".local/share/playgraph"),
        ({}, Path.home() / ".local/share/playgraph"),
    ],
)
def test_the_data_folder_is_the_users(
    tmp_path: Path, environment: dict[str, str], folder: Path
) -> None:
    assert load(environment, tmp_path / "none").data_dir == folder


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("JOBS", "many", "PLAYGRAPH_JOBS is 'many': it must be a whole number."),
        ("PORT", "80.5", "PLAYGRAPH_PORT is '80.5': it must be a whole number."),
        ("MAX_REJECTS", "2",
         "PLAYGRAPH_MAX_REJECTS is '2': it must be a share such as 0.01 or 1%."),
        ("MAX_REJECTS", "nan",
         "PLAYGRAPH_MAX_REJECTS is 'nan': it must be a share such as 0.01 or 1%."),
        ("JOBS", "-1", "The setting jobs (PLAYGRAPH_JOBS) is -1: it must be from 0 to 1,024."),
        ("SEED", "-1",
         "The setting seed (PLAYGRAPH_SEED) is -1: it must be from 0 to 2,147,483,647."),
        ("PORT", "70000",
         "The setting port (PLAYGRAPH_PORT) is 70000: it must be from 0 to 65,535."),
        ("LOG_LEVEL", "loud", "PLAYGRAPH_LOG_LEVEL is 'loud': it must be one of critical, error, "
         "warning, info, debug."),
        ("MAX_LINE_BYTES", "0",
         "The setting max_line_bytes (PLAYGRAPH_MAX_LINE_BYTES) is 0: it must be at least 1."),
    ],
)  # fmt: skip
def test_an_impossible_value_is_named_with_its_rule(
    tmp_path: Path, variable: str, text: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        load({f"PLAYGRAPH_{variable}": text}, tmp_path / "none")


def test_a_value_of_the_command_line_is_held_to_the_same_range() -> None:
    with pytest.raises(SettingsError, match="seed"):
        replace(Settings(Path("/x")), seed=-1)


@pytest.mark.parametrize(
    ("text", "value"), [("0.01", 0.01), ("1%", 0.01), ("29%", 0.29), ("0", 0), ("100%", 1)]
)
def test_a_share_is_a_fraction_or_a_percentage(text: str, value: float) -> None:
    assert share(text) == value


@pytest.mark.parametrize("text", ["", "%", "1.01", "-0.1", "101%", "one", "nan", "inf"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        share(text)


def test_every_setting_has_a_help_text_that_is_a_sentence() -> None:
    assert all(
        setting.help.lstrip("`")[0].isupper() and setting.help.endswith(".") for setting in TABLE
    )
