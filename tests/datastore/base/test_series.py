"""What titles have in common."""

from __future__ import annotations

import pytest

from datastore.base.series import merged, overlap, plain, series, words


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Half-Life 2: Episode Two", "half life"),
        ("Half-Life", "half life"),
        ("The Elder Scrolls V: Skyrim", "elder scrolls"),
        ("The Elder Scrolls IV: Oblivion® Game of the Year Edition", "elder scrolls"),
        ("Left 4 Dead 2", "left 4 dead"),
        ("PAYDAY™ The Heist", "payday the heist"),
        ("Football Manager 2015", "football manager"),
        ("Call of Duty®: Modern Warfare® 2", "call of duty"),
        ("Call of Duty: Black Ops II", "call of duty"),
        ("Fallout 3 - Game of the Year Edition", "fallout"),
        ("Mortal Kombat X", "mortal kombat"),
        ("7", "7"),
        ("2: 3", "2"),
        (": )", ""),
        ("", ""),
    ],
)
def test_a_series_is_the_title_without_numbers_and_subtitles(title: str, name: str) -> None:
    assert series(plain(title)) == name


def test_trademark_signs_are_not_part_of_a_word() -> None:
    assert plain("SPORE™ Galactic Adventures (TM)") == "spore galactic adventures"


def test_words_of_a_title_leave_out_numbers_and_editions() -> None:
    assert words(plain("The Witcher 2: Assassins of Kings Enhanced Edition")) == {
        "witcher", "assassins", "kings",
    }  # fmt: skip
    assert words(plain("Sid Meier's Civilization® V")) == {"sid", "meier's", "civilization"}


def test_a_spin_off_belongs_to_the_series_whose_name_it_begins_with() -> None:
    names = ["half life", "half life deathmatch", "bioshock infinite", "bioshock", "rust", "rust x"]
    assert merged(names) == ["half life", "half life", "bioshock", "bioshock", "rust", "rust x"]
    assert merged(["", "half"]) == ["", "half"]


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("Portal", "Portal 2", 1.0),
        ("Euro Truck Simulator 2", "American Truck Simulator", 0.5),
        ("Dota 2", "Portal", 0.0),
        ("2", "3", 0.0),
    ],
)
def test_the_overlap_is_the_share_of_common_words(one: str, other: str, share: float) -> None:
    assert overlap(words(plain(one)), words(plain(other))) == pytest.approx(share)
