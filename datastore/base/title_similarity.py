"""datastore.base: the parts by which titles are compared, and the words of genres.

The build finds similar titles by them, and the server gives them as reasons.
"""

from __future__ import annotations

import re

__all__ = ["WEIGHTS", "genre_words"]

#: Weight of each part of a title. Chosen by eye on shared titles, and by the share of titles on
#: several platforms that find each other: 75 % among the first five, 54 % if all weigh the same.
WEIGHTS = {"genres": 1.0, "cast": 2.0, "directors": 1.0, "countries": 0.5, "description": 4.0}

_WORD = re.compile(r"[^\W_]+")
#: Words of genres that are about the format, not the content.
_FORMATS = {"and", "movie", "movies", "series", "show", "shows", "tv"}
#: Genres that platforms spell in different ways.
_SPELLINGS = {"sci": "science", "fi": "fiction"}


def genre_words(name: str) -> list[str]:
    """The distinct words of a genre's name in lower case and in singular, without words such as
    `tv` and `movies`. So `comedy`, `comedies` and `tv comedies` are one.

    >>> genre_words("tv sci-fi & fantasy"), genre_words("tv comedies"), genre_words("dramas")
    (['science', 'fiction', 'fantasy'], ['comedy'], ['drama'])
    """
    words = (_SPELLINGS.get(word, word) for word in _WORD.findall(name))
    return list(dict.fromkeys(_singular(word) for word in words if word not in _FORMATS))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith("ss") and len(word) > 4:
        return word[:-1]
    return word
