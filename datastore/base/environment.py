"""datastore.base: the settings of a process, from options, environment variables and `.env`."""

from __future__ import annotations

import codecs
import difflib
import hashlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from datastore.base.errors import SettingsError
from datastore.base.setting_rules import PREFIX, home_path
from datastore.base.settings import TABLE, Settings
from datastore.base.visible import quoted

__all__ = ["load_settings", "unknown_variables"]

#: Variables of the tests, the examples and the installation, which no command reads.
_OTHER_VARIABLES = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "CHROMIUM",
        "COMMAND",
        "MOTO_SERVER",
        "RAW_DIR",
        "REQUIRE_ALL",
        "REQUIRE_BROWSER",
        "REQUIRE_CLIENTS",
        "REQUIRE_SPARK",
        "SKIP_WEB",
        "THOROUGH",
        "UPDATE_DOCS",
        "URL",
    )
)


def load_settings(
    environment: Mapping[str, str] | None = None,
    dotenv: Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings. Precedence: `options` (values by name, None if not given), environment,
    `.env` file, defaults.

    Raises SettingsError for an invalid value or an unreadable `.env`.
    """
    env = os.environ if environment is None else environment
    file = _read_dotenv(Path(".env") if dotenv is None else dotenv)
    values: dict[str, Any] = {k: v for k, v in (options or {}).items() if v is not None}
    for setting in TABLE:
        if setting.name in values:
            continue
        source = env if setting.variable in env else file
        text = source.get(setting.variable, "")
        if text:
            try:
                values[setting.name] = setting.parse(text)
            except ValueError as error:
                where = setting.variable if source is env else f"{setting.variable} in .env"
                raise SettingsError(f"{where} is {quoted(text)}: {error}.") from None
    if isinstance(address := values.get("data_dir"), str):
        values |= {"data_dir": _cache_dir(address, {**file, **env}), "storage": address}
    if "data_dir" not in values:
        values |= {"data_dir": _user_data_dir({**file, **env}), "data_dir_named": False}
    return Settings(**values)


def unknown_variables(
    environment: Mapping[str, str] | None = None, dotenv: Path | None = None
) -> dict[str, str]:
    """Variables with the prefix `PLAYGRAPH_` that no setting has, each with a similar variable or
    "". Raises SettingsError for an unreadable `.env`."""
    env = os.environ if environment is None else environment
    file = _read_dotenv(Path(".env") if dotenv is None else dotenv)
    known = {setting.variable for setting in TABLE}
    names = sorted({name for name in (*env, *file) if name.startswith(PREFIX)})
    return {
        name: next(iter(difflib.get_close_matches(name, known, 1, 0.8)), "")
        for name in names
        if name not in known | _OTHER_VARIABLES
    }


def _cache_dir(address: str, env: Mapping[str, str]) -> Path:
    """The folder that snapshots of an address in object storage are fetched into."""
    base = env.get("XDG_CACHE_HOME", "")
    folder = Path(base) if base and Path(base).is_absolute() else home_path(Path.home) / ".cache"
    return folder / "playgraph" / hashlib.sha256(address.encode()).hexdigest()[:16]


def _user_data_dir(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME", "")
    # By the specification, a relative XDG_DATA_HOME is ignored.
    if base and Path(base).is_absolute():
        return Path(base) / "playgraph"
    return home_path(Path.home) / ".local" / "share" / "playgraph"


def _read_dotenv(path: Path) -> dict[str, str]:
    """The variables of a `.env` file. Empty if there is no such file, or if it is a folder (some
    virtual environments are called `.env`)."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SettingsError(f"{path} is encoded as UTF-16: save it as UTF-8.")
    if b"\0" in content:
        raise SettingsError(f"{path} is not text, or encoded as UTF-16: save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path}, line {line}: invalid UTF-8. Save the file as UTF-8."
        ) from None
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            blank = binding.original.string.partition(binding.original.string.strip())[0]
            line = binding.original.line + blank.count("\n")
            raise SettingsError(f"{path}, line {line}: invalid syntax. Write NAME=value.")
    return {k: v for k, v in dotenv_values(stream=io.StringIO(text)).items() if v is not None}
