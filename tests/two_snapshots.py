"""A data folder with two snapshots whose answers differ."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import world
from datastore.base.snapshot import snapshot_path
from datastore.store import Store
from etl.snapshot.pointer import point
from harness import build_snapshot

__all__ = ["Two", "flip"]


@dataclass(frozen=True)
class Two:
    """A data folder with two snapshots; the new one knows a user more."""

    data: Path
    old: str
    new: str

    @classmethod
    def build(cls, folder: Path) -> Two:
        """Build both."""
        files = world.write(folder / "raw")
        old = build_snapshot(files, folder / "data").name
        item = {"item_id": "10", "item_name": "Alpha Strike", "playtime_forever": 5}
        with files.paths("items")[0].open("a", encoding="utf-8") as lines:
            lines.write(f"{ {'user_id': 'newcomer', 'items_count': 1, 'items': [item]} }\n")
        return cls(folder / "data", old, build_snapshot(files, folder / "data").name)

    def copy(self, folder: Path, live: str) -> Two:
        """A copy to work on, in which this version is live."""
        shutil.copytree(self.data, folder / "data")
        found = Two(folder / "data", self.old, self.new)
        found.use(live)
        return found

    def use(self, version: str) -> None:
        point(self.data, version)

    def path(self, version: str) -> Path:
        return snapshot_path(self.data, version)

    def open(self, version: str) -> Store:
        return Store.open(self.path(version))

    def users(self, version: str) -> int:
        return len(world.USERS) + (version == self.new)


def flip(path: Path) -> None:
    """Change the last byte of a file in place."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
