"""Docstrings read from the source are those that Python keeps without -OO."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from schema import docstrings, games, query, users
from schema.docstrings import docstring


class Base:
    """Described here.

    With a second paragraph.
    """

    def method(self) -> None:
        """A method, in
        two lines."""

    class Inner:
        """Inside."""


class Derived(Base):
    def other(self) -> None:
        pass


def outer() -> Callable[[], None]:
    if True:

        def local() -> None:
            """Local."""

    return local


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with -OO, for the module that looks."""
    flags = SimpleNamespace(optimize=2)
    monkeypatch.setattr(docstrings, "sys", SimpleNamespace(flags=flags, modules=sys.modules))


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        (Base, "Described here.\n\nWith a second paragraph."),
        (Base.method, "A method, in\ntwo lines."),
        (Base.Inner, "Inside."),
        (Derived, "Described here.\n\nWith a second paragraph."),
        (Derived.other, None),
        (outer, None),
        (outer(), "Local."),
        (len, None),
    ],
)
def test_a_docstring_is_found_in_the_source(
    dropped: None, definition: Any, text: str | None
) -> None:
    assert docstring(definition) == text


@pytest.mark.parametrize("module", [games, query, users])
def test_the_schema_has_the_same_texts_from_the_source(dropped: None, module: Any) -> None:
    own = [value for value in vars(module).values() if isinstance(value, type)]
    own = [kind for kind in own if kind.__module__ == module.__name__]
    assert own
    for kind in own:
        assert docstring(kind) == inspect.getdoc(kind)
