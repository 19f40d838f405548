"""etl.snapshot: permanently deleted users, stored only as keyed hashes of their ids.

BLAKE2 keyed hashing (RFC 7693), 16 bytes, with a random key that never leaves the data folder.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import forgotten_digest

__all__ = ["ForgottenUsers"]

_TOKEN = re.compile(r"""[^\s'",:{}\[\]()\\]+""")


class ForgottenUsers:
    """The list of forgotten users of a data folder.

    Raises SnapshotError when it is there but cannot be read: nothing may be built without it.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "forgotten.json"
        try:
            kept = json.loads(self._path.read_bytes())
            self._key = bytes.fromhex(kept["key"])
            self._hashes = set(kept["hashes"])
        except FileNotFoundError:
            self._key, self._hashes = secrets.token_bytes(32), set()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotError(
                f"{self._path} cannot be read ({error}). It lists the users that must "
                "stay excluded: restore it from a backup."
            ) from error

    def __len__(self) -> int:
        return len(self._hashes)

    @property
    def digest(self) -> str:
        """A hash that identifies the list; "" for an empty list."""
        return forgotten_digest(self._hashes)

    def add(self, user_ids: Iterable[str]) -> None:
        """Add users to the list, and write it to disk."""
        self._hashes |= {self._hash(user_id) for user_id in user_ids}
        content = {"key": self._key.hex(), "hashes": sorted(self._hashes)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f".unfinished-{self._path.name}")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def covers(self, user_id: str) -> bool:
        """Whether this user is on the list."""
        return bool(self._hashes) and self._hash(user_id) in self._hashes

    def named_in(self, text: str) -> bool:
        """Whether a text contains the id of a user on the list, delimited as in dumps."""
        return bool(self._hashes) and any(map(self.covers, set(_TOKEN.findall(text))))

    def _hash(self, user_id: str) -> str:
        return blake2b(user_id.strip().encode(), key=self._key, digest_size=16).hexdigest()
