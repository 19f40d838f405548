"""etl.games: library lines in the published notation, parsed without an object per item.

Nearly all of a dump of libraries is the same few thousand texts again and again: `'10',
'item_name': 'Counter-Strike'` occurs once for each owner of the game. So a line is split
around its playtimes, and the text between two of them is looked up whole. It is parsed once, when
it is new, and checked byte by byte: a line that is accepted has just the shape below,
so what is read from it is what `etl.raw.literals` would read. All other lines are left to that.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from etl.games.values import MOST_MINUTES
from etl.raw.literals import Unreadable, decode

__all__ = ["LibraryLine", "LineParser", "int32", "playtime"]

#: Games that are remembered as spelled, eight times the published catalogue: what has more is
#: read more slowly, not in more memory.
_MOST_KNOWN = 1 << 18
#: Playtimes below this, nineteen of twenty, are remembered as spelled.
_COMMON_MINUTES = 1 << 12

_WORD = rb"""[!#-&(-\[\]-~]++"""  # what needs no escape in any notation, and no stripping
_TEXT = rb"""[ !#-&(-\[\]-~]*+"""
_DIGITS = rb"(?:0|[1-9][0-9]{0,17})"
_FRACTION = rb"(?:\.[0-9]{1,40})"
_SINGLE = rb"'[^'\\\x00-\x1f]*+(?:\\[ -~][^'\\\x00-\x1f]*+)*+'"
_DOUBLE = rb'"[^"\\\x00-\x1f]*+(?:\\[ -~][^"\\\x00-\x1f]*+)*+"'
#: Escapes that mean the same in JSON and in Python.
_JSON = rb'"[^"\\\x00-\x1f]*+(?:\\["\\bfnrtu][^"\\\x00-\x1f]*+)*+"'


class LibraryLine(NamedTuple):
    """One line: whose it is, how many items it says it lists, and does list.

    `games` are the bytes of int32 numbers and `playtimes` those of `playtime`, one of each for
    every item that says which game it is: numbers of a machine, since Python's own cost too much by
    the million.
    """

    user_id: str
    items_count: int | None
    listed: int
    games: bytes
    playtimes: bytes


def int32(number: int) -> bytes:
    """The bytes of a number."""
    return number.to_bytes(4, sys.byteorder)


def playtime(minutes: int, recent: int | None = None) -> bytes:
    """Minutes in all, and those of the last two weeks where known, as the bytes of a uint32: twice
    the minutes in all, plus 1 unless they are above 0 and all of the last two weeks.

    The greatest of several is the longest playtime; of equal ones, one that began earlier.
    """
    return (2 * minutes + (not minutes or minutes != recent)).to_bytes(4, sys.byteorder)


#: A game that was not played.
_NOT_PLAYED = playtime(0)


class LineParser:
    """The published shape of a line as Python 3, Python 2 and JSON spell it.

    `number(item_id, item_name)` gives a game its number. It is called when a spelling of a game is
    new, in the order of the dump, and never for a line that is not accepted.
    """

    def __init__(self, number: Callable[[str, str], int]) -> None:
        self._spellings = {
            b"'": _NotationParser(b"'%b'", b"(?:%b|%b)" % (_SINGLE, _DOUBLE), number),
            b"u": _NotationParser(b"u'%b'", b"u(?:%b|%b)" % (_SINGLE, _DOUBLE), number),
            b'"': _NotationParser(b'"%b"', _JSON, number),
        }

    def read(self, line: bytes) -> LibraryLine | None:
        """Take a line apart; None when it is spelled in any other way."""
        spelling = self._spellings.get(line[1:2])
        return spelling.read(line) if spelling else None


class _Other(Exception):
    """A piece that is spelled in another way."""


class _Game(msgspec.Struct):
    item_id: str
    item_name: str


_games_decoder = msgspec.json.Decoder(list[_Game])


class _NotationParser:
    """Plain fields in any order, then `items`, each of four fields in their published order.

    `key` shows how a text without escapes is quoted, `text` matches any text.
    """

    def __init__(self, key: bytes, text: bytes, number: Callable[[str, str], int]) -> None:
        words = (b"user_id", b"items_count", b"items", b"item_id", b"item_name")
        user, count, items, item, name = (key % word for word in words)
        open_quote, close_quote = key.split(b"%b")
        self._number = number
        other = key % (rb"(?!(?:user_id|items_count|items)\b)%b" % _WORD)
        field = rb"%b: %b|%b: (%b)|%b: (?:%b|%b)" % (
            user, key % (b"(%b)" % _WORD), count, _DIGITS, other, key % _TEXT, _DIGITS,
        )  # fmt: skip
        self._start = re.compile(
            rb"\{(?:(?:%b), )*+%b: \[(?:\{%b: |(\]\})\Z)" % (field, items, item)
        ).match
        #: `'playtime_forever': 5` and `'playtime_2weeks': 0}, {'item_id': ...` follow on it.
        self._separator = b", " + open_quote + b"playtime_"
        self._minutes = _Minutes(b"forever" + close_quote + b": ")
        recent = b"2weeks" + close_quote + b": "
        self._next = b"}, {" + item + b": "
        self._idle = recent + b"0" + self._next
        self._recent = _Minutes(recent)
        self._is_game = re.compile(rb"%b, %b: %b" % (key % _WORD, name, text)).fullmatch
        self._whole = b"{" + item + b": %b}"
        self._known: dict[bytes, bytes] = {}

    def read(self, line: bytes) -> LibraryLine | None:
        start = self._start(line)
        if start is None or start[1] is None:
            return None
        user_id = start[1].decode("ascii")
        count = int(start[2]) if start[2] else None
        if start[3]:
            return LibraryLine(user_id, count, 0, b"", b"")
        pieces = line.split(self._separator)
        if len(pieces) < 3 or len(pieces) % 2 == 0 or not pieces[-1].endswith(b"}]}"):
            return None
        end = pieces.pop()[:-3]
        pieces[0] = self._idle + pieces[0][start.end() :]  # now it is like those that follow
        spelled = pieces[::2]
        try:
            playtimes = b"".join(map(self._minutes.__getitem__, pieces[1::2]))
            recent = {len(spelled): self._recent[end]}
            games = self._numbered(spelled, recent)
            playtimes = _marked(playtimes, recent)
            return LibraryLine(user_id, count, len(games), b"".join(games), playtimes)
        except (_Other, Unreadable):
            return None

    def _numbered(self, spelled: list[bytes], recent: dict[int, bytes]) -> list[bytes]:
        """The number of each game. A text starts with the playtime of the game before in the last
        two weeks, which is added to `recent` by position."""
        games = list(map(self._known.get, spelled))
        new: list[tuple[int, bytes]] = []
        position = -1
        for _ in range(games.count(None)):  # played of late, which are known as idle ones, or new
            position = games.index(None, position + 1)
            before, _, game = spelled[position].partition(self._next)
            recent[position] = self._recent[before]  # raises unless it is a playtime
            games[position] = self._known.get(self._idle + game)
            if games[position] is None:
                new.append((position, game))
        if not new:
            return games  # type: ignore[return-value]
        # Nothing is numbered before all of the line is accepted.
        for (position, game), parsed in zip(
            new, self._parsed([game for _, game in new]), strict=True
        ):
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            number = int32(self._number(parsed.item_id, parsed.item_name))
            games[position] = self._known[self._idle + game] = number
        return games  # type: ignore[return-value]

    def _parsed(self, games: list[bytes]) -> list[_Game]:
        if all(map(self._is_game, games)):
            parsed = decode(b"[%b]" % b", ".join([self._whole % g for g in games]), _games_decoder)
            if all(isinstance(game, _Game) for game in parsed):
                return parsed
        raise _Other


def _marked(playtimes: bytes, recent: dict[int, bytes]) -> bytes:
    """The playtimes, those marked that are all of the last two weeks; `recent` are these at the
    position of the next game."""
    first = [
        position - 1
        for position, minutes in recent.items()
        if minutes == playtimes[4 * position - 4 : 4 * position] and minutes != _NOT_PLAYED
    ]
    if not first:
        return playtimes
    marked = array("I", playtimes)
    for position in first:
        marked[position] -= 1
    return marked.tobytes()


class _Minutes(dict[bytes, bytes]):
    """Playtimes by their spelling. Raises _Other for any other text."""

    def __init__(self, key: bytes) -> None:
        number = rb"((?:0|[1-9][0-9]{0,9})(%b)?)" % _FRACTION
        self._match = re.compile(re.escape(key) + number).fullmatch

    def __missing__(self, spelled: bytes) -> bytes:
        match = self._match(spelled)
        if match is None:
            raise _Other
        minutes = round(float(match[1])) if match[2] else int(match[1])  # as `values.minutes`
        if minutes > MOST_MINUTES:
            raise _Other
        encoded = playtime(minutes)
        if minutes < _COMMON_MINUTES:
            self[spelled] = encoded
        return encoded
