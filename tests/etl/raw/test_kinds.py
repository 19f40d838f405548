"""A raw kind: what its record must have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.games.kinds import EVENTS


@pytest.mark.parametrize("name", ["store-events", "two words", "", "2016"])
def test_a_name_must_be_one_word_because_it_names_an_option(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' cannot be the name of a raw kind"):
        replace(EVENTS, name=name)
