"""datastore.base: the settings, each declared once: name, type, range, default and help.

Environment variables, `.env`, the options of the command line and docs/settings.md derive from the
fields of `Settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from datastore.base.setting_rules import SHARE, declared_settings

__all__ = ["TABLE", "Settings"]

_Seconds: TypeAlias = Annotated[
    float,
    Meta(gt=0, le=3_600, extra={"rule": "a number of seconds above 0, at most 3,600"}),
]


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
            extra={"rule": SHARE},
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
    work_dir: Annotated[
        Path | None,
        Meta(
            description="Folder for the work of a build on Spark: a folder that this host and all "
            "workers have at the same path. Defaults to the data folder."
        ),
    ] = None
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
        _Seconds,
        Meta(
            description="Longest time in which the URL and headers of a request must arrive, in "
            "seconds.",
        ),
    ] = 10.0
    body_seconds: Annotated[
        _Seconds,
        Meta(
            description="Longest time in which the body of a request must arrive, in seconds.",
        ),
    ] = 10.0
    answer_seconds: Annotated[
        _Seconds,
        Meta(
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


TABLE = declared_settings(Settings)
