"""datastore.base: cleaning, comparison and order of names and ids."""

from __future__ import annotations

import html
import unicodedata

__all__ = ["LONGEST_NUMBER", "clean", "fold", "natural_order"]

#: Longest product id, in digits, that sorts as a number.
LONGEST_NUMBER = 4_000
#: Longest text that is folded, in characters; folding takes up to 2 us per character.
_LONGEST = 2_000


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
    was escaped twice (`&amp;amp;`). Texts of more than 2,000 characters, which no name has, are
    returned as they are.

    >>> fold(" VALVE ") == fold("valve")
    True
    """
    if len(text) > _LONGEST:
        return text
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():  # most names; the other steps would change nothing
        return " ".join(text.casefold().split())
    normal = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", normal).split())


def natural_order(app_id: str) -> tuple[int, int, str]:
    """Sort key of product ids: numbers by value, anything else after them by code point."""
    if app_id.isascii() and app_id.isdigit() and len(app_id) <= LONGEST_NUMBER:
        return (0, int(app_id), app_id)
    return (1, 0, app_id)
