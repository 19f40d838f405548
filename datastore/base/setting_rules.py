"""datastore.base: one setting: its variable, its rule, and its value from a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import inspect

from datastore.base.errors import SettingsError
from datastore.base.visible import is_utf8, quoted

__all__ = ["PREFIX", "SHARE", "Setting", "declared_settings", "home_path"]

PREFIX = "PLAYGRAPH_"

#: The rule of a share, which may be given as a percentage.
SHARE = "a share such as 0.01 or 1%"
#: The rule of a path.
_PATH = "a path"
#: Addresses of object storage.
_STORAGE = re.compile(r"(?:s3|gs|gcs|file)://")
#: Other addresses, which are not folders either: `az://`, `https://`, also `S3://`.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Setting(msgspec.Struct, frozen=True):
    """One setting, as the command line and the documentation need it."""

    name: str
    type: Any
    default: Any  # None if it depends on the environment
    help: str
    rule: str  # allowed values, such as "a whole number from 0 to 65,535"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def check(self, value: object) -> None:
        """Raise SettingsError for an invalid value."""
        try:
            msgspec.convert(value, self.type)
        except msgspec.ValidationError:
            raise SettingsError(
                f"{self.variable} is {quoted(value)}: it must be {self.rule}."
            ) from None

    def parse(self, text: str) -> Any:
        """Convert a text to a value; an address of object storage stays a text. Raises ValueError
        with the rule that it breaks."""
        if self.name == "data_dir" and _STORAGE.match(text):
            return text
        if self.name == "data_dir" and _ADDRESS.match(text):
            raise ValueError(f"it must be {_PATH}, or an address with s3://, gs:// or file://")
        number = text.strip()
        try:
            if self.rule == SHARE and number.endswith("%"):
                number = str(float(number[:-1]) / 100)
            if self.rule != _PATH and re.fullmatch(r"\.\d+", number):
                number = f"0{number}"
            if "\0" in text:
                raise ValueError
            return msgspec.convert(number, self.type, strict=False, dec_hook=_path)
        except ValueError:
            raise ValueError(f"it must be {self.rule}") from None


def declared_settings(struct: type[msgspec.Struct]) -> tuple[Setting, ...]:
    """The fields of `struct` that are settings: those with a description."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(struct)}
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    types = get_type_hints(struct, include_extras=True)
    table = []
    for field in described.fields:
        if isinstance(field.type, inspect.Metadata):
            default = None if field.required else defaults[field.name]
            text = (field.type.extra_json_schema or {})["description"]
            rule = (field.type.extra or {}).get("rule") or _rule(
                types[field.name].__origin__, field.type.type
            )
            table.append(Setting(field.name, types[field.name], default, text, rule))
    return tuple(table)


def _rule(hint: Any, kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        kind = kind.types[0]
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(get_args(hint))}"  # msgspec sorts them
    if isinstance(kind, inspect.IntType):
        most = "" if kind.le is None else f" to {kind.le:,}"
        return f"a whole number {'from' if most else 'of at least'} {kind.ge}{most}"
    return _PATH if isinstance(kind, inspect.CustomType) else "non-empty text"


def _path(kind: type, text: Any) -> Path:
    if not text:
        raise ValueError
    path = home_path(Path(text).expanduser)
    if not is_utf8(path):  # it could not be written as text
        raise ValueError
    return path


def home_path(find: Callable[[], Path]) -> Path:
    """The path that `find` returns. Raises SettingsError if the home folder is unknown."""
    try:
        return find()
    except RuntimeError as error:  # HOME is unset, and the user is not in the password database
        raise SettingsError(
            f"The home folder is unknown ({error}): set HOME, or give a data folder with --data."
        ) from None
