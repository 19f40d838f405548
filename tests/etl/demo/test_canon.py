"""The demo's well-known games: public facts."""

from __future__ import annotations

from collections import Counter

from demo_world import World


def test_valve_is_as_in_the_real_catalogue(world: World) -> None:
    valve = [record for record in world.games if record.get("developer") == "Valve"]
    years = Counter(int(record["release_date"][:4]) for record in valve)
    assert years == {
        1998: 1, 1999: 1, 2000: 2, 2001: 1, 2003: 1, 2004: 5, 2005: 1, 2006: 2, 2007: 3, 2008: 1,
        2009: 1, 2010: 2, 2011: 1, 2012: 2, 2014: 7, 2016: 1, 2017: 2,
    }  # fmt: skip
    free = Counter(
        int(r["release_date"][:4]) for r in valve if str(r.get("price")).startswith("Free")
    )
    assert free == {2007: 1, 2010: 1, 2016: 1}
