"""datastore.base: what may be written where: nothing of a user's into a data folder."""

from __future__ import annotations

from pathlib import Path

from datastore.base.errors import PlaygraphError

__all__ = ["require_folder", "require_outside_of_data"]

#: What only a data folder has next to `snapshots`; one of them is enough.
_SIGNS = ("current", "sources", "lock")


def require_outside_of_data(path: Path, *allowed: str) -> None:
    """Raise PlaygraphError if a path is in a data folder or is one, except in its folders of the
    `allowed` names."""
    whole = path.absolute().resolve()
    for folder in (whole, *whole.parents):
        if not (folder / "snapshots").is_dir():
            continue
        if any((folder / sign).exists() for sign in _SIGNS):
            if whole.relative_to(folder).parts[:1] not in [(name,) for name in allowed]:
                raise PlaygraphError(
                    f"{path} is in the data folder {folder}, where playgraph keeps its snapshots: "
                    "choose a place outside of it."
                )
            return


def require_folder(path: Path) -> None:
    """Raise PlaygraphError if a path is not a folder, and cannot become one because it or a part
    of it is a file."""
    for part in (path, *path.absolute().parents):
        if part.is_dir():
            return
        if part.exists():
            raise PlaygraphError(f"{part} is a file, but a folder is needed: choose another name.")
