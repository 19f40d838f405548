"""datastore: what answers show of users and viewers, who are real people.

A store that shows pseudonyms, or nobody, replaces all ids when it is opened: its tables, search
indices and orders know the pseudonyms only, so that nothing that reads the store can show an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any, Literal

import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import Forbidden
from datastore.order import Order
from datastore.pseudonyms import Pseudonyms

__all__ = ["MASK", "Mentions", "People", "Visibility"]

Visibility = Literal["open", "pseudonyms", "off"]
Arrays = dict[str, npt.NDArray[Any]]

#: Tables of people, and the column of their ids.
_IDS: Mapping[str, str] = {"users": "user_id", "viewers": "viewer_id"}

#: Replaces a user id in a text.
MASK = "[user]"
_CHUNK, _WORD = re.compile(r"\S+"), re.compile(r"\w+")
#: What may surround an id in a text. Ids may begin and end with hyphens and underscores.
_AROUND = ".,:;!?…'\"“”‘’()[]{}<>*~/\\|@#&+="
_PARTS = re.compile(rf"([\s{re.escape(_AROUND)}]+)")


class People:
    """What a store shows of users and viewers: everything, pseudonyms instead of ids, or nobody.

    `secret` returns the secret that the key of the pseudonyms is derived from; it is called once,
    when a snapshot is opened.
    """

    def __init__(self, shown: Visibility = "open", secret: Callable[[], bytes] = bytes) -> None:
        self.shown: Visibility = shown
        self._secret = secret

    @cached_property
    def secret(self) -> bytes:
        """The secret of the pseudonyms."""
        return self._secret()

    @property
    def are_named(self) -> bool:
        """Whether ids are shown."""
        return self.shown == "open"

    @property
    def are_hidden(self) -> bool:
        """Whether nobody is shown."""
        return self.shown == "off"

    def require(self) -> None:
        """Raise Forbidden if nobody is shown."""
        if self.are_hidden:
            raise Forbidden("This server does not show users and viewers.")

    def key(self, version: str) -> bytes:
        """The key of the pseudonyms of a snapshot. Each snapshot has another, so that a person
        cannot be followed from one to the next."""
        secret = blake2b(self.secret, person=b"playgraph users").digest()
        return blake2b(version.encode(), key=secret).digest()

    def replaced(
        self, tables: dict[str, pa.Table], arrays: Arrays, version: str
    ) -> tuple[dict[str, pa.Table], Arrays, dict[str, Order]]:
        """Tables and search indices with pseudonyms instead of ids, and the order of the rows of
        each table of people."""
        orders: dict[str, Order] = {}
        for name, column in _IDS.items():
            if name not in tables:
                continue
            table = tables[name]
            if self.are_named:
                orders[name] = Order(table.num_rows)
                continue
            pseudonyms = Pseudonyms(_texts(table, column), self.key(version), name)
            for replaced in (column, "search_key"):
                at = table.schema.get_field_index(replaced)
                table = table.set_column(at, table.schema.field(at), pseudonyms.column())
            tables = {**tables, name: table}
            index = pseudonyms.search_arrays()
            arrays = {**arrays, **{f"search_{name}_{part}": a for part, a in index.items()}}
            orders[name] = pseudonyms.order
        return tables, arrays, orders


class Mentions:
    """Masks the ids of users in texts."""

    def __init__(self, user_ids: Iterable[str]) -> None:
        self._ids = frozenset(user_ids)

    @classmethod
    def of(cls, users: pa.Table) -> Mentions:
        """Masks the ids of a table of users."""
        return cls(_texts(users, _IDS["users"]))

    def masked(self, text: str) -> str:
        """The text with a mask in place of each word that is the id of a user.

        >>> Mentions(["--ace--", "moon-7"]).masked("by --ace--, see /id/moon-7/ or moon")
        'by [user], see /id/[user]/ or moon'
        """
        if self._ids.isdisjoint(_words(text)):  # most texts; much faster
            return text
        return _CHUNK.sub(self._chunk, text)

    def _chunk(self, match: re.Match[str]) -> str:
        chunk = match[0]
        core = chunk.strip(_AROUND)
        if core in self._ids:
            return chunk.replace(core, MASK)
        return "".join(map(self._part, _PARTS.split(chunk)))

    def _part(self, part: str) -> str:
        if part in self._ids:
            return MASK
        bare = part.strip("-_")
        if bare != part and bare in self._ids:
            return part.replace(bare, MASK)
        return _WORD.sub(lambda word: MASK if word[0] in self._ids else word[0], part)


def _words(text: str) -> Iterator[str]:
    yield from _WORD.findall(text)
    for part in _PARTS.split(text):
        yield part
        yield part.strip("-_")
    for chunk in text.split():
        yield chunk.strip(_AROUND)


def _texts(table: pa.Table, column: str) -> Iterable[str]:
    for chunk in table.column(column).chunks:
        yield from chunk.to_pylist()
