"""Search by name: what is found first, and what typing errors survive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from datastore.frame import Frame
from datastore.search import ERROR, MATCH, PIECE, NameIndex, Result
from datastore.store import Store
from etl.columns.search_index import index, keys
from resolvers import search as module
from resolvers.search import search, suggestions


def name_index(names: Sequence[str | None], years: Sequence[int | None] | None = None) -> NameIndex:
    """The index of a literal world's names, and of their years of release."""
    columns: dict[str, Any] = {"search_key": keys(names)}
    arrays = {f"search_x_{part}": array for part, array in index(columns["search_key"]).items()}
    if years is not None:
        columns["release_year"] = pa.array(years, pa.int16())
    return NameIndex(Frame("x", pa.table(columns)), arrays, "x")


def found(
    names: Sequence[str | None], text: str, weight: list[float] | None = None
) -> list[str | None]:
    """Names that a search in a literal world finds."""
    weights = np.array(weight or [1] * len(names))
    return [names[row] for row in search(name_index(names), text, lambda: weights).rows]


def kinds(names: Sequence[str | None], text: str) -> list[int]:
    """Of the names that a search finds, how each fits."""
    result = search(name_index(names), text, lambda: np.ones(len(names)))
    return result.kinds.tolist()


def test_equal_names_come_first_then_names_with_the_words_then_errors_then_pieces() -> None:
    names = ["The Portal", "Portall Stories", "Portal 2", "Postal", "Portal", "Teleportal", None]
    expected = ["Portal", "Portal 2", "Portall Stories", "The Portal", "Postal", "Teleportal"]
    assert found(names, "portal", [9, 10, 50, 100, 1, 1000, 1]) == expected
    assert kinds(names, "portal") == [MATCH, MATCH, MATCH, MATCH, ERROR, PIECE]


def test_the_well_known_comes_first_among_beginnings_and_the_likest_among_errors() -> None:
    assert found(["Halo", "Half-Life", "Half Past"], "hal", [1, 3, 2]) == [
        "Half-Life",
        "Half Past",
        "Halo",
    ]
    assert found(["Terrarium", "Terraria"], "terrraria", [1000, 1])[0] == "Terraria"


def test_every_name_that_begins_with_the_text_is_found_however_many_there_are() -> None:
    names = [f"A {'b' * (n % 7)}{n}" for n in range(1_500)]
    weight: list[float] = list(range(1, 1_501))
    weight[3] = 0.1
    rows = found([*names, "A"], "a", [*weight, 1])
    assert rows[0] == "A"
    assert len(rows) == 1_501
    assert rows[-1] == names[3]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gta v", "Grand Theft Auto V"),
        ("gta 5", "Grand Theft Auto V"),
        ("gta5", "Grand Theft Auto V"),
        ("GTAV", "Grand Theft Auto V"),
        ("gta iv", "Grand Theft Auto IV"),
        ("gta 4", "Grand Theft Auto IV"),
        ("l4d2", "Left 4 Dead 2"),
        ("l4d 2", "Left 4 Dead 2"),
        ("tf2", "Team Fortress 2"),
        ("csgo", "Counter-Strike: Global Offensive"),
        ("cs go", "Counter-Strike: Global Offensive"),
        ("cs:go", "Counter-Strike: Global Offensive"),
        ("cod mw2", "Call of Duty®: Modern Warfare® 2"),
        ("mw2", "Call of Duty®: Modern Warfare® 2"),
        ("pubg", "PLAYERUNKNOWN'S BATTLEGROUNDS"),
        ("bl2", "Borderlands 2"),
        ("gmod", "Garry's Mod"),
        ("civ5", "Sid Meier's Civilization® V"),
        ("civ v", "Sid Meier's Civilization® V"),
        ("sev2", "Sniper Elite V2"),
        ("m&b", "Mount & Blade: Warband"),
        ("mb warband", "Mount & Blade: Warband"),
        ("nfs", "Need for Speed"),
        ("ffx", "FINAL FANTASY X"),
        ("ff13", "FINAL FANTASY XIII"),
    ],
)
def test_abbreviations_find_what_they_abbreviate(text: str, name: str) -> None:
    names = [
        "Grand Theft Auto IV", "Grand Theft Auto V", "Left 4 Dead", "Left 4 Dead 2",
        "Team Fortress Classic", "Team Fortress 2", "Counter-Strike", "Counter-Strike: Source",
        "Counter-Strike: Global Offensive", "Call of Duty®: Modern Warfare® 2",
        "Call of Duty®: Modern Warfare® 3", "PLAYERUNKNOWN'S BATTLEGROUNDS", "Borderlands",
        "Borderlands 2", "Border Grounds", "Player One", "Unknown Lands", "Battle Grounds",
        "The Player, Unknown", "Lands", "Battle", "The Border", "Garry's Mod", "Mod Box",
        "Sid Meier's Civilization® V", "Sid Meier's Civilization® VI", "Sniper Elite V2",
        "Mount & Blade: Warband", "Need for Speed", "FINAL FANTASY X", "FINAL FANTASY XIII",
    ]  # fmt: skip
    assert found(names, text)[0] == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("counterstrike", "Counter-Strike"),
        ("border lands", "Borderlands"),
        ("halflife2", "Half-Life 2"),
        ("team fortress2", "Team Fortress 2"),
        ("half life ii", "Half-Life 2"),
        ("half life two", "Half-Life 2"),
        ("dont starve", "Don't Starve"),
        ("don’t starve", "Don't Starve"),
        ("age of l empire", "L'Empire Age of"),
        ("heroes and generals", "Heroes & Generals"),
        ("heroes & generals", "Heroes & Generals"),
        ("heroes generals", "Heroes & Generals"),
    ],
)
def test_words_may_be_joined_split_or_written_in_another_way(text: str, name: str) -> None:
    names = [
        "Counter-Strike", "Borderlands", "Half-Life 2", "Team Fortress 2", "Don't Starve",
        "Heroes & Generals", "L'Empire Age of",
    ]  # fmt: skip
    assert found(names, text)[:1] == [name]
    assert kinds(names, text)[:1] == [MATCH]


