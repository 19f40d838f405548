"""server.execution.compiled: the values of a field to JSON texts, for all sources at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain, islice
from types import NoneType
from typing import Any

from graphql import GraphQLLeafType, is_leaf_type
from graphql.pyutils import Undefined

from server.execution.compiled.arguments import Arguments
from server.execution.compiled.careful import Finish, checked, rebuilt
from server.execution.compiled.fields import Batch, Complete, Field, Texts, batched
from server.execution.compiled.leaves import leaf_texts, text_of
from server.execution.compiled.run import Failure, Frame, Run
from server.execution.encoding import octets

__all__ = ["Below", "columns", "composites", "fragments", "leaves"]

#: The texts of the objects among the values of a field; the second argument are the values, the
#: third one the objects in them.
Below = Callable[[Run, Frame, Sequence[Any], Sequence[Any]], Sequence[Any]]

_LISTS = {list, tuple}


def leaves(field: Field, kind: GraphQLLeafType) -> Complete:
    """Completes a field of scalars or enums, or of lists of them."""
    depth = len(field.nullable) - 1
    encode = leaf_texts(kind, field.nullable[-1])

    carefully = partial(_careful_leaves, field, kind)

    def complete(run: Run, frame: Frame, values: Sequence[Any]) -> Sequence[Any]:
        try:
            texts, size = octets(encode(values))
        except Exception:
            return carefully(run, frame, values)
        run.take(size)
        return texts

    def complete_lists(run: Run, frame: Frame, values: Sequence[Any]) -> list[Any]:
        if not _LISTS.issuperset(map(type, values)):
            return carefully(run, frame, values)
        run.require(2 * sum(map(len, values)))
        try:
            texts, size = octets(encode(list(chain.from_iterable(values))))
        except Exception:
            return carefully(run, frame, values)
        run.take(size + len(texts))
        return _regrouped(values, texts)

    return (complete, complete_lists, carefully)[min(depth, 2)]


def _careful_leaves(
    field: Field, kind: GraphQLLeafType, run: Run, frame: Frame, values: Sequence[Any]
) -> list[Any]:
    def finish(run: Run, frame: Frame, index: int, value: Any) -> str:
        return text_of(kind, value)

    found, plain = checked(run, frame, field, values, finish)
    texts, size = octets(plain)
    run.take(size)
    return rebuilt(field, found, texts)


def composites(
    field: Field, below: Below, finish: Finish | None = None, usual: type | None = None
) -> Complete:
    """Completes a field of objects, or of lists of them.

    `finish` checks each object that is not of the class `usual`; None if all may be there.
    """
    depth = len(field.nullable) - 1
    classes = _ANY if finish is None else _only(usual)
    carefully = partial(_careful_objects, field, below, finish or _unchanged)

    def complete(run: Run, frame: Frame, values: Sequence[Any]) -> Sequence[Any]:
        if (len(values) == 1 and values[0].__class__ in classes) or values is frame.sources:
            texts = below(run, frame, values, values)
            return rebuilt(field, values, texts) if run.failures else texts
        kinds = set(map(type, values))
        has_nulls = NoneType in kinds
        if has_nulls:
            kinds.discard(NoneType)
        is_usual = kinds <= classes or _are_usual(kinds, classes)
        if (has_nulls and not field.nullable[0]) or not is_usual:
            return carefully(run, frame, values)
        objects = [value for value in values if value is not None] if has_nulls else values
        texts = below(run, frame, values, objects) if objects else []
        if run.failures:
            return rebuilt(field, values, texts)
        if has_nulls:
            known = iter(texts)
            return ["null" if value is None else next(known) for value in values]
        return texts

    def complete_lists(run: Run, frame: Frame, values: Sequence[Any]) -> list[Any]:
        if not _LISTS.issuperset(map(type, values)):
            return carefully(run, frame, values)
        objects = values[0] if len(values) == 1 else list(chain.from_iterable(values))
        kinds = set(map(type, objects))
        if not (kinds <= classes or _are_usual(kinds, classes)):
            return carefully(run, frame, values)
        texts = below(run, frame, values, objects) if objects else []
        if run.failures:
            return rebuilt(field, values, texts)
        return _regrouped(values, texts)

    return (complete, complete_lists, carefully)[min(depth, 2)]


def _careful_objects(
    field: Field, below: Below, finish: Finish, run: Run, frame: Frame, values: Sequence[Any]
) -> list[Any]:
    found, objects = checked(run, frame, field, values, finish)
    texts = below(run, frame, found, objects) if objects else []
    return rebuilt(field, found, texts)


_UNUSUAL = (Exception, NoneType, type(Undefined))
#: The classes of objects that need not be checked, where all may be there; as many as there are in
#: the program.
_ANY: set[type] = set()


@cache
def _only(usual: type | None) -> set[type]:
    return set() if usual is None else {usual}


def _are_usual(kinds: set[type], classes: set[type]) -> bool:
    """Whether objects of these classes need not be checked; known ones are in `classes`."""
    if classes is not _ANY or any(issubclass(kind, _UNUSUAL) for kind in kinds):
        return False
    classes.update(kinds)
    return True


def _unchanged(run: Run, frame: Frame, index: int, value: Any) -> Any:
    return value


def columns(field: Field, batch: Batch, arguments: Arguments, ordinary: Texts) -> Texts:
    """The texts of leaf values from a batch; the `ordinary` ones if it raises an error."""
    if len(field.nullable) > 1:
        return _careful_columns(field, batch, arguments, ordinary)
    assert is_leaf_type(field.kind)
    encode = leaf_texts(field.kind, field.nullable[0])
    evaluated, constant = arguments

    def texts(run: Run, frame: Frame) -> Sequence[Any]:
        try:
            given = evaluated(run.variables) if constant is None else constant
            texts, size = octets(encode(batch(run.context, frame.sources, **given)))
        except Exception:
            return _careful_columns(field, batch, arguments, ordinary)(run, frame)
        run.room -= size
        if run.room < 0:
            run.take(0)
        return texts

    return texts


def _careful_columns(field: Field, batch: Batch, arguments: Arguments, ordinary: Texts) -> Texts:
    assert is_leaf_type(field.kind)
    return batched(batch, arguments, ordinary, leaves(field, field.kind))


def fragments(field: Field, batch: Batch, arguments: Arguments, ordinary: Texts) -> Texts:
    """The texts of a field whose batch returns JSON texts; those of `ordinary` if the batch raises
    an error."""
    evaluated, constant = arguments

    def texts(run: Run, frame: Frame) -> Sequence[Any]:
        try:
            given = evaluated(run.variables) if constant is None else constant
            texts = batch(run.context, frame.sources, **given)
        except Exception:
            return ordinary(run, frame)
        try:
            run.room -= len("".join(texts))  # in half the time of a sum
        except TypeError:  # there are exceptions among them
            return _without_errors(field, run, frame, texts)
        if run.room < 0:
            run.take(0)
        return texts

    return texts


def _without_errors(field: Field, run: Run, frame: Frame, texts: Sequence[Any]) -> Sequence[Any]:
    found = list(texts)
    for index, text in enumerate(texts):
        if isinstance(text, Exception):
            run.failures.append(Failure(frame, index, field, (), text))
            found[index] = "null" if field.nullable[0] else None
    run.take(sum(len(text) for text in found if text is not None))
    return found


def _regrouped(lists: Sequence[Sequence[Any]], texts: Sequence[str]) -> list[str]:
    """The texts of lists from those of all of their entries."""
    if len(lists) == 1:
        return [f"[{','.join(texts)}]"]
    entries = iter(texts)
    return [f"[{','.join(islice(entries, size))}]" for size in map(len, lists)]
