"""Words of genres."""

from __future__ import annotations

import pytest

from datastore.base.title_similarity import genre_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("comedies", ["comedy"]),
        ("tv comedies", ["comedy"]),
        ("comedy", ["comedy"]),
        ("stand-up comedy & talk shows", ["stand", "up", "comedy", "talk"]),
        ("sci-fi & fantasy", ["science", "fiction", "fantasy"]),
        ("science fiction", ["science", "fiction"]),
        ("international tv shows", ["international"]),
        ("action-adventure", ["action", "adventure"]),
        ("series", []),
        ("lgbtq+", ["lgbtq"]),
        ("kids' tv", ["kids"]),
        ("kids", ["kids"]),
        ("business", ["business"]),
    ],
)
def test_genres_of_all_platforms_have_the_same_words(name: str, words: list[str]) -> None:
    assert genre_words(name) == words
