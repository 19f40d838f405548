"""Which entries of a store are left out of recommendations: entries as the real one has them."""

from __future__ import annotations

import pytest

from datastore.base.codes import UNLISTED_REASONS
from datastore.base.series import plain
from etl.games.unlisted import Entry, Rule

#: Games that other entries belong to.
GAMES = ["Dota 2", "Call of Duty®: Black Ops II", "SiN", "Cities XXL", "The Ship", "Skyrim"]
GAME, SOFTWARE = ["action", "indie"], ["utilities", "animation & modeling"]


def reason(
    title: str, *, sold: bool, genres: list[str] | None = None, specs: list[str] | None = None
) -> str | None:
    rule = Rule([plain(name) for name in (*GAMES, title)])
    found = rule.reason(Entry(plain(title), sold, genres or [], specs or []))
    return None if found is None else UNLISTED_REASONS[found]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Dota 2 Test", "TEST"),
        ("Patch testing for Chivalry", "TEST"),
        ("Mad Max System Test", "TEST"),
        ("Left 4 Dead 2 Beta", "BETA"),
        ("Arma 2: Operation Arrowhead Beta (Obsolete)", "BETA"),
        ("Skullgirls ∞Endless Beta∞", "BETA"),
        ("Starbound - Unstable", "BETA"),
        ("Football Manager 2016 Demo", "DEMO"),
        ("Trash TV (demo)", "DEMO"),
        ("Black Mesa Dedicated Server", "SERVER"),
        ("Killing Floor 2 - SDK", "MODDING_KIT"),
        ("Spintires Editor", "MODDING_KIT"),
        ("Toki Tori 2+ Level Editor", "MODDING_KIT"),
        ("Skyrim Script Extender (SKSE)", "MODDING_KIT"),
        ("Free To Play (Streaming)", "VIDEO"),
        ("PAYDAY: The Web Series: The Vault", "VIDEO"),
        ("The Ship Tutorial", "PART"),
        ("SiN Bonus Content", "PART"),
        ("Call of Duty: Black Ops II - Multiplayer OSX", "PART"),
        ("Call of Duty: Black Ops II - Multiplayer", None),  # played for itself
        ("Call of Duty: Black Ops II - Zombies", None),
        ("The Elder Scrolls V: Skyrim", None),
        ("Path of Exile", None),
        ("Moonbase Alpha", None),
        ("Titan Quest Anniversary Edition", None),
        ("Gun Tutorial", None),  # there is no Gun
        ("Test", None),
        ("", None),
    ],
)
def test_entries_that_the_catalogue_lacks(title: str, expected: str | None) -> None:
    assert reason(title, sold=False) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("H1Z1 Test Server", "TEST"),
        ("Shelter 2 Soundtrack", "SOUNDTRACK"),
        ("Psychonauts Original Score", "SOUNDTRACK"),
        ("Oil Rush OST", "SOUNDTRACK"),
        ("Sinless + OST", None),
        ("Game and Soundtrack", None),
        ("Overload Playable Teaser 2.0", "DEMO"),
        ("Alien Swarm: Reactive Drop Dedicated Server", "SERVER"),
        ("Cities XXL - Map Editor", "MODDING_KIT"),
        ("Depth - SDK", "MODDING_KIT"),
        ("The Turing Test", None),
        ("Alpha Prime", None),
        ("Environmental Station Alpha", None),
        ("Lambda Wars Beta", None),  # sold as a beta
        ("Bigscreen Beta", None),
        ("Unreal Tournament 2004: Editor's Choice Edition", None),
        ("Magazime Editor", None),
        ("Tree of Savior - Novice Pack for EU Servers", None),
        ("Joe Danger 2: The Movie", None),
        ("Test Drive Unlimited 2", None),
        ("Prototype 2", None),
    ],
)
def test_entries_of_the_catalogue(title: str, expected: str | None) -> None:
    assert reason(title, sold=True, genres=GAME) == expected


def test_a_beta_of_a_game_that_is_sold_too_is_left_out() -> None:
    assert reason("Skyrim Beta", sold=True, genres=GAME) == "BETA"


def test_software_has_genres_of_software_only() -> None:
    assert reason("Blender", sold=True, genres=SOFTWARE) == "TOOL"
    assert reason("Wallpaper Game", sold=True, genres=[*SOFTWARE, "casual"]) is None
    assert reason("Unknown", sold=True, genres=[]) is None


def test_a_demo_is_known_by_its_feature() -> None:
    assert reason("COIL", sold=True, genres=GAME, specs=["single-player", "game demo"]) == "DEMO"


def test_a_film_has_captions_and_neither_genres_nor_anything_to_play() -> None:
    film = ["captions available", "steam achievements"]
    assert reason("Free to Play", sold=True, specs=film) == "VIDEO"
    assert reason("Free to Play", sold=True, specs=[*film, "single-player"]) is None
    assert reason("Over the Dream", sold=True, specs=["steam trading cards"]) is None
