"""server.cli: `playgraph export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analysis.formats import FORMATS, Format
from datastore.base.plural import counted
from server.cli.options import FILE, data_option, demo_option, setting_option, settings_of
from server.cli.snapshots_storage import fetch_live

__all__ = ["export"]


class _TableName(click.ParamType[str]):
    """The name of an exported table; names are looked up when one is given."""

    name = "name"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        """Raises BadParameter for an unknown name."""
        from analysis.exported import EXPORTED

        if value not in EXPORTED:
            self.fail(f"{value!r}: the tables are {', '.join(EXPORTED)}.", param, ctx)
        return value


@click.command()
@click.argument("dest", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="parquet",
    show_default=True,
    help="Files to write. duckdb needs the extra playgraph[duckdb].",
)
@click.option(
    "--table",
    "tables",
    type=_TableName(),
    multiple=True,
    metavar="NAME",
    help="Export this table only. Repeat the option for several.  [default: all]",
)
@data_option
@demo_option
@setting_option("users", "WHAT")
def export(dest: Path, form: Format, tables: tuple[str, ...], *, demo: bool, **given: Any) -> None:
    """Export the tables of the live snapshot to DEST.

    Writes a folder with one file per table, or one DuckDB file. References are keys (app_id,
    user_id) and names instead of row numbers. DEST must not exist.
    """
    from analysis.export import export as write
    from server.cli.folder import open_store

    def progress(name: str, rows: int) -> None:
        click.echo(f"{name}: {counted(rows, 'row')}")

    settings = settings_of(storage=True, **given)
    fetch_live(settings)
    store = open_store(settings, demo=demo)
    written = write(store, dest, form, tables, progress)
    click.echo(f"Exported {counted(len(written), 'table')} to {dest}.")
