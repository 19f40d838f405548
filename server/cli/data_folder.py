"""server.cli: the data folder that a command works in: a folder, or a copy of object storage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from datastore.base.errors import SnapshotError
from datastore.base.settings import Settings
from server.cli.console import fail

__all__ = ["as_stored", "data_address", "data_folder"]


def data_address(settings: Settings) -> str:
    """The value of `--data` for another command with the same data."""
    return settings.storage or str(settings.data_dir)


def as_stored(settings: Settings, text: str) -> str:
    """A message about a data folder, with the storage's address in place of its working copy."""
    if not settings.storage:
        return text
    from etl.snapshot.addresses import name_of

    return text.replace(str(_copy(settings)), name_of(settings.storage))


def _copy(settings: Settings) -> Path:
    """The working copy of the storage, next to the cache of servers."""
    return settings.data_dir.with_name(f"{settings.data_dir.name}-work")


@contextmanager
def data_folder(
    settings: Settings,
    *,
    whole: Iterable[str | None] = (None,),
    sources: bool = False,
    writes: bool = True,
    may_be_empty: bool = False,
) -> Iterator[Path]:
    """The data folder of the settings.

    For an address in object storage, a working copy next to the cache of servers, with the
    documents of all snapshots. `whole` are those whose data is needed, by the beginning of their
    version, None for the live one; `sources` are needed to build. If the context is left without
    an error, what `writes` has changed is written back, and a new live snapshot is released there.
    Raises SnapshotError if the storage cannot be used, if it has no snapshot unless it
    `may_be_empty`, or if somebody else has released a snapshot meanwhile.
    """
    if not settings.storage:
        yield settings.data_dir
        return
    from datastore.base.snapshot import current_version
    from etl.snapshot.lock import hold
    from etl.snapshot.mirror import Mirror
    from etl.snapshot.objects import Objects

    mirror = Mirror(Objects(settings.storage), _copy(settings))
    name = mirror.objects.name
    mirror.folder.mkdir(parents=True, exist_ok=True)
    other = f"Another playgraph command on this machine is working on {name}."
    with hold(mirror.folder, "mirror.lock", other):
        mirror.fetch(sources=sources)
        if mirror.empty and not may_be_empty:
            raise SnapshotError(
                f"No snapshot in {name}: build one there with playgraph build, or copy one there "
                "with playgraph snapshots push."
            )
        try:
            for version in whole:
                mirror.complete(version)
            yield mirror.folder
        except SnapshotError as error:
            error.args = tuple(as_stored(settings, str(part)) for part in error.args)
            raise
        if not writes:
            return
        try:
            copied = mirror.write_back()
        except KeyboardInterrupt:
            fail(
                f"Interrupted while the changes were copied to {name}: the live snapshot there is "
                "the previous or the new one. Run the same command again.",
                130,
            )
        if copied:
            released = current_version(mirror.folder) != mirror.live
            verb = "Released in" if released else "Written to"
            click.echo(f"{verb} {name}: {copied / 1e6:,.1f} MB copied.", err=True)
