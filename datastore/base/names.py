"""datastore.base: cleaning, comparison and order of names and ids."""

from __future__ import annotations

import html
import unicodedata
from functools import lru_cache

__all__ = ["LONGEST_NUMBER", "clean", "fold", "natural_order"]

#: Longest product id, in digits, that sorts as a number.
LONGEST_NUMBER = 4_000
#: Longest text that is folded, in characters, and longest one that is not ASCII, which takes up to
#: 1 us per character and may become 18 times as long.
_LONGEST, _LONGEST_OTHER = 2_000, 500
#: Texts whose folded form is remembered: a request may have the same name fifty times.
_REMEMBERED = 64


def clean(text: str) -> str:
    """Return a name for display: HTML entities resolved, surrounding whitespace removed.

    >>> clean(" Design &amp; Illustration ")
    'Design & Illustration'
    """
    return html.unescape(text).strip()


def fold(text: str) -> str:
    """Return the form by which names are compared.

    HTML unescaping, NFKC, casefold, and runs of whitespace as one blank. Casefold can undo
    NFKC (U+0345 and others), so NFKC is applied twice. Folding is idempotent, except for text that
    was escaped twice (`&amp;amp;`). Texts that are longer than any name are returned as they are:
    of more than 2,000 characters, or of more than 500 that are not all ASCII.

    >>> fold(" VALVE ") == fold("valve")
    True
    """
    if len(text) > _LONGEST:
        return text
    if text.isascii() and "&" not in text:  # most names; the other steps would change nothing
        return " ".join(text.casefold().split())
    return _folded(text)


@lru_cache(_REMEMBERED)
def _folded(text: str) -> str:
    plain = html.unescape(text)
    if plain.isascii():
        return " ".join(plain.casefold().split())
    if len(plain) > _LONGEST_OTHER:
        return text
    normal = unicodedata.normalize("NFKC", plain).casefold()
    return " ".join(unicodedata.normalize("NFKC", normal).split())


def natural_order(app_id: str) -> tuple[int, int, str]:
    """Sort key of product ids: numbers by value, anything else after them by code point."""
    if app_id.isascii() and app_id.isdigit() and len(app_id) <= LONGEST_NUMBER:
        return (0, int(app_id), app_id)
    return (1, 0, app_id)
