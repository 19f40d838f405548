"""What is odd in the real catalogue is in the demo's, too."""

from __future__ import annotations

import re

import pytest

from demo_world import World

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def test_every_odd_date_is_there(world: World) -> None:
    odd = {date for date in world.values("release_date") if not ISO_DATE.fullmatch(date)}
    assert odd >= {
        "Q1 2018", "Dec 2017", "2018", "Coming Soon", "2018年1月", "14 July", "预热群52756441",
        "Late 2016 - Early 2017", "SOON™", "15.01.2018",
    }  # fmt: skip


def test_every_price_text_is_there(world: World) -> None:
    texts = {price for price in world.values("price") if isinstance(price, str)}
    assert texts >= {
        "Free", "Free to Play", "Free To Play", "Free Mod", "Free Demo", "Play for Free!",
        "Free to Try", "Free Movie", "Free to Use", "Third-party", "Install Now", "Install Theme",
        "Play Now", "Play the Demo", "Starting at $499.00",
    }  # fmt: skip
    assert any(re.fullmatch(r"Free .*™ Holiday Pack", text) for text in texts)


@pytest.mark.parametrize(
    "key",
    ["title", "app_name", "publisher", "developer", "genres", "tags", "specs", "price",
     "release_date", "metascore", "sentiment", "discount_price", "reviews_url", "id"],
)  # fmt: skip
def test_every_key_is_missing_somewhere_and_there_elsewhere(world: World, key: str) -> None:
    assert 0 < len(world.values(key)) < len(world.games)


def test_names_are_missing_alone_and_together(world: World) -> None:
    assert any("app_name" in record and "title" not in record for record in world.games)
    assert any(
        "id" in record and not {"app_name", "title"} & record.keys() for record in world.games
    )


def test_spellings_need_folding(world: World) -> None:
    developers = set(world.values("developer"))
    assert developers >= {
        "Capcom", "CAPCOM", "Valve,KADOKAWA", "Firaxis Games,Feral Interactive (Mac)",
        "Psyonix, Inc.", "Firaxis Games,Aspyr (Mac, Linux)", "KOEI TECMO GAMES CO., LTD.",
        "Image &amp; Form",
    }  # fmt: skip
    assert {" Teacup Owl Studio ", "Teacup  Owl Studio"} <= developers
    assert any("&amp;" in genre for genres in world.values("genres") for genre in genres)
    assert any(
        record.get("title") != record.get("app_name") for record in world.games if "title" in record
    )
    assert {type(score) for score in world.values("metascore")} == {int, str}
    assert any('\\"' not in line and "\\'" in line for line in world.lines["games"])
