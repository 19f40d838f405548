"""Where the settings come from, and the messages about invalid ones."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest

from datastore.base.environment import load_settings, unknown_variables
from datastore.base.errors import SettingsError
from datastore.base.settings import Settings


def test_the_environment_beats_the_file_which_beats_the_default(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PLAYGRAPH_SEED=2\nPLAYGRAPH_PORT=9000\nPLAYGRAPH_HOST=\n")
    found = load_settings({"PLAYGRAPH_SEED": "3", "PLAYGRAPH_DATA_DIR": "/data"}, file)
    assert found == Settings(data_dir=Path("/data"), seed=3, port=9000)


def test_every_default_is_that_of_the_class(tmp_path: Path) -> None:
    assert load_settings({"PLAYGRAPH_DATA_DIR": "/x"}, tmp_path / "none") == Settings(Path("/x"))


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
    assert load_settings(environment, tmp_path / "none").data_dir == folder


@pytest.mark.parametrize(
    ("variable", "text", "rule"),
    [
        ("JOBS", "many", "a whole number from 0 to 1,024"),
        ("JOBS", "-1", "a whole number from 0 to 1,024"),
        ("PORT", "80.5", "a whole number from 0 to 65,535"),
        ("PORT", "70000", "a whole number from 0 to 65,535"),
        ("SEED", "-1", "a whole number from 0 to 2,147,483,647"),
        ("MAX_LINE_BYTES", "0", "a whole number of at least 1"),
        ("MAX_REJECTS", "2", "a share such as 0.01 or 1%"),
        ("MAX_REJECTS", "nan", "a share such as 0.01 or 1%"),
        ("LOG_LEVEL", "loud", "one of critical, error, warning, info, debug"),
        ("HOST", " ", "non-empty text"),
        ("DATA_DIR", "a\0b", "a path"),
    ],
)
def test_an_invalid_value_is_named_with_its_rule(
    tmp_path: Path, variable: str, text: str, rule: str
) -> None:
    message = f"PLAYGRAPH_{variable} is {text!r}: it must be {rule}."
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        load_settings({f"PLAYGRAPH_{variable}": text}, tmp_path / "none")


def test_an_invalid_value_names_its_source(
    tmp_path: Path,
) -> None:
    file = tmp_path / ".env"
    file.write_text("PLAYGRAPH_JOBS=many\n")
    with pytest.raises(SettingsError, match=r"^PLAYGRAPH_JOBS in \.env is 'many': "):
        load_settings({}, file)


def test_an_option_beats_the_environment_unless_it_is_not_given(tmp_path: Path) -> None:
    environment = {"PLAYGRAPH_SEED": "3", "PLAYGRAPH_PORT": "9000"}
    found = load_settings(environment, tmp_path / "none", {"seed": 4, "port": None})
    assert (found.seed, found.port) == (4, 9000)


def test_a_folder_is_named_by_the_environment_the_file_or_an_option(tmp_path: Path) -> None:
    none, file = tmp_path / "none", tmp_path / ".env"
    file.write_text("PLAYGRAPH_DATA_DIR=/data\n")
    assert load_settings({}, file).data_dir_named
    assert load_settings({"PLAYGRAPH_DATA_DIR": "/data"}, none).data_dir_named
    assert load_settings({}, none, {"data_dir": Path("/data")}).data_dir_named
    assert not load_settings({}, none).data_dir_named
    assert not load_settings({"PLAYGRAPH_DATA_DIR": ""}, none).data_dir_named


def test_without_a_home_folder_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    with pytest.raises(SettingsError, match=r"set HOME, or give a data folder with --data\.$"):
        load_settings({}, tmp_path / "none")


# ---------------------------------------------------------------- .env


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("PLAYGRAPH_PORT=1\n".encode("utf-16"), " is encoded as UTF-16: save it as UTF-8."),
        (
            codecs.BOM_UTF16_BE + "X=1".encode("utf-16-be"),
            " is encoded as UTF-16: save it as UTF-8.",
        ),
        ("PORT=1".encode("utf-16-le"), " is not text, or encoded as UTF-16: save it as UTF-8."),
        (b"A=1\nB=caf\xe9\n", ", line 2: invalid UTF-8. Save the file as UTF-8."),
        (b"A=1\n\n# note\nnot a variable\n", ", line 4: invalid syntax. Write NAME=value."),
        (b"PLAYGRAPH_HOST='open\n", ", line 1: invalid syntax. Write NAME=value."),
    ],
    ids=[
        "UTF-16",
        "UTF-16 big endian",
        "UTF-16 without a mark",
        "Latin-1",
        "no variable",
        "open quote",
    ],
)
def test_an_unreadable_file_is_named_with_the_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=f"^{re.escape(f'{file}{message}')}$"):
        load_settings({}, file)


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"PLAYGRAPH_PORT=9000\n",
        b"# a comment\r\nexport PLAYGRAPH_PORT='9000'\r\n",
        b"NOTHING\nOTHER=\xe2\x99\xa5\nPLAYGRAPH_PORT=9000",
    ],
    ids=["BOM", "Windows lines", "others' variables"],
)
def test_files_as_editors_write_them_are_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    assert load_settings({}, file).port == 9000


def test_a_folder_called_dotenv_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()  # a virtual environment
    assert load_settings({}, tmp_path / ".env").port == Settings(tmp_path).port


def test_unknown_variables_are_reported_with_a_similar_one(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PLAYGRAPH_MAX_REJECT=1%\nOTHER=1\n")
    environment = {
        "PLAYGRAPH_PROT": "1",
        "PLAYGRAPH_FLAVOUR": "1",
        "PLAYGRAPH_PORT": "1",
        "PLAYGRAPH_RAW_DIR": "/raw",
    }
    assert unknown_variables(environment, file) == {
        "PLAYGRAPH_FLAVOUR": "",
        "PLAYGRAPH_MAX_REJECT": "PLAYGRAPH_MAX_REJECTS",
        "PLAYGRAPH_PROT": "PLAYGRAPH_PORT",
    }