def test_the_main_game_comes_before_its_parts() -> None:
    names = [f"Civilization V - Map Pack {n}" for n in range(20)] + ["Sid Meier's Civilization® V"]
    for text in ("civilization", "civilization v", "civ", "civ 5", "sid civilization"):
        assert found(names, text, [0.1] * 20 + [1])[0] == names[-1]


@pytest.mark.parametrize("text", ["Half-Life 1", "half life one", "halflife i"])
def test_the_first_of_a_series_is_found_by_its_number(text: str) -> None:
    names = ["Half-Life 2", "Half-Life 2: Episode One", "Half-Life"]
    assert found(names, text, [6, 1, 2])[0] == "Half-Life"
    assert found([*names, "Half-Life I"], text, [6, 1, 2, 1])[0] == "Half-Life I"


@pytest.mark.parametrize(("text", "name"), [("hl1", "Half-Life"), ("L4D1", "Left 4 Dead")])
def test_the_first_of_a_series_is_found_by_initials_and_its_number(text: str, name: str) -> None:
    names = ["Half-Life 2", "Half-Life", "Half-Life: Blue Shift", "Left 4 Dead", "Left 4 Dead 2"]
    assert found(names, text) == [name]
    assert found([*names, "Hello Lab 1"], "hl1") == ["Hello Lab 1"]  # which has the number


RAIDERS = ["Tomb Raider", "Tomb Raider", "Tomb Raider 2", "Tomb Raider: Outfit", "Doom"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("tomb raider 2013", [1, 3]),
        ("tomb raider 1996", [0]),
        ("Doom (2016)", [4]),  # whose year is unknown
        ("tomb raider 1999", []),
        ("tomb raider 2013 1996", []),
        ("tombraider 1996", [0]),
    ],
)
def test_a_year_that_no_name_has_is_that_of_the_release(text: str, rows: list[int]) -> None:
    index = name_index(RAIDERS, [1996, 2013, 1997, 2013, None])
    result = search(index, text, lambda: np.array([9, 8, 7, 6, 5]))
    assert result.rows[result.kinds == MATCH].tolist() == rows


