"""datastore.base: the settings, each declared once: name, type, range, default and help.

Environment variables, `.env`, the options of the command line and docs/settings.md derive from the
fields of `Settings`.
"""

from __future__ import annotations

import codecs
import difflib
import hashlib
import io
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from msgspec import Meta, inspect

from datastore.base.errors import SettingsError

__all__ = ["PREFIX", "TABLE", "Setting", "Settings", "load", "unknown_variables"]

PREFIX = "PLAYGRAPH_"

#: Variables of the tests, the examples and the installation, which no command reads.
_OTHER_VARIABLES = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "CHROMIUM",
        "COMMAND",
        "MOTO_SERVER",
        "RAW_DIR",
        "REQUIRE_BROWSER",
        "REQUIRE_CLIENTS",
        "REQUIRE_STORAGE",
        "SKIP_WEB",
        "UPDATE_DOCS",
        "URL",
    )
)

_SHARE = "a share such as 0.01 or 1%"
#: Addresses of object storage.
_STORAGE = re.compile(r"(?:s3|gs|gcs|file)://")
_SECONDS = "a number of seconds above 0, at most 3,600"


class Settings(msgspec.Struct, frozen=True):
    """The settings of one process.

    Raises SettingsError for an invalid value, wherever it comes from.
    """

    data_dir: Annotated[
        Path,
        Meta(
            description="Folder of the snapshots. If set, here or with `--data`, it must contain a "
            "snapshot. Defaults to `$XDG_DATA_HOME/playgraph`, else `~/.local/share/playgraph`; "
            "the demo dataset is served until something is built there. It may also be an address "
            "in object storage, such as `s3://bucket/prefix`; see docs/snapshots.md."
        ),
    ]
    host: Annotated[str, Meta(min_length=1, description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65_535, description="Port to listen on. 0 picks a free port.")
    ] = 8000
    workers: Annotated[
        int,
        Meta(
            ge=1,
            le=256,
            description="Number of processes that answer requests at the port, with shared memory. "
            "More than one needs an operating system with `fork`.",
        ),
    ] = 1
    profile: Annotated[
        Literal["development", "production"],
        Meta(
            description="What strangers see. `production` has no GraphiQL, no introspection, no "
            "documents in URLs, and errors that name nothing of the schema and no limits."
        ),
    ] = "development"
    root_path: Annotated[
        str,
        Meta(
            description="Path prefix under which a proxy publishes the server, such as `/games`. "
            "Defaults to none."
        ),
    ] = ""
    log_level: Annotated[
        Literal["critical", "error", "warning", "info", "debug"],
        Meta(description="Lowest severity that the server logs."),
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="Format of the server's log lines: text, or one JSON object per line."),
    ] = "text"
    metrics_port: Annotated[
        Annotated[int, Meta(ge=0, le=65_535)] | None,
        Meta(
            description="Port of its own for `/metrics`. Defaults to none: metrics are at "
            "`/metrics` of the server's port in development, and nowhere in production."
        ),
    ] = None
    metrics_host: Annotated[
        str, Meta(min_length=1, description="Address for the port of the metrics.")
    ] = "127.0.0.1"
    tracing: Annotated[
        Literal["off", "otlp"],
        Meta(
            description="Traces of requests by OpenTelemetry: `otlp` sends them to the collector "
            "at `OTEL_EXPORTER_OTLP_ENDPOINT`. Needs the extra `playgraph[otel]`."
        ),
    ] = "off"
    max_rejects: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            extra={"rule": _SHARE},
            description="Largest share of rejected rows per file, as `0.01` or `1%`. The build "
            "fails if it is exceeded.",
        ),
    ] = 0.01
    seed: Annotated[
        Annotated[int, Meta(ge=0, le=2**31 - 1)] | None,  # GraphQL's integers end there
        Meta(
            description="Seed of all random choices. Defaults to the live snapshot's seed; in a "
            "first build, to a fixed one."
        ),
    ] = None
    jobs: Annotated[
        int,
        Meta(
            ge=0,
            le=1_024,
            description="Number of processes and threads of a build. 0: as many as the cores and "
            "the memory of this machine or container allow.",
        ),
    ] = 0
    max_line_bytes: Annotated[
        int,
        Meta(ge=1, description="Longest line of a raw file, in bytes; longer lines are rejected."),
    ] = 8 << 20
    max_unpacked_bytes: Annotated[
        int,
        Meta(
            ge=1,
            description="Largest size that a compressed file may unpack to, in bytes. The build "
            "fails if it is exceeded.",
        ),
    ] = 4 << 30  # eight times the published libraries
    drift: Annotated[
        Literal["warn", "stop", "off"],
        Meta(
            description="What a build does if its data has drifted from the live snapshot: warn, "
            "stop without releasing, or skip the comparison (off)."
        ),
    ] = "warn"
    reload_seconds: Annotated[
        int,
        Meta(
            ge=0,
            description="Seconds between checks for a newly released snapshot. 0: only check on "
            "SIGHUP.",
        ),
    ] = 2
    max_body_bytes: Annotated[
        int, Meta(ge=1, description="Largest request body, in bytes.")
    ] = 1_000_000  # fmt: skip
    max_bodies_bytes: Annotated[
        int,
        Meta(
            ge=1,
            description="Largest total size of the bodies of all requests that are being received "
            "or answered, in bytes, per process. If it is exceeded, bodies above 16,384 bytes are "
            "refused with 503.",
        ),
    ] = 8_000_000
    max_url_bytes: Annotated[int, Meta(ge=1, description="Longest request URL, in bytes.")] = 16_384
    max_header_bytes: Annotated[
        int, Meta(ge=1, description="Largest total size of the request headers, in bytes.")
    ] = 16_384
    head_seconds: Annotated[
        float,
        Meta(
            gt=0,
            le=3_600,
            extra={"rule": _SECONDS},
            description="Longest time in which the URL and headers of a request must arrive, in "
            "seconds.",
        ),
    ] = 10.0
    body_seconds: Annotated[
        float,
        Meta(
            gt=0,
            le=3_600,
            extra={"rule": _SECONDS},
            description="Longest time in which the body of a request must arrive, in seconds.",
        ),
    ] = 10.0
    answer_seconds: Annotated[
        float,
        Meta(
            gt=0,
            le=3_600,
            extra={"rule": _SECONDS},
            description="Longest time that a client may take to read an answer, in seconds.",
        ),
    ] = 60.0
    idle_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=3_600,
            description="Seconds after which a connection without a request is closed. Set it "
            "longer than the same setting of a proxy.",
        ),
    ] = 5
    shutdown_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=3_600,
            description="Longest time for which a server finishes running requests on SIGTERM, in "
            "seconds. New requests are answered with 503 meanwhile.",
        ),
    ] = 20
    max_tokens: Annotated[
        int, Meta(ge=1, description="Largest number of tokens per GraphQL document.")
    ] = 5_000  # fmt: skip
    max_characters: Annotated[
        int, Meta(ge=1, description="Largest number of characters per GraphQL document.")
    ] = 100_000
    max_operations: Annotated[
        int, Meta(ge=1, description="Largest number of operations per document.")
    ] = 50
    max_fragments: Annotated[
        int, Meta(ge=0, description="Largest number of fragments per document.")
    ] = 50
    max_variables: Annotated[
        int, Meta(ge=0, description="Largest number of variables that a document declares.")
    ] = 100
    max_selections: Annotated[
        int,
        Meta(ge=1, description="Largest number of fields and fragment spreads per document."),
    ] = 800
    max_aliases: Annotated[
        int, Meta(ge=0, description="Largest number of aliases per document.")
    ] = 50
    max_directives: Annotated[
        int, Meta(ge=0, description="Largest number of directives per document.")
    ] = 50
    max_repeats: Annotated[
        int,
        Meta(
            ge=0,
            description="Largest number of fields that are selected again in the same object, per "
            "document; validation compares each pair of them.",
        ),
    ] = 100
    max_root_fields: Annotated[
        int, Meta(ge=1, description="Largest number of root fields per operation.")
    ] = 50
    max_depth: Annotated[
        int, Meta(ge=1, description="Largest number of levels of nested fields per operation.")
    ] = 20
    max_introspection_fields: Annotated[
        int,
        Meta(ge=0, description="Largest number of `__schema` and `__type` fields per operation."),
    ] = 5
    max_introspection_depth: Annotated[
        int,
        Meta(
            ge=0,
            description="Largest number of nested lists of fields, input fields, interfaces and "
            "possible types in an introspection.",
        ),
    ] = 2
    max_cost: Annotated[
        int,
        Meta(
            ge=1,
            description="Largest estimated cost per operation, in units of a plain field; see "
            "docs/limits.md.",
        ),
    ] = 15_000  # 50 ms
    max_execution_ms: Annotated[
        int,
        Meta(
            ge=1,
            description="Largest CPU time that the execution of an operation may take, in "
            "milliseconds.",
        ),
    ] = 500
    max_answer_bytes: Annotated[
        int, Meta(ge=1, description="Largest answer, in bytes before compression.")
    ] = 1_000_000
    max_waiting: Annotated[
        int,
        Meta(
            ge=1,
            description="Largest number of expensive requests that wait or run at a time, per "
            "process; others are refused with 503.",
        ),
    ] = 64
    persisted_queries: Annotated[
        int,
        Meta(
            ge=0,
            description="Largest number of automatic persisted queries to keep. 0 turns them off.",
        ),
    ] = 1_000
    persisted_bytes: Annotated[
        int,
        Meta(
            ge=0, description="Largest total size of automatic persisted queries to keep, in bytes."
        ),
    ] = 8_000_000
    answer_cache_bytes: Annotated[
        int,
        Meta(
            ge=0,
            description="Largest total size of cached answers, in bytes; each worker has an equal "
            "part. 0 turns the cache off.",
        ),
    ] = 8_000_000
    compile: Annotated[
        int,
        Meta(
            ge=0,
            le=1,
            description="Whether operations are compiled to plans: 1, or 0 to leave all to "
            "graphql-core, which gives the same answers more slowly.",
        ),
    ] = 1
    documents: Annotated[
        str,
        Meta(
            description="Folder of trusted documents; all others are refused. Defaults to none: "
            "every valid document is executed."
        ),
    ] = ""
    cache_control: Annotated[
        str, Meta(description="`Cache-Control` header of responses without errors.")
    ] = "no-cache"
    cors_origins: Annotated[
        str,
        Meta(
            description="Allowed CORS origins, separated by commas: "
            "`https://a.example,http://localhost:5173`, or `*`. Defaults to none."
        ),
    ] = ""
    users: Annotated[
        Literal["open", "pseudonyms", "off"],
        Meta(
            description="What clients see of users and viewers: everything, pseudonyms instead of "
            "their ids, or nobody; see docs/privacy.md."
        ),
    ] = "open"
    users_secret: Annotated[
        str,
        Meta(
            description="Secret that pseudonyms are made with. Servers with the same secret and "
            "snapshot have the same pseudonyms. Defaults to a random one, kept as `pseudonyms.key` "
            "in the data folder."
        ),
    ] = ""
    access: Annotated[
        Literal["open", "keys"],
        Meta(
            description="Who may send requests: everybody, or only clients with an API key; see "
            "`playgraph keys`. Health checks need none. With `keys`, there is no GraphiQL."
        ),
    ] = "open"
    rate: Annotated[
        float,
        Meta(
            ge=0,
            le=1e9,
            extra={"rule": "a number from 0 to 1,000,000,000"},
            description="Cost per second that each client may use on average, see docs/limits.md; "
            "later requests are refused with 429. 0: no limit.",
        ),
    ] = 0.0
    rate_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=86_400,
            description="Seconds whose rate a client may use at once, after sending nothing for as "
            "long.",
        ),
    ] = 60
    address_header: Annotated[
        str,
        Meta(
            description="Header in which a trusted proxy sends the client's address, such as "
            "`X-Forwarded-For`; the last entry counts. Defaults to none: the address of the "
            "connection."
        ),
    ] = ""
    hsts_seconds: Annotated[
        int,
        Meta(
            ge=0,
            description="Seconds for which browsers may reach this host by HTTPS only "
            "(`Strict-Transport-Security`). 0: no such header.",
        ),
    ] = 0
    #: Not a setting: the address in object storage whose cache the data folder is; "" for none.
    storage: str = ""
    data_dir_named: bool = True  # not a setting: False for the default folder, which may be empty

    def __post_init__(self) -> None:
        for setting in TABLE:
            setting.check(getattr(self, setting.name))


