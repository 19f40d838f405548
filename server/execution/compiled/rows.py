"""server.execution.compiled: the JSON texts of fields to the texts of objects.

The only generated code: functions with one f-string per set of response names, which takes half
the time of any formatting by a library function. Response names are letters, digits and
underscores, so that they need no escaping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

__all__ = ["Rows", "Whole", "rows", "whole"]

#: Makes the JSON texts of objects from the texts of their fields.
Rows = Callable[[Iterable[Sequence[str]]], list[str]]
#: Makes the JSON text of an object from it and from the texts of the fields that are not read.
Whole = Callable[..., str]


#: Most functions of each kind that are kept, and the most characters of their names.
_KEPT, _LONGEST = 500, 1_000
#: What the functions may refer to besides their arguments: nothing.
_GLOBALS: dict[str, Any] = {}


def rows(names: tuple[str, ...], constants: tuple[str | None, ...]) -> Rows:
    """A function for objects with these response names, in order.

    `constants` has the JSON text of each field that is the same for all objects, and None for each
    field with a column. At least one field has a column.
    """
    make = _rows if sum(map(len, names)) <= _LONGEST else _rows.__wrapped__
    return make(names, constants)


@lru_cache(_KEPT)
def _rows(names: tuple[str, ...], constants: tuple[str | None, ...]) -> Rows:
    variables = [f"v{index}" for index, text in enumerate(constants) if text is None]
    template = _template(names, constants, variables)
    source = f"lambda objects: [f'{template}' for ({', '.join(variables)},) in objects]"
    function: Rows = eval(source, _GLOBALS)  # noqa: S307
    return function


def whole(
    names: tuple[str, ...], constants: tuple[str | None, ...], is_read: tuple[bool, ...]
) -> Callable[..., Whole]:
    """A function that takes, for each field that is read, what reads its value of an object and
    what encodes it, and returns what makes the text of an object.

    `is_read` has an entry for each field with a column.
    """
    make = _whole if sum(map(len, names)) <= _LONGEST else _whole.__wrapped__
    return make(names, constants, is_read)


@lru_cache(_KEPT)
def _whole(
    names: tuple[str, ...], constants: tuple[str | None, ...], is_read: tuple[bool, ...]
) -> Callable[..., Whole]:
    given, texts, expressions = [], ["source"], []
    for index, reads in enumerate(is_read):
        if reads:
            given += [f"read{index}", f"encode{index}"]
            expressions.append(f"encode{index}(read{index}(source))")
        else:
            texts.append(f"v{index}")
            expressions.append(f"v{index}")
    template = _template(names, constants, expressions)
    source = f"lambda {', '.join(given)}: lambda {', '.join(texts)}: f'{template}'"
    function: Callable[..., Whole] = eval(source, _GLOBALS)  # noqa: S307
    return function


def _template(
    names: Sequence[str], constants: Sequence[str | None], expressions: Iterable[str]
) -> str:
    """The inside of an f-string, with these expressions for the fields that are not constant."""
    expression = iter(expressions)
    members = [
        f'"{name}":{{{next(expression)}}}' if text is None else f'"{name}":{text}'
        for name, text in zip(names, constants, strict=True)
    ]
    return "{{" + ",".join(members) + "}}"
