"""etl.snapshot: the reports of a data folder, which go with their snapshots."""

from __future__ import annotations

from pathlib import Path

from datastore.base.snapshot import report_page, snapshot_path

__all__ = ["remove_orphaned_reports"]


def remove_orphaned_reports(data_dir: Path) -> None:
    """Remove the reports of snapshots that no longer exist."""
    for page in report_page(data_dir, "any").parent.glob("[!.]*.html"):
        if not snapshot_path(data_dir, page.stem).exists():
            page.unlink(missing_ok=True)
