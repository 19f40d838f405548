"""etl.raw: one record of a raw dump as an object. JSON or a Python literal, never `eval`.

A record that may be JSON is parsed as JSON: by a typed decoder (msgspec), else by `json`, which
accepts bare NaN and Infinity. Anything else is read as a Python literal, in three steps, each with
the same answer as the next, slower one:

1. a quote-aware translation to JSON and the typed decoder;
2. the same, string by string, where the record has escapes or words that JSON lacks;
3. `ast.literal_eval`, with JSON's words (`true`, `null`, `NaN`) and `nan` read like Python's.
"""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec

__all__ = ["Unreadable", "decode", "parse"]

T = TypeVar("T")

_plain: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
#: Longest line, in bytes, that `ast.literal_eval` is given: it takes up to 500 times the memory.
_MOST_EVALUATED = 1 << 19
#: Pieces that are held at once; joining takes 80 bytes for each.
_MOST_PIECES = 1 << 18
#: More digits than Python reads as one number, where a decoder that skips a field would not mind.
_MANY_DIGITS = b"0" * 4301
_DIGITS_AS_0 = bytes.maketrans(b"123456789", b"0" * 9)


class Unreadable(ValueError):
    """A record that is neither JSON nor a Python literal."""


def decode(line: bytes, decoder: msgspec.json.Decoder[T] = _plain) -> T | Any:
    """The line as the decoder's type, or as plain objects if it does not have that type.

    Raises Unreadable when the line is not a literal at all.
    """
    if not line.isascii():
        _utf8(line)  # a decoder that skips a field would skip its bytes unseen
    if len(line) >= len(_MANY_DIGITS) and _MANY_DIGITS in line.translate(_DIGITS_AS_0):
        return parse(line)
    if _may_be_json(line):
        decoded = _decoded(line, decoder)
        if decoded is _FAILED:
            decoded = _json(line)
        if decoded is not _FAILED:
            return decoded
    for translate in (_split, _tokenized):
        candidate = translate(line)
        if candidate is not None:
            decoded = _decoded(candidate, decoder)
            if decoded is not _FAILED:
                return decoded
    return _literal(line)


_FAILED: Any = object()


def _decoded(line: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    for attempt in (decoder, _plain):
        try:
            return attempt.decode(line)
        except msgspec.ValidationError:
            continue  # it may be sound, and not of the decoder's type
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            break
    return _FAILED


#: A Python literal may begin like this, too: what is not JSON is read as one.
_JSON_START = re.compile(rb'\{\s*["}]|\[').match


def _may_be_json(line: bytes) -> bool:
    return line.startswith(b'{"') or _JSON_START(line) is not None


def _json(line: bytes) -> Any:
    try:
        return _repair(json.loads(_utf8(line), parse_constant=_constant))
    except (ValueError, RecursionError):
        return _FAILED


def parse(line: bytes) -> Any:
    """The record as plain objects, by the slowest step. Raises Unreadable.

    NaN means a missing value and becomes None. Halves of a surrogate pair, as narrow builds
    of Python 2 wrote them, are joined; a lone half becomes U+FFFD.
    """
    decoded = _json(line) if _may_be_json(line) else _FAILED
    return _literal(line) if decoded is _FAILED else decoded


def _literal(line: bytes) -> Any:
    text = _utf8(line)
    if "\0" in text:
        raise Unreadable(f"a null byte at character {text.index(chr(0)) + 1}")
    if len(line) > _MOST_EVALUATED:
        raise Unreadable(
            f"it has more than {_MOST_EVALUATED:,} bytes and is neither JSON nor a literal of "
            "strings, numbers, lists and dictionaries"
        )
    try:
        with warnings.catch_warnings():
            # '\d' is a backslash and a d; the warning is a DeprecationWarning before Python 3.12.
            warnings.simplefilter("ignore")
            return _repair(ast.literal_eval(_with_json_words(text)))
    except SyntaxError as error:
        where = f" at character {error.offset}" if error.offset else ""
        raise Unreadable(f"{error.msg}{where}") from None
    except (ValueError, TypeError) as error:
        problem = str(error).split(" on line")[0]  # the rest is a memory address
        if problem == "malformed node or string":
            problem = "a name or expression where a value is expected"
        raise Unreadable(f"not a literal: {problem[:80]}") from None
    except (RecursionError, MemoryError):
        raise Unreadable("nested too deeply") from None


#: Names in JSON and repr(float), and their values in Python. NaN means a missing value.
_NAMES = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": None,
    "nan": None,
    "Infinity": math.inf,
    "inf": math.inf,
}


class _JsonWords(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_NAMES[node.id]) if node.id in _NAMES else node


_NAMED = re.compile(rf"\b(?:{'|'.join(_NAMES)})\b").search


def _with_json_words(text: str) -> str | ast.Expression:
    """A literal with JSON's keywords replaced by Python's constants. Raises SyntaxError."""
    if not _NAMED(text):
        return text
    return cast(ast.Expression, _JsonWords().visit(ast.parse(text.lstrip(" \t"), mode="eval")))