def test_a_year_in_a_name_is_a_word_of_it() -> None:
    index = name_index(["F1", "F1 2016", "F1 2015"], [2016, 2015, 2014])
    result = search(index, "f1 2016", lambda: np.array([9, 1, 1]))
    assert result.rows[0] == 1
    assert "F1" not in found(["F1"], "f1 2016")  # a noun without years


@pytest.mark.parametrize("text", ["city skylines", "city skyline"])
def test_a_plural_in_ies_is_found_by_its_singular(text: str) -> None:
    names = ["Cities: Skylines", "Skylines: Rock City Radio", "Citadel Skylines"]
    assert found(names, text, [100, 1, 1]) == names[:2]
    assert found(names[:2], "army skylines") == []


def test_a_number_of_its_own_or_of_another_game_is_not_left_out() -> None:
    assert found(["Portal", "1"], "1") == ["1"]
    assert found(["Portal", "Portal 2"], "portal 2", [9, 1])[0] == "Portal 2"
    assert found(["Half-Life", "Half-Life 2: Episode One"], "episode one") == [
        "Half-Life 2: Episode One"
    ]


def test_a_typing_error_is_better_than_a_fragment() -> None:
    names = ["FALL", "All", "Fallout 3", "Fallout 4", "Rot Fall"]
    assert found(names, "fallot", [500, 500, 1, 2, 500])[:2] == ["Fallout 4", "Fallout 3"]
    assert "All" not in found(names, "fallot")


def test_a_name_with_one_error_is_not_behind_names_with_unlike_words() -> None:
    names = ["Moon Man", "A Mamba on the Moon"]
    assert found(names, "moon mam", [1, 1]) == ["A Mamba on the Moon", "Moon Man"]
    assert found(names, "moon mam", [100, 1]) == ["Moon Man", "A Mamba on the Moon"]
    assert kinds(names, "moon mam") == [MATCH, ERROR]
    # but where a name has the words, they are not treated as typing errors
    assert found(["Blender", "Gender Bender"], "bender", [100, 1])[0] == "Gender Bender"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("satelite norhaven", "The Satellite of Northern Norhaven"),  # a typo, words left out
        ("norhaven satelite", "The Satellite of Northern Norhaven"),
        ("satelite nor", "The Satellite of Northern Norhaven"),  # while it is typed
        ("stelite norhavne", "The Satellite of Northern Norhaven"),  # two misspelt words
        ("elder skyrm", "The Elder Scrolls V: Skyrim"),
        ("eldr scrolls skyrm", "The Elder Scrolls V: Skyrim"),
        ("scrols five", "The Elder Scrolls V: Skyrim"),
        ("grnd auto vice cty", "Grand Theft Auto: Vice City"),
    ],
)
def test_words_may_be_misspelt_and_others_left_out(text: str, name: str) -> None:
    names = [
        "The Satellite of Northern Norhaven", "Norhaven", "Satellite Reign", "Grand Theft Auto V",
        "The Elder Scrolls V: Skyrim", "The Elder Scrolls", "Grand Theft Auto: Vice City",
    ]  # fmt: skip
    rows = found(names, text, [1, 100, 100, 100, 1, 100, 1])
    assert rows[0] == name
    assert kinds(names, text)[0] == ERROR


def test_a_name_resembles_a_text_word_by_word_only_if_it_has_all_words() -> None:
    names = ["The Satellite of Norhaven", "The Satellite of Somewhere Else", "Old Norhaven Tales"]
    assert found(names, "satelite norhaven", [1, 100, 100]) == ["The Satellite of Norhaven"]
    assert found(names, "satelite of the moon") == []


def test_names_with_the_words_themselves_are_not_followed_by_names_with_similar_words() -> None:
    names = ["Dark Souls", "Dark: The Lost Soul of Souls", "Park of the Lost Souls"]
    assert found(names, "dark souls") == names[:2]
    assert found(names[2:], "dark souls") == names[2:]  # unless there is nothing else


def test_short_words_and_numbers_begin_no_longer_ones() -> None:
    assert found(["This War of Mine", "The Mine"], "th mine", [100, 1]) == ["The Mine"]
    assert found(["Codename 47", "Call of Duty 4"], "cod 4", [2, 1.5])[0] == "Call of Duty 4"


