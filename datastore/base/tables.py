"""datastore.base: the tables and arrays of a snapshot, column by column.

The reader owns this contract and the build conforms to it. Rows are known by their position:
a column called `game`, `user`, `developer` or `genre` holds row numbers of that table. Games of
the catalogue come first, by product id; then games known only from libraries and reviews.
Users are sorted by user id, developers and genres by folded name, all by code point. Small numbers
that stand for words are those of `datastore.base.codes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["ARRAYS", "FORMAT", "TABLES", "Array"]

#: Version of this contract: raised whenever a table, an array or a meaning changes.
FORMAT = 5

_indices = pa.list_(pa.int32())


def _table(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


TABLES: dict[str, pa.Schema] = {
    "games": _table(
        app_id=pa.string(),
        title=pa.string(),
        title_folded=pa.string(),  # "" where there is none
        title_rank=pa.int32(),  # place among all titles, by folded title
        id_rank=pa.int32(),  # place among all product ids, numbers by value
        search_key=pa.string(),  # of the title; see datastore.base.search_keys
        in_catalogue=pa.bool_(),
        developer=pa.int32(),
        publisher=pa.string(),
        publisher_folded=pa.string(),  # "" where unknown
        genres=_indices,
        tags=_indices,  # rows of `tags`
        specs=_indices,  # rows of `specs`
        release_date=pa.date32(),
        release_date_text=pa.string(),  # as published; the only trace of "Q1 2018"
        release_year=pa.int16(),
        price=pa.float64(),  # USD; 0 when free; null when unknown
        price_text=pa.string(),  # where the dump has a text instead of a number
        early_access=pa.bool_(),
        metascore=pa.int16(),
        owners=pa.int32(),  # distinct users whose library holds it
        players=pa.int32(),  # of those, with more than 0 minutes
        minutes=pa.int64(),  # of all players together
        negative=pa.int32(),  # reviews by sentiment
        neutral=pa.int32(),
        positive=pa.int32(),
    ),
    "tags": _table(name=pa.string()),
    "specs": _table(name=pa.string()),
    "developers": _table(
        name=pa.string(),
        folded=pa.string(),
        search_key=pa.string(),
        companies=pa.list_(pa.string()),
        games=_indices,
        negative=pa.int32(),
        neutral=pa.int32(),
        positive=pa.int32(),
    ),
    "developer_years": _table(  # by developer, then year descending, null last
        developer=pa.int32(),
        year=pa.int16(),
        items=pa.int32(),
        free_items=pa.int32(),
        unknown_price_items=pa.int32(),
    ),
    "review_years": _table(  # by noun, basis, year, row: all that have reviews
        noun=pa.int8(),  # GAME or DEVELOPER
        basis=pa.int8(),  # REVIEW: year of the review; RELEASE: release year of the game
        year=pa.int16(),
        row=pa.int32(),  # of the noun
        best=pa.int32(),  # reviews that recommend and are positive
        worst=pa.int32(),  # reviews that advise against and are negative
        reviews=pa.int32(),  # all of them
    ),
    "genres": _table(name=pa.string(), folded=pa.string(), search_key=pa.string(), games=_indices),
    "genre_players": _table(  # by genre, then minutes descending, user ascending
        genre=pa.int32(),
        user=pa.int32(),
        minutes=pa.int64(),
    ),
    "genre_player_years": _table(  # of each row of genre_players; year descending, null last
        genre_player=pa.int32(),
        year=pa.int16(),
        minutes=pa.int64(),
    ),
    "users": _table(
        user_id=pa.string(),
        search_key=pa.string(),
        items=pa.int32(),
        priced_items=pa.int32(),
        money=pa.float64(),  # USD
        reviews=pa.int32(),
        recommended=pa.int32(),
    ),
    "reviews": _table(  # by user, then game: one row for each distinct pair
        user=pa.int32(),
        game=pa.int32(),
        posted=pa.date32(),
        posted_year=pa.int16(),
        posted_year_inferred=pa.bool_(),
        recommend=pa.bool_(),
        sentiment=pa.int8(),  # NEGATIVE, NEUTRAL or POSITIVE
        compound=pa.float64(),  # VADER, -1 to 1; null where the text is missing or blank
        learned=pa.float64(),  # learned sentiment, -1 to 1; null there, or where nothing is learned
        helpful=pa.int32(),  # people who found it helpful
        helpful_total=pa.int32(),  # of so many
        funny=pa.int32(),
        text=pa.string(),
    ),
}


@dataclass(frozen=True, slots=True)
class Array:
    """One memory-mapped `.npy`: its element type (of several the first that holds all values) and
    what its axes are."""

    dtype: str
    axes: str


ARRAYS: dict[str, Array] = {
    **{
        f"search_{noun}_{part}": Array(dtype, axes)
        for noun in ("games", "developers", "users", "genres")
        for part, dtype, axes in (
            ("codes", "uint32", "pieces: three letters of a searchable name, ascending"),
            ("offsets", "int64", "pieces + 1: where a piece's rows start"),
            ("rows", "int32", "rows of the noun whose name holds the piece"),
        )
    },
    "library_offsets": Array("int64", "users + 1: where a user's rows start"),
    "library_games": Array("uint16|int32", "rows: game, by minutes descending, then game"),
    "played_offsets": Array("int64", "users + 1: where a user's played rows start among all these"),
    "played_minutes": Array("uint16", "played rows: minutes, 65535 for that and more"),
    "long_rows": Array("int32", "played rows of 65535 minutes and more"),
    "long_minutes": Array("int32", "of these: minutes"),
    "game_offsets": Array("int64", "games + 1: where a game's entries in game_rows start"),
    "game_rows": Array("int32", "played library rows by game, minutes descending, then user"),
    "similar_games": Array("int32", "games x most neighbours: game, -1 where there is none"),
    "similar_scores": Array("float32", "games x most neighbours"),
    "similar_sources": Array("uint8", "games x most neighbours: number in SOURCES"),
    "similar_coplay": Array("float32", "games x most neighbours: co-play cosine, NaN without one"),
    "similar_shared": Array("int32", "games x most neighbours: users who played both"),
    "user_games": Array("int32", "users x most recommendations: game, -1 where there is none"),
    "user_scores": Array("float32", "users x most recommendations"),
    "user_sources": Array("uint8", "users x most recommendations: number in SOURCES"),
    "user_factors": Array("float32", "users x factors; 0 without a played model game"),
    "item_factors": Array("float32", "model games x factors"),
    "item_gram": Array("float64", "factors x factors: item_factors' product with itself"),
    "model_games": Array("int32", "model games: game of each factor row, ascending"),
    "model_rarity": Array("float32", "model games: rarity, for the confidence of a played pair"),
    "ease_offsets": Array("int64", "model games + 1: where the weights of an owned game start"),
    "ease_games": Array("int32", "weights: row in model_games of the game that is scored"),
    "ease_weights": Array("float32", "weights of EASE"),
    "popular_games": Array("int32", "all games, most players first, then most owners"),
}
