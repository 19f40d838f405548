"""datastore.base: how names are cleaned, and when two names are the same."""

from __future__ import annotations

import html
import unicodedata

__all__ = ["LONGEST_NUMBER", "clean", "fold", "natural_order"]

#: Digits that a product id may have to count as a number.
LONGEST_NUMBER = 4_000


def clean(text: str) -> str:
    """Return a name as it is shown: HTML entities resolved, white space at the ends removed.

    >>> clean(" Design &amp; Illustration ")
    'Design & Illustration'
    """
    return html.unescape(text).strip()


def fold(text: str) -> str:
    """Return the form in which names are compared.

    HTML unescaping, NFKC, casefold, and runs of white space as one blank. Casefold can undo
    NFKC (U+0345 and friends), so NFKC runs once more; folding a folded name changes nothing,
    unless unescaping it a second time does (`&amp;amp;`).

    >>> fold(" VALVE ") == fold("valve")
    True
    """
    if text.isascii() and "&" not in text:  # most names; the steps below change nothing else
        return " ".join(text.casefold().split())
    normal = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", normal).split())


def natural_order(app_id: str) -> tuple[int, int, str]:
    """Sort key of product ids: numbers by value, anything else after them by code point."""
    if app_id.isascii() and app_id.isdigit() and len(app_id) <= LONGEST_NUMBER:
        return (0, int(app_id), app_id)
    return (1, 0, app_id)
