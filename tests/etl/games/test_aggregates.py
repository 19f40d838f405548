"""The questions' aggregates from arrays small enough to be counted by hand."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from etl.columns import arrow as columns
from etl.games import aggregates
from library import make_library

NAN = float("nan")


def ints(*values: int) -> Any:
    return np.array(values, np.int32)


def plain(columns: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: column.to_pylist() if isinstance(column, pa.Array) else np.asarray(column).tolist()
        for name, column in columns.items()
    }


def test_release_years_are_by_developer_then_year_descending_with_the_unknown_last() -> None:
    table = aggregates.release_years(
        ints(1, 0, 1, 1, -1, 1, 1),
        ints(2000, 2010, 2016, -1, 2010, 2016, 2016),
        np.array([0, 5.0, 0, NAN, 0, NAN, 3.0]),
    )
    assert plain(table) == {
        "developer": [0, 1, 1, 1],
        "year": [2010, 2016, 2000, None],
        "items": [1, 3, 1, 1],
        "free_items": [0, 1, 1, 0],
        "unknown_price_items": [0, 1, 0, 1],
    }


def test_sentiments_are_counted_for_each_owner_and_nobody_owns_minus_one() -> None:
    counts = aggregates.sentiment_counts(
        ints(0, 2, 2, 2, -1, 2), np.array([2, 0, 1, 2, 0, 2], np.int8), 3
    )
    assert plain(counts) == {"negative": [0, 0, 1], "neutral": [0, 0, 1], "positive": [1, 0, 2]}


def test_reviews_are_counted_by_game_and_developer_and_by_both_years() -> None:
    table = aggregates.review_years(
        developer=ints(1, 0, 1, 1, 1, -1, 0),
        game=ints(1, 0, 1, 1, 1, 2, 0),
        posted_year=ints(2011, 2011, 2012, 2011, 2011, 2011, -1),
        release_year=ints(2000, 2001, 2000, 2000, 2000, 2000, 2001),
        recommend=np.array([1, 1, 1, 0, 1, 1, 1], bool),
        sentiment=np.array([2, 2, 2, 0, 1, 2, 2], np.int8),
    )
    of_developers = plain({name: column[7:] for name, column in table.items()})
    assert of_developers == {
        "noun": [1, 1, 1, 1, 1],
        "basis": [0, 0, 0, 1, 1],
        "year": [2011, 2011, 2012, 2000, 2001],
        "row": [0, 1, 1, 1, 0],
        "best": [1, 1, 1, 2, 2],
        "worst": [0, 1, 0, 1, 0],
        "reviews": [1, 3, 1, 4, 2],
    }
    of_games = plain({name: column[:7] for name, column in table.items()})
    assert of_games == {
        "noun": [0] * 7,
        "basis": [0, 0, 0, 0, 1, 1, 1],
        "year": [2011, 2011, 2011, 2012, 2000, 2000, 2001],
        "row": [0, 1, 2, 1, 1, 2, 0],
        "best": [1, 1, 1, 1, 2, 1, 2],
        "worst": [0, 1, 0, 0, 1, 0, 0],
        "reviews": [1, 3, 1, 1, 4, 1, 2],
    }


def test_money_is_the_exact_sum_of_known_prices() -> None:
    library = make_library({0: 1, 1: 0, 2: 9}, {}, {2: 0}, {3: 5, 0: 0})
    priced, money = aggregates.money_spent(library, np.array([0.1, 0.2, NAN, 0.0]))
    assert priced.tolist() == [2, 0, 0, 2]
    assert money.tolist() == [0.3, 0, 0, 0.1]  # 0.1 + 0.2 as floats is 0.30000000000000004


def test_ten_thousand_cheap_games_cost_what_they_cost() -> None:
    library = make_library(dict.fromkeys(range(10_000), 0))
    _, money = aggregates.money_spent(library, np.full(10_000, 0.99))
    assert money.tolist() == [9900.0]


def test_the_player_with_most_minutes_leads_a_genre_and_ties_go_to_the_first_user() -> None:
    library = make_library(
        {0: 60, 1: 30, 2: 0, 3: 10}, {0: 90, 3: 500}, {1: 100, 2: 100}, {2: 0}, {}
    )
    players, years = aggregates.genre_players(
        library, [ints(0, 1), ints(2), ints()], ints(2000, -1, 2010, 2010)
    )
    assert plain(players) == {
        "genre": [0, 0, 0, 1],
        "user": [2, 0, 1, 2],
        "minutes": [100, 90, 90, 100],
    }
    assert plain(years) == {
        "genre_player": [0, 1, 1, 2, 3],
        "year": [None, 2000, None, 2000, 2010],
        "minutes": [100, 60, 30, 90, 100],
    }


def test_years_of_a_player_are_descending_and_add_up() -> None:
    library = make_library({0: 5, 1: 7, 2: 11, 3: 13})
    players, years = aggregates.genre_players(
        library, [ints(0, 1, 2, 3)], ints(1999, 2016, 1999, -1)
    )
    assert plain(years)["year"] == [2016, 1999, None]
    assert plain(years)["minutes"] == [7, 16, 13]
    assert players["minutes"] == [36]


def test_a_hundred_players_of_a_genre_are_kept() -> None:
    library = make_library(*({0: 1000 - user} for user in range(150)))
    players, _ = aggregates.genre_players(library, [ints(0)], ints(2000))
    assert players["user"].tolist() == list(range(100))


@pytest.mark.parametrize("some", [1, 40, 1 << 17])
def test_sums_are_the_same_however_many_rows_are_added_at_once(
    some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(3)
    owned = [
        {game: random.randrange(3) for game in range(8) if random.random() < 0.5}
        for _ in range(300)
    ]
    genres, price = [[0, 1, 2], [2, 3], [7]], [0.5, NAN, 3.0, 0.25, 1.0, NAN, 9.0, 0.0]
    monkeypatch.setattr(columns, "SOME", some)
    library = make_library(*owned)
    players, years = aggregates.genre_players(
        library, [ints(*games) for games in genres], ints(*[2000, 2000, 2001, -1, 5, 5, 5, 1999])
    )
    expected = []
    for genre, games in enumerate(genres):
        totals = [
            (-sum(own.get(game, 0) for game in games), user) for user, own in enumerate(owned)
        ]
        best = sorted(pair for pair in totals if pair[0])[:100]
        expected += [(genre, user, -minutes) for minutes, user in best]
    assert list(zip(*plain(players).values(), strict=True)) == expected
    sums = np.bincount(years["genre_player"], years["minutes"]).tolist()
    assert sums == [minutes for *_, minutes in expected]
    counts = aggregates.game_counts(library, 8)
    for game in range(8):
        own = [minutes[game] for minutes in owned if game in minutes]
        assert [counts[name][game] for name in ("owners", "players", "minutes")] == [
            len(own), np.count_nonzero(own), sum(own),
        ]  # fmt: skip
    priced, money = aggregates.money_spent(library, np.array(price))
    known = [[price[game] for game in own if not np.isnan(price[game])] for own in owned]
    assert priced.tolist() == list(map(len, known))
    assert money.tolist() == list(map(sum, known))


def test_minutes_of_long_lives_do_not_overflow() -> None:
    most = 2**31 - 1
    library = make_library({0: most, 1: most, 2: most})
    players, _ = aggregates.genre_players(library, [ints(0, 1, 2)], ints(2000, 2000, 2001))
    assert players["minutes"] == [3 * most]


@pytest.mark.parametrize("users", [0, 2])
def test_a_world_of_nothing_has_empty_tables(users: int) -> None:
    none, library = ints(), make_library(*[{}] * users)
    no_price, no_class = np.zeros(0), np.zeros(0, np.int8)
    tables = [
        aggregates.release_years(none, none, no_price),
        aggregates.review_years(none, none, none, none, np.zeros(0, bool), no_class),
        *aggregates.genre_players(library, [], none),
        aggregates.sentiment_counts(none, no_class, 0),
    ]
    assert [len(column) for table in tables for column in table.values()] == [0] * 21
    priced, money = aggregates.money_spent(library, no_price)
    assert priced.tolist() == money.tolist() == [0] * users
