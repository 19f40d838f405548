"""server.cli: `playgraph doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from server.cli.console import print_json
from server.cli.options import data_option, json_option, setting_option

if TYPE_CHECKING:
    from server.cli.checks import Check

__all__ = ["doctor"]


@click.command()
@data_option
@setting_option("host", "ADDRESS")
@setting_option("port", "N")
@setting_option("workers", "N")
@setting_option("metrics_port", "N")
@json_option
def doctor(*, as_json: bool, **given: Any) -> None:
    """Report problems of an installation, each with its remedy.

    Checks versions, compiled packages, settings, memory, cores, the data folder or object storage,
    snapshots, the pages and the port. Exits with code 1 if something prevents serving.
    """
    found = []
    for check in _checks(given):
        found.append(check)
        if not as_json:
            click.echo(f"{check.status:<8} {check.name:<12} {check.found}")
            if check.advice:
                click.echo(f"{'':<21} {check.advice}")
    errors = sum(check.status == "error" for check in found)
    warnings = sum(check.status == "warning" for check in found)
    if as_json:
        print_json({"serves": not errors, "checks": [check._asdict() for check in found]})
    else:
        click.echo(_verdict(errors, warnings))
    if errors:
        sys.exit(1)


def _verdict(errors: int, warnings: int) -> str:
    from datastore.base.plural import counted

    noted = f" {counted(warnings, 'warning')}." if warnings else ""
    if errors:
        return f"{counted(errors, 'error')}: playgraph cannot serve.{noted}"
    return f"Nothing prevents serving.{noted}"


def _checks(given: dict[str, Any]) -> Iterator[Check]:
    """All checks, as they are done. Settings that cannot be read leave out those that need them."""
    from datastore.base.environment import load_settings
    from datastore.base.errors import SettingsError
    from server.cli import checks
    from server.cli.checks_data import check_data

    yield from checks.check_packages()
    yield from checks.check_wheels()
    try:
        settings = load_settings(options=given)
        yield from checks.check_settings()
    except SettingsError as error:
        yield checks.check_failed(error)
        return
    yield from checks.check_machine(settings)
    yield from check_data(settings)
    yield from checks.check_pages()
    yield from checks.check_port(settings)
