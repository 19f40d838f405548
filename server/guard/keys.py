"""server.guard: API keys: a file of their hashes in the data folder.

A key is 256 random bits, so that its plain SHA-256 can be kept: nobody can try all of them.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from filelock import FileLock

from datastore.base.errors import SettingsError

__all__ = ["Key", "KeyFile"]

logger = logging.getLogger("playgraph.keys")

_FILE = "keys.json"
#: What keys begin with, so that scanners of published code recognise them.
_PREFIX = "playgraph_"
_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Key(msgspec.Struct, frozen=True, omit_defaults=True):
    """An API key without its text: name, SHA-256, day and time of creation (ISO 8601, UTC), and the
    cost per second that it may use; None for the setting's."""

    name: str
    sha256: str
    created: str
    rate: float | None = None


class KeyFile:
    """The API keys of a data folder. Changes by other processes are seen at the next use."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / _FILE
        self._keys: tuple[Key, ...] = ()
        self._read_at: tuple[int, ...] = ()
        self._problem = ""

    def listed(self) -> tuple[Key, ...]:
        """The keys, oldest first. Raises SettingsError if they cannot be read."""
        state = self._state()
        if state != self._read_at:
            self._keys = self._read() if state else ()
            self._read_at = state
        return self._keys

    def find(self, text: str) -> Key | None:
        """The key with this text; None if it is unknown.

        If the file cannot be read, the keys that were read before stay valid.
        """
        try:
            keys, problem = self.listed(), ""
        except SettingsError as error:
            keys, problem = self._keys, str(error)
        if problem and problem != self._problem:
            logger.error("%s Until then, the previous keys are valid.", problem)
        self._problem = problem
        digest = _digest(text)
        # All are compared, each in constant time.
        found = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
        return found[0] if found else None

    def add(self, name: str, rate: float | None = None) -> str:
        """Add a key and return its text, which is kept nowhere.

        Raises SettingsError for an invalid or a used name.
        """
        if not _NAME.fullmatch(name):
            raise SettingsError(
                f"The name {name!r} is invalid: use at most 64 letters, digits and . _ @ -"
            )
        with self._locked():
            keys = self.listed()
            if any(key.name == name for key in keys):
                raise SettingsError(
                    f"There is a key called {name!r}: revoke it, or choose another name."
                )
            text = _PREFIX + secrets.token_urlsafe(_BYTES)
            created = datetime.now(UTC).isoformat(timespec="seconds")
            self._write([*keys, Key(name, _digest(text), created, rate)])
        return text

    def revoke(self, name: str) -> None:
        """Delete a key. Raises SettingsError if there is none of this name."""
        with self._locked():
            keys = self.listed()
            kept = [key for key in keys if key.name != name]
            if len(kept) == len(keys):
                raise SettingsError(f"There is no key called {name!r}.")
            self._write(kept)

    def _locked(self) -> FileLock:
        if not self.path.parent.is_dir():
            raise SettingsError(
                f"{self.path.parent} is not a folder: build a snapshot there first."
            )
        return FileLock(self.path.with_name(f".{_FILE}.lock"))

    def _state(self) -> tuple[int, ...]:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(error.strerror) from error
        return stat.st_ino, stat.st_ctime_ns, stat.st_size

    def _read(self) -> tuple[Key, ...]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=tuple[Key, ...])
        except OSError as error:
            raise self._unreadable(error.strerror) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error

    def _write(self, keys: list[Key]) -> None:
        fresh = self.path.with_name(f".unfinished-{_FILE}")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(keys), indent=1))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def _unreadable(self, reason: object) -> SettingsError:
        return SettingsError(f"{self.path} cannot be read ({reason}): restore it or delete it.")


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogateescape")).hexdigest()
