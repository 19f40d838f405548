"""etl.snapshot: addresses of object storage: buckets (S3, Google Cloud Storage) and folders."""

from __future__ import annotations

import os
from configparser import ConfigParser
from configparser import Error as ConfigError
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import GCSStore, S3Store

from datastore.base.errors import SnapshotError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

__all__ = ["bucket_of", "folder_of", "name_of"]

_FORMS = "s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or file:///FOLDER"
_OPTIONS = ("region", "scheme", "endpoint_override")
#: A server that starts without its storage serves what it has fetched: it must not wait for long.
_RETRIES: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
_CLIENT: ClientConfig = {"allow_http": True, "connect_timeout": "5s", "timeout": "5m"}


def name_of(address: str) -> str:
    """The address without options, user and password, for messages."""
    scheme, _, rest = address.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}".rstrip("/")


def folder_of(address: str) -> Path | None:
    """The folder that `file:///FOLDER` names; None for a bucket."""
    parts = urlsplit(address)
    if parts.scheme != "file":
        return None
    if parts.netloc not in ("", "localhost") or parts.query or not parts.path.startswith("/"):
        raise SnapshotError(f"{name_of(address)} is not an address such as file:///srv/playgraph.")
    return Path(unquote(parts.path))


def bucket_of(address: str) -> S3Store | GCSStore:
    """The prefix of a bucket that an address names, with the credentials of this machine.

    Raises SnapshotError for an invalid address.
    """
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = [name for name in options if name not in _OPTIONS]
    if parts.scheme not in ("s3", "gs", "gcs") or not parts.netloc or unknown or "@" in address:
        problem = f"unknown option {unknown[0]!r}" if unknown else f"it must be {_FORMS}"
        raise SnapshotError(
            f"{name_of(address)} is not a valid address: {problem}. Its options are "
            f"{', '.join(_OPTIONS)}; credentials are not part of it."
        )
    prefix = unquote(parts.path).strip("/") or None
    endpoint = options.get("endpoint_override", "")
    if endpoint:
        endpoint = f"{options.get('scheme', 'https')}://{endpoint}"
    try:
        if parts.scheme == "s3":
            config = _aws_profile()
            if endpoint:
                config["endpoint"] = endpoint
            if options.get("region"):
                config["region"] = options["region"]
            return S3Store(
                parts.netloc,
                prefix=prefix,
                config=config,
                client_options=_CLIENT,
                retry_config=_RETRIES,
            )
        return GCSStore(
            parts.netloc,
            prefix=prefix,
            config={"base_url": endpoint} if endpoint else {},
            client_options=_CLIENT,
            retry_config=_RETRIES,
        )
    except (BaseError, OSError, ValueError) as error:
        raise SnapshotError(f"{name_of(address)} cannot be used: {error}") from error


def _aws_profile() -> S3Config:
    """Keys and region of the profile in `~/.aws`, as far as the environment has none; it may also
    name another profile or other files. Raises ValueError for a named profile that is in none."""
    config: S3Config = {}
    environment = os.environ
    profile = environment.get("AWS_PROFILE") or "default"
    home = Path(environment.get("HOME") or "/") / ".aws"
    credentials = environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials"
    configuration = environment.get("AWS_CONFIG_FILE") or home / "config"
    keys = _section(credentials, profile)
    more = _section(configuration, profile if profile == "default" else f"profile {profile}")
    if profile != "default" and not keys and not more:
        raise ValueError(
            f"AWS_PROFILE is {profile!r}, which is in neither {credentials} nor {configuration}."
        )
    found = {**more, **keys}
    if "AWS_ACCESS_KEY_ID" not in environment and "aws_access_key_id" in found:
        config["access_key_id"] = found["aws_access_key_id"]
        config["secret_access_key"] = found.get("aws_secret_access_key", "")
        if token := found.get("aws_session_token"):
            config["session_token"] = token
    if not {"AWS_REGION", "AWS_DEFAULT_REGION"} & environment.keys() and "region" in found:
        config["region"] = found["region"]
    return config


def _section(file: str | Path, name: str) -> dict[str, str]:
    """A section of a configuration file; empty if there is none."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(Path(file).expanduser(), encoding="utf-8")
    except (ConfigError, OSError, UnicodeDecodeError):
        return {}
    return dict(parser[name]) if parser.has_section(name) or name == parser.default_section else {}
