"""server.cli: options shared by several commands, most of them derived from the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from datastore.base.environment import load_settings, unknown_variables
from datastore.base.errors import SettingsError
from datastore.base.plural import counted
from datastore.base.setting_rules import Setting
from datastore.base.settings import TABLE, Settings
from datastore.base.visible import is_utf8, quoted

if TYPE_CHECKING:
    from etl.sources.inputs import HashedFile
    from etl.subject import Subject

__all__ = [
    "ADDRESS",
    "FILE",
    "Files",
    "RawFilesCommand",
    "RequiredFilesCommand",
    "data_option",
    "demo_option",
    "dry_run_option",
    "force_option",
    "hashed_option",
    "jobs_option",
    "json_option",
    "max_rejects_option",
    "seed_option",
    "setting_option",
    "settings_of",
]


class _File(click.Path):
    """A path in UTF-8. An empty text, as of a variable that is not set, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it must be a path.", param, ctx)
        if not is_utf8(Path(value)):
            self.fail(f"{value} is not valid UTF-8.", param, ctx)
        return super().convert(value, param, ctx)


class _Address(click.types.StringParamType):
    """A path or another address of a file. An empty text is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it must be a path.", param, ctx)
        return super().convert(value, param, ctx)


FILE = _File(path_type=Path)
ADDRESS = _Address()
Files = dict[str, tuple[Path, ...]]
Command = TypeVar("Command", bound=Callable[..., Any])

_SETTINGS = {setting.name: setting for setting in TABLE}


def setting_option(
    name: str, metavar: str, text: str = "", option: str = ""
) -> Callable[[Command], Command]:
    """An option for a setting, with the setting's help and default, or with `text` as its help."""
    setting = _SETTINGS[name]
    text = text or f"{setting.help.replace('`', '')}{_default(setting)}"
    option = option or f"--{name.replace('_', '-')}"

    def parsed(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else setting.parse(value)
        except ValueError as error:
            raise click.BadParameter(f"{quoted(value)}: {error}.") from None

    return click.option(option, name, callback=parsed, metavar=metavar, help=text)


def _default(setting: Setting) -> str:
    return "" if setting.default in (None, "") else f"  [default: {setting.default}]"


data_option = setting_option(
    "data_dir",
    "DIR",
    "Folder of the snapshots, or its address in object storage.  [default: PLAYGRAPH_DATA_DIR, "
    "else ~/.local/share/playgraph]",
    "--data",
)
jobs_option = setting_option("jobs", "N")
seed_option = setting_option("seed", "N")
max_rejects_option = setting_option("max_rejects", "SHARE")
force_option = click.option(
    "--force",
    is_flag=True,
    help="Release even if the model is worse than the live one or no better than popularity, or "
    "if the data has drifted and PLAYGRAPH_DRIFT is stop.",
)


def _hashed(
    context: click.Context, parameter: click.Parameter, path: Path | None
) -> list[HashedFile]:
    from etl.sources.inputs import HashedFile

    return [] if path is None else msgspec.json.decode(path.read_bytes(), type=list[HashedFile])


hashed_option = click.option(
    "--hashed-json",
    "hashed",
    type=FILE,
    callback=_hashed,
    hidden=True,
    help="For a parent process: raw files that it has hashed (`HashedFile`), which are not hashed "
    "again.",
)
demo_option = click.option(
    "--demo", is_flag=True, help="Use the invented demo dataset; it is built if necessary."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would be removed without changing anything."
)


class RawFilesCommand(click.Command):
    """A command with one repeatable option per raw kind.

    Kinds are looked up when the options are needed, so that other commands do not import the build.
    The command is called with `files`: paths by name of the kind.
    """

    #: What the options take.
    file_type: click.Path | click.types.StringParamType = FILE

    @cached_property
    def _options(self) -> list[click.Parameter]:
        from etl.subjects import RAW_KINDS

        return [
            click.Option(
                [f"--{kind.name}"],
                type=self.file_type,
                multiple=True,
                metavar=f"[{kind.origins.noun.upper()}=]PATH" if kind.origins else "PATH",
                help=f"{kind.help} Repeat the option for several files, oldest first.",
            )
            for kind in RAW_KINDS.values()
        ]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The raw kinds' options, then the command's own."""
        return [*self._options, *super().get_params(ctx)]

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command with the given files."""
        names = [option.name for option in self._options]
        files = {name: ctx.params.pop(name) for name in names if name is not None}
        ctx.params["files"] = {name: paths for name, paths in files.items() if paths}
        return super().invoke(ctx)


class RequiredFilesCommand(RawFilesCommand):
    """A command that needs at least one file of every required kind of the subjects it is given
    files of, and at least one subject."""

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command with the given files."""
        from etl.subjects import SUBJECTS

        given = {name for option in self._options if ctx.params[name := str(option.name)]}
        subjects = [s for s in SUBJECTS if given & {kind.name for kind in s.kinds}]
        if not subjects:
            needed = " or ".join(" ".join(_required(subject)) for subject in SUBJECTS)
            raise click.UsageError(f"No file given. Give {needed}.", ctx)
        missing = [o for s in subjects for o in _required(s) if o.removeprefix("--") not in given]
        if missing:
            raise click.UsageError(
                f"Missing {counted(len(missing), 'option')}: {', '.join(missing)}.", ctx
            )
        return super().invoke(ctx)


def _required(subject: Subject) -> list[str]:
    """The options of a subject's required kinds."""
    return [f"--{kind.name}" for kind in subject.kinds if kind.required]


def settings_of(*, storage: bool = False, **options: Any) -> Settings:
    """The settings of a command, whose options take precedence. Warns of unknown variables. Raises
    SettingsError if the data is in object storage, unless the command knows `storage`."""
    settings = load_settings(options=options)
    if settings.storage and not storage:
        raise SettingsError(
            f"This command works in a folder, not in {settings.storage.partition('?')[0]}. Give it "
            "a folder with --data."
        )
    for variable, similar in unknown_variables().items():
        hint = f" Did you mean {similar}?" if similar else ""
        click.echo(f"playgraph: Unknown setting {variable} is ignored.{hint}", err=True)
    return settings
