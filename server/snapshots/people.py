"""server.snapshots: what this server shows of users and viewers, by its settings."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.people import People

__all__ = ["people_of"]

_FILE = "pseudonyms.key"
_BYTES = 32


def people_of(settings: Settings) -> People:
    """What the settings show of users and viewers.

    The secret of pseudonyms is that of the settings, else the one in the data folder. That is
    written when the first snapshot is opened. SettingsError is raised then if it cannot be read or
    written.
    """
    return People(settings.users, lambda: _secret(settings))


def _secret(settings: Settings) -> bytes:
    if settings.users_secret:
        return settings.users_secret.encode()
    path = settings.data_dir / _FILE
    try:
        if not path.exists():
            _create(path)
        secret = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read or written ({error.strerror}). Set PLAYGRAPH_USERS_SECRET, "
            "which replaces it."
        ) from error
    if len(secret) < _BYTES:
        raise SettingsError(
            f"{path} is damaged: it must hold at least {_BYTES} random bytes. Delete it to get new "
            "pseudonyms."
        )
    return secret


def _create(path: Path) -> None:
    """Write a secret, unless another process has done so meanwhile."""
    fresh = path.with_name(f".unfinished-{secrets.token_hex(8)}-{path.name}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # which a rename would replace
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
