"""datastore.base: every setting in one table, read once from the environment and `.env`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from datastore.base.errors import SettingsError

__all__ = ["MOST_SEED", "PREFIX", "TABLE", "Setting", "Settings", "load", "share"]

PREFIX = "PLAYGRAPH_"
#: GraphQL's integers end here.
MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: its name, type, default as it is written, help text, and range."""

    name: str
    type: type
    default: str
    help: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


TABLE = (
    Setting(
        "data_dir",
        Path,
        "",
        "Folder of the snapshots. Empty: `$XDG_DATA_HOME/playgraph`, else "
        "`~/.local/share/playgraph`.",
    ),
    Setting("host", str, "127.0.0.1", "Address the server listens on."),
    Setting("port", int, "8000", "Port the server listens on.", 0, 65_535),
    Setting(
        "root_path",
        str,
        "",
        "Path prefix under which a proxy publishes the server, such as `/games`. Empty: none.",
    ),
    Setting(
        "log_level",
        str,
        "info",
        "What the server logs: critical, error, warning, info or debug.",
        choices=("critical", "error", "warning", "info", "debug"),
    ),
    Setting(
        "max_rejects",
        float,
        "0.01",
        "Share of unreadable lines a file may have before the build fails: `0.01` or `1%`.",
    ),
    Setting("seed", int, "20160816", "Seed of everything random in a build.", 0, MOST_SEED),
    Setting("jobs", int, "0", "Processes and threads of a build. 0: one a core.", 0, 1_024),
    Setting(
        "max_line_bytes", int, "8388608", "Longest line of a raw file that is read, in bytes.", 1
    ),
    Setting(
        "max_unpacked_bytes",
        int,
        "4294967296",
        "Most bytes that a gzip file may unpack to: eight times the published libraries. What "
        "unpacks to more ends the build.",
        1,
    ),
    Setting(
        "drift",
        str,
        "warn",
        "What a build does when its data has drifted from the serving snapshot's: warn, stop (it "
        "is not released then) or off.",
        choices=("warn", "stop", "off"),
    ),
    Setting(
        "reload_seconds",
        int,
        "2",
        "How often the server looks for a newly released snapshot, in seconds. 0: never, only on "
        "SIGHUP.",
        0,
    ),
    Setting("max_body_bytes", int, "1000000", "Largest body of a request, in bytes.", 1),
    Setting("max_url_bytes", int, "16384", "Longest URL of a request, in bytes.", 1),
    Setting("max_header_bytes", int, "16384", "Largest headers of a request, in bytes.", 1),
    Setting("max_tokens", int, "5000", "Most tokens of a GraphQL document.", 1),
    Setting(
        "persisted_queries",
        int,
        "1000",
        "Automatic persisted queries that are kept. 0: they are off.",
        0,
    ),
    Setting(
        "persisted_bytes", int, "8000000", "Most bytes of the persisted queries that are kept.", 0
    ),
    Setting(
        "documents",
        str,
        "",
        "Folder of trusted documents: nothing else is executed. Empty: any document is.",
    ),
    Setting("cache_control", str, "no-cache", "`Cache-Control` of answers without errors."),
    Setting(
        "cors_origins",
        str,
        "",
        "Origins whose pages may ask, with commas between: `https://a.example,http://localhost:5173`,"
        " or `*`. Empty: none.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Field names are the table's.

    Raises SettingsError for a number outside of the table's range, wherever it was given.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    log_level: str = "info"
    max_rejects: float = 0.01
    seed: int = 20160816
    jobs: int = 0
    max_line_bytes: int = 8388608
    max_unpacked_bytes: int = 4294967296
    drift: str = "warn"
    reload_seconds: int = 2
    max_body_bytes: int = 1000000
    max_url_bytes: int = 16384
    max_header_bytes: int = 16384
    max_tokens: int = 5000
    persisted_queries: int = 1000
    persisted_bytes: int = 8000000
    documents: str = ""
    cache_control: str = "no-cache"
    cors_origins: str = ""

    def __post_init__(self) -> None:
        for setting in TABLE:
            value = getattr(self, setting.name)
            if setting.choices and value not in setting.choices:
                known = ", ".join(setting.choices)
                raise SettingsError(f"{setting.variable} is {value!r}: it must be one of {known}.")
            least, most = setting.least, setting.most
            if (least is not None and value < least) or (most is not None and value > most):
                rule = f"at least {least}" if most is None else f"from {least} to {most:,}"
                name = f"The setting {setting.name} ({setting.variable})"
                raise SettingsError(f"{name} is {value}: it must be {rule}.")


def load(environment: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings: the environment first, then the `.env` file, then the defaults.

    Raises SettingsError for a value that is not of the setting's type.
    """
    env = os.environ if environment is None else environment
    file = Path(".env") if dotenv is None else dotenv
    from_file = {k: v for k, v in dotenv_values(file).items() if v is not None}
    merged = {**from_file, **env}
    values: dict[str, Any] = {}
    for setting in TABLE:
        text = merged.get(setting.variable, "") or setting.default
        values[setting.name] = _convert(setting, text, merged)
    return Settings(**values)


def _convert(setting: Setting, text: str, env: Mapping[str, str]) -> Any:
    if setting.name == "data_dir":
        return Path(text).expanduser() if text else _user_data_dir(env)
    try:
        return share(text) if setting.name == "max_rejects" else setting.type(text)
    except ValueError:
        kind = {"int": "a whole number", "float": "a share such as 0.01 or 1%"}[
            setting.type.__name__
        ]
        raise SettingsError(f"{setting.variable} is {text!r}: it must be {kind}.") from None


def share(text: str) -> float:
    """Read a share between 0 and 1, written as `0.01` or as `1%`. Raises ValueError."""
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if not 0 <= value <= 1:
        raise ValueError(f"{text} is not between 0 and 1")
    return value


def _user_data_dir(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME", "")
    # The specification tells readers to ignore a relative XDG_DATA_HOME.
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "playgraph"


assert [s.name for s in TABLE] == [f.name for f in fields(Settings)]