def _utf8(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start} is not UTF-8") from None


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


def _repair(value: Any) -> Any:
    if isinstance(value, str):
        if value.isascii() or not _SURROGATE.search(value):
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list | tuple):
        return [_repair(item) for item in value]
    if isinstance(value, dict):
        return {_repair(key): _repair(item) for key, item in value.items()}
    return value


_SURROGATE = re.compile("[\ud800-\udfff]")

# ---------------------------------------------------------------- Python literal -> JSON

#: A string: two groups for the inside of one that JSON spells alike, a third for any other.
_STRING = re.compile(
    rb"""[uU]?(?:'([^'"\\\x00-\x1f]*+)'|"([^"\\\x00-\x1f]*+)\"|"""
    rb"""('[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+"))""",
    re.DOTALL,
)
_GENERAL = 3
_CONTROL = re.compile(rb"[\x00-\x1f]")
#: What may stand between strings for the translation to be exact: anything else (prefixes,
#: tuples, sets, hexadecimal numbers, comments) is left to `ast.literal_eval`.
_BETWEEN = re.compile(
    rb"(?:[\s{}\[\]:,0-9.+-]++|(?<=[0-9.])[eE](?=[0-9+-])|True|False|None|"
    rb"true|false|null|nan|NaN)*+"
)
_WORDS = (
    (b"True", b"true"),
    (b"False", b"false"),
    (b"None", b"null"),
    (b"nan", b"null"),
    (b"NaN", b"null"),
)
_ESCAPE = re.compile(
    rb"""\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))"""
)
_SIMPLE = {
    b"\\": rb"\\",
    b"'": b"'",
    b'"': rb"\"",
    b"n": rb"\n",
    b"r": rb"\r",
    b"t": rb"\t",
    b"b": rb"\b",
    b"f": rb"\f",
    b"a": rb"\u0007",
    b"v": rb"\u000b",
}


class _Refused(Exception):
    """An escape in a string that is left to `ast.literal_eval`."""


def _split(line: bytes) -> bytes | None:
    """Translate a line without escapes, `True`, `None` or `u''`: most lines of a library dump.

    Split at the double quotes, every second piece is the inside of a string. That holds exactly
    when each piece outside has its single quotes in pairs: the first piece that breaks the
    pattern ends within a single-quoted string, and so holds an odd number of them.
    """
    if line.count(b'"') > _MOST_PIECES:
        return None
    if b"\\" in line or b"true" in line or b"false" in line or b"null" in line:
        return None
    pieces = line.split(b'"')
    outside = pieces[::2]
    if not len(pieces) % 2 or any(piece.count(b"'") % 2 for piece in outside):
        return None
    pieces[::2] = [piece.replace(b"'", b'"') for piece in outside]
    return b'"'.join(pieces)


def _tokenized(line: bytes) -> bytes | None:
    """Translate string by string; None if the line has a value without a JSON equivalent."""
    translated = bytearray()  # millions of small pieces would take much memory
    position = 0
    try:
        for match in _STRING.finditer(line):
            start, end = match.span()
            between = line[position:start]
            translated += (_seen_before if end - position < _SHORT else _json_between)(between)
            group = match.lastindex or _GENERAL
            if group == _GENERAL:
                translated += _json_string(match[0], match[group])
            else:
                translated += b'"%b"' % match[group]
            position = end
        translated += _json_between(line[position:])
    except Unreadable:
        return None
    return bytes(translated)


def _json_between(between: bytes) -> bytes:
    if not _BETWEEN.fullmatch(between):
        raise Unreadable("no JSON equivalent")
    if b"T" in between or b"F" in between or b"N" in between or b"na" in between:
        for word, replacement in _WORDS:
            between = between.replace(word, replacement)
    return between


#: A dump has the same few pieces between its strings a million times.
_seen_before = lru_cache(4_096)(_json_between)
_SHORT = 1_000


def _json_string(literal: bytes, quoted: bytes) -> bytes:
    body = quoted[1:-1]
    try:
        if _CONTROL.search(body):
            raise _Refused
        return b'"%b"' % _ESCAPE.sub(_json_escape, _bare_quotes(body))
    except _Refused:
        return json.dumps(parse(literal)).encode("ascii")


def _bare_quotes(body: bytes) -> bytes:
    """Escape unescaped double quotes."""
    if b'"' not in body:
        return body
    return re.sub(rb'(\\.)|"', lambda m: m.group(1) or rb"\"", body, flags=re.DOTALL)


def _json_escape(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, short, long, other = match.groups()
    if other is not None:
        if other not in _SIMPLE:
            raise _Refused  # \N{...}, or no escape at all
        return _SIMPLE[other]
    code = int(octal, 8) if octal else int(hexadecimal or short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:  # no character; half of a pair
        raise _Refused
    if short:
        return rb"\u" + short
    return json.dumps(chr(code))[1:-1].encode("ascii")
