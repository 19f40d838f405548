"""Functions that write objects: what they write, and which of them are kept."""

from __future__ import annotations

import pytest

from server.execution.compiled import rows as module
from server.execution.compiled.rows import rows, whole

NAMES, CONSTANTS = ("a", "kind", "b"), (None, '"Book"', None)


@pytest.mark.parametrize("size", [1, 2_000])
def test_columns_become_objects(size: int) -> None:
    long = "a" * size
    write = rows((long, "kind", "b"), CONSTANTS)
    assert write(zip(["1", "2"], ["null", "[]"], strict=True)) == [
        f'{{"{long}":1,"kind":"Book","b":null}}',
        f'{{"{long}":2,"kind":"Book","b":[]}}',
    ]


@pytest.mark.parametrize("size", [1, 2_000])
def test_an_object_is_written_from_what_is_read_of_it_and_other_texts(size: int) -> None:
    long = "a" * size
    write = whole((long, "kind", "b"), CONSTANTS, (True, False))([10, 20].__getitem__, str)
    assert write(1, "[]") == f'{{"{long}":20,"kind":"Book","b":[]}}'


def test_an_object_may_be_constant() -> None:
    assert whole(("kind",), ('"Book"',), ())()(7) == '{"kind":"Book"}'


def test_functions_for_long_names_are_not_kept() -> None:
    """A client could fill the memory with them."""
    before = [kept.cache_info().currsize for kept in (module._rows, module._whole)]
    for number in range(5):
        names = (f"a{number}" * 1_000, "kind", "b")
        rows(names, CONSTANTS)
        whole(names, CONSTANTS, (True, True))
    assert [kept.cache_info().currsize for kept in (module._rows, module._whole)] == before
    assert rows(NAMES, CONSTANTS) is rows(NAMES, CONSTANTS)
