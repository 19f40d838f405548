"""datastore.base: the arrays of the games subject: see `datastore.base.tables`."""

from __future__ import annotations

from datastore.base import price_tables
from datastore.base.columns import Array, search_arrays
from datastore.base.trees import tree_arrays

__all__ = ["ARRAYS", "UNLISTED_PLACES"]

#: Places behind each list of similar games, for those that are left out of it.
UNLISTED_PLACES = 10

ARRAYS: dict[str, Array] = {
    **search_arrays("games", "developers", "users", "genres"),
    "library_offsets": Array("int64", "users + 1: where a user's rows start"),
    "library_games": Array("uint16|int32", "rows: game, by minutes descending, then game"),
    "played_offsets": Array("int64", "users + 1: where a user's rows in played_minutes start"),
    "played_minutes": Array("uint16", "played rows: minutes, 65535 for 65535 and more"),
    "long_rows": Array("int32", "rows of played_minutes with 65535 minutes and more"),
    "long_minutes": Array("int32", "long_rows: minutes"),
    "recent_starts": Array(
        "int32",
        "library rows of games that were started in the two weeks before the newest file with the "
        "user, or by an event in it; ascending. For evaluation only",
    ),
    "game_offsets": Array("int64", "games + 1: where a game's entries in game_rows start"),
    "game_rows": Array("int32", "played library rows by game, minutes descending, then user"),
    "similar_games": Array(
        "int32", f"games x (most neighbours + {UNLISTED_PLACES} unlisted ones): game, -1 for none"
    ),
    "similar_scores": Array("float32", "as similar_games"),
    "similar_sources": Array("uint8", "as similar_games: index in SOURCES"),
    "similar_coplay": Array("float32", "as similar_games: co-play cosine, NaN for none"),
    "similar_shared": Array("int32", "as similar_games: users who played both games"),
    "user_games": Array("int32", "users x most recommendations: game, -1 for none", by_row=True),
    "user_scores": Array("float32", "users x most recommendations", by_row=True),
    "user_sources": Array("uint8", "users x most recommendations: index in SOURCES", by_row=True),
    "user_factors": Array("float32", "users x factors; 0 without a played model game", by_row=True),
    "item_factors": Array("float32", "model games x factors"),
    "item_gram": Array("float64", "factors x factors: Y'Y of the item_factors Y"),
    "model_games": Array("int32", "model games: game of each factor row, ascending"),
    "model_rarity": Array("float32", "model games: rarity, for the confidence of a played pair"),
    "ease_offsets": Array("int64", "model games + 1: where the weights of an owned game start"),
    "ease_games": Array("int32", "weights: row in model_games of the scored game"),
    "ease_weights": Array("float32", "weights of EASE"),
    "partner_games": Array(
        "int32",
        "model games x partners: row in model_games of a game whose owners own it, or -1",
        by_row=True,
    ),
    "partner_shares": Array(
        "float32", "model games x partners: share of those owners", by_row=True
    ),
    "partner_plays": Array(
        "float32", "model games x partners: share of those owners who play it", by_row=True
    ),
    "model_owners": Array("float32", "model games: logarithm of the share of users who own it"),
    "model_played": Array("float32", "model games: share of the owners who have played it"),
    "model_minutes": Array("float32", "model games: mean logarithm of 1 + minutes of its players"),
    "model_typical": Array(
        "float32", "model games: cosine of tags and genres with those of all played pairs"
    ),
    "curve_knots": Array("float64", "signals x points: places of the points of each curve"),
    "curve_values": Array("float64", "signals x points: values of each curve at its points"),
    **tree_arrays("order"),
    "popular_games": Array("int32", "all games, most players first, then most owners"),
    **price_tables.ARRAYS,
}