class Setting(msgspec.Struct, frozen=True):
    """One setting, as the command line and the documentation need it."""

    name: str
    type: Any
    default: Any  # None if it depends on the environment
    help: str
    rule: str  # allowed values, such as "a whole number from 0 to 65,535"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def check(self, value: object) -> None:
        """Raise SettingsError for an invalid value."""
        try:
            msgspec.convert(value, self.type)
        except msgspec.ValidationError:
            raise SettingsError(f"{self.variable} is {value!r}: it must be {self.rule}.") from None

    def parse(self, text: str) -> Any:
        """Convert a text to a value; an address of object storage stays a text. Raises ValueError
        with the rule that it breaks."""
        if self.name == "data_dir" and _STORAGE.match(text):
            return text
        number = text.strip()
        try:
            if self.rule == _SHARE and number.endswith("%"):
                number = str(float(number[:-1]) / 100)
            if number.startswith("."):
                number = f"0{number}"
            if "\0" in text:
                raise ValueError
            return msgspec.convert(number, self.type, strict=False, dec_hook=_path)
        except ValueError:
            raise ValueError(f"it must be {self.rule}") from None


def load(
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
                raise SettingsError(f"{where} is {text!r}: {error}.") from None
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


def _table() -> tuple[Setting, ...]:
    """The fields of `Settings` that are settings: those with a description."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    described = inspect.type_info(Settings)
    assert isinstance(described, inspect.StructType)
    types = get_type_hints(Settings, include_extras=True)
    table = []
    for field in described.fields:
        if isinstance(field.type, inspect.Metadata):
            default = None if field.required else defaults[field.name]
            text = (field.type.extra_json_schema or {})["description"]
            rule = (field.type.extra or {}).get("rule") or _rule(
                types[field.name].__origin__, field.type.type
            )
            table.append(Setting(field.name, types[field.name], default, text, rule))
    return tuple(table)


def _rule(hint: Any, kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        kind = kind.types[0]
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(get_args(hint))}"  # msgspec sorts them
    if isinstance(kind, inspect.IntType):
        most = "" if kind.le is None else f" to {kind.le:,}"
        return f"a whole number {'from' if most else 'of at least'} {kind.ge}{most}"
    return "a path" if isinstance(kind, inspect.CustomType) else "non-empty text"


def _path(kind: type, text: Any) -> Path:
    if not text:
        raise ValueError
    return _home(Path(text).expanduser)


def _home(find: Callable[[], Path]) -> Path:
    try:
        return find()
    except RuntimeError as error:  # HOME is unset, and the user is not in the password database
        raise SettingsError(
            f"The home folder is unknown ({error}): set HOME, or give a data folder with --data."
        ) from None


def _cache_dir(address: str, env: Mapping[str, str]) -> Path:
    """The folder that snapshots of an address in object storage are fetched into."""
    base = env.get("XDG_CACHE_HOME", "")
    folder = Path(base) if base and Path(base).is_absolute() else _home(Path.home) / ".cache"
    return folder / "playgraph" / hashlib.sha256(address.encode()).hexdigest()[:16]


def _user_data_dir(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME", "")
    # By the specification, a relative XDG_DATA_HOME is ignored.
    if base and Path(base).is_absolute():
        return Path(base) / "playgraph"
    return _home(Path.home) / ".local" / "share" / "playgraph"


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


TABLE = _table()
