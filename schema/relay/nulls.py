"""schema.relay: null for an argument means its default, because typed clients send null."""

from __future__ import annotations

from typing import Any

from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

__all__ = ["NullMeansDefault"]


class NullMeansDefault(FieldExtension):
    """Makes arguments with a default nullable, and replaces null with the default.

    `defaults` maps the Python name of each such argument to its default.
    """

    def __init__(self, field: StrawberryField) -> None:
        self.defaults = {
            argument.python_name: argument.default for argument in _with_default(field)
        }

    def apply(self, field: StrawberryField) -> None:
        for argument in _with_default(field):
            if not isinstance(argument.type, StrawberryOptional):
                argument.type_annotation = StrawberryAnnotation(StrawberryOptional(argument.type))

    def map_arguments(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.defaults.get(name) if value is None else value
            for name, value in kwargs.items()
        }


def _with_default(field: StrawberryField) -> list[StrawberryArgument]:
    # Without a default, or with a default of null, nothing is replaced.
    return [argument for argument in field.arguments if argument.default not in (UNSET, None)]