def test_a_long_name_is_found_by_all_its_words_and_first_by_itself() -> None:
    long = "How I Learned to Stop Worrying and Love the Bomb Again"
    names = [long, f"{long} 2", f"{long}: Soundtrack"]
    assert found(names, long, [1, 9, 9])[0] == long
    assert found(names, f"again bomb {long}", [1, 9, 9])[0] == f"{long} 2"


def test_one_of_the_names_with_the_same_letters_is_written_like_the_text() -> None:
    assert found(["AR-K", "ARK: Survival Evolved", "Ark"], "ark", [1, 500, 1]) == [
        "Ark",
        "ARK: Survival Evolved",
        "AR-K",
    ]


def test_case_accents_and_punctuation_do_not_matter() -> None:
    names: list[str | None] = ["Café: “Crème” Brûlée®", "Ōkami HD", "Half-Life 2", "Straße"]
    for text, name in (
        ("cafe creme brulee", names[0]),
        ("CAFÉ CRÈME", names[0]),
        ("cafe\N{COMBINING ACUTE ACCENT}", names[0]),
        ("okami", names[1]),
        ("half life", names[2]),
        ("HALF_LIFE", names[2]),
        ("strasse", names[3]),
    ):
        assert found(names, text)[:1] == [name]


def test_names_in_any_script_are_found() -> None:
    names: list[str | None] = [
        "東方紅魔郷",
        "Ведьмак 3",
        "ไทย",
        "مرحبا",
        "Πόλεμος",
        "三国志 13",
        "가나다",
    ]
    for name in names:
        assert found(names, str(name))[0] == name
    assert found(names, "ведьмак") == ["Ведьмак 3"]
    assert found(names, "ВЕДМАК") == ["Ведьмак 3"]
    assert found(names, "東方") == ["東方紅魔郷"]
    assert found(names, "πολεμος") == ["Πόλεμος"]


def test_the_same_search_is_done_once_and_few_are_remembered(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    result = module._result

    def counted(index: NameIndex, key: str, weight: Any) -> Any:
        done.append(key)
        return result(index, key, weight)

    monkeypatch.setattr(module, "_result", counted)
    games = demo_store.games
    for text in ("Once", "ONCE ", "once!"):
        search(games.index, text, lambda: games.weight)
    assert done == ["once"]
    nothing = np.zeros(0, np.int64)
    for number in range(2_000):
        games.index.remembered(f"flood {number}", lambda: Result(nothing, nothing))
    search(games.index, "Once", lambda: games.weight)
    assert done == ["once", "once"]


NAMES = ["Orbit Works", "KRAKEN", "salt & pine", "Tide Co., Ltd."]


def suggested(text: str) -> list[str]:
    return suggestions(name_index(NAMES), NAMES, text, lambda: np.ones(len(NAMES)))


@pytest.mark.parametrize(
    ("value", "closest"),
    [("krakn", "KRAKEN"), ("Orbit Work", "Orbit Works"), ("SALT AND PINE", "salt & pine")],
)
def test_the_closest_name_is_suggested_first(value: str, closest: str) -> None:
    found = suggested(value)
    assert found[0] == closest
    assert len(found) <= 3


@pytest.mark.parametrize("value", ["", "x", "  ", "zzzzzzzz", "0" * 10_000])
def test_nothing_is_suggested_where_nothing_comes_close(value: str) -> None:
    assert suggested(value) == []


CREED = ["Assassin's Creed III", "Assassin's Creed 2 Deluxe Edition", "Assassin's Creed"]


@pytest.mark.parametrize(
    "text", ["assassins creed 2", "assassin's creed ii", "assassins creed two"]
)
def test_a_roman_numeral_is_another_number_than_one_that_it_begins(text: str) -> None:
    assert found(CREED, text, [9, 5, 1])[0] == CREED[1]


def test_a_longer_numeral_is_found_where_there_is_no_other() -> None:
    assert found(["Dark Souls III", "Rust"], "dark souls ii") == ["Dark Souls III"]


def test_one_letter_that_could_be_a_numeral_begins_words() -> None:
    names = ["Grand Theft Auto: Vice City", "Grand Theft Auto", "Grand Theft Auto: San Andreas"]
    assert found(names, "grand theft auto v")[0] == names[0]
