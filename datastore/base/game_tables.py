"""datastore.base: the tables and arrays of games: see `datastore.base.tables`."""

from __future__ import annotations

import pyarrow as pa

from datastore.base.codes import UNLISTED_REASONS
from datastore.base.columns import (
    Column,
    Kind,
    Table,
    coded,
    derived,
    table,
)

__all__ = ["TABLES"]

_rows = pa.list_(pa.int32())
_UNKNOWN = "when unknown"

TABLES: dict[str, Table] = {
    "games": table(
        "One row per game: those of the catalogue by product id, then those known only from "
        "libraries and reviews.",
        app_id=Column(
            pa.string(),
            "Product id.",
            filter=Kind.ID,
            order=True,
            order_note="numbers by value",
        ),
        title=Column(
            pa.string(),
            "Title.",
            null="when neither the catalogue nor a library has one",
            filter=Kind.NAME,
            order=True,
            folded="title_folded",
        ),
        title_folded=Column(pa.string(), 'Folded title, for comparisons; "" when unknown.'),
        title_rank=Column(
            pa.int32(),
            "Rank among all titles, by folded title; equal titles share a rank.",
            null="without a title",
        ),
        id_rank=Column(pa.int32(), "Rank among all product ids, numbers by value."),
        search_key=Column(pa.string(), "Searchable form of the title: see `search_keys.py`."),
        in_catalogue=Column(pa.bool_(), "Whether the catalogue lists it.", filter=Kind.FLAG),
        unlisted=derived(
            "Whether recommendations leave it out: a test, a beta, a demo, a server, a tool, "
            "music, a film, or an extra that comes with a game.",
            filter=Kind.FLAG,
        ),
        unlisted_reason=Column(
            pa.int8(),
            "Why recommendations leave it out.",
            coded(UNLISTED_REASONS),
            "when they do not",
        ),
        developer=Column(
            pa.int32(), "Name of the developer.", "row of developers", _UNKNOWN, Kind.NAME
        ),
        publisher=Column(
            pa.string(),
            "Publisher, as the catalogue spells it.",
            null=_UNKNOWN,
            filter=Kind.NAME,
            folded="publisher_folded",
            shown=True,
        ),
        publisher_folded=Column(pa.string(), 'Folded publisher, for comparisons; "" when unknown.'),
        genres=Column(
            _rows,
            "Name of any of its genres.",
            "rows of genres",
            "",
            Kind.NAME,
            public_name="genre",
        ),
        tags=Column(_rows, "Any of its tags.", "rows of tags", "", Kind.NAME, public_name="tag"),
        specs=Column(
            _rows, "Any of its features.", "rows of specs", "", Kind.NAME, public_name="spec"
        ),
        release_date=Column(
            pa.date32(),
            "Day of release.",
            null="when the catalogue gives no full date",
            shown=True,
        ),
        release_date_text=Column(
            pa.string(),
            "Release date exactly as written in the catalogue.",
            null="when missing",
            shown=True,
        ),
        release_year=Column(
            pa.int16(),
            "Year of release, also from partial dates that contain exactly one year (`Q1 2018`).",
            null=_UNKNOWN,
            filter=Kind.INT,
            order=True,
            shown=True,
        ),
        price=Column(
            pa.float64(),
            "Price in USD; 0 when free.",
            "USD",
            _UNKNOWN,
            Kind.FLOAT,
            order=True,
            shown=True,
        ),
        is_free=derived(
            "Whether the price is 0.",
            null="when the price is unknown",
            filter=Kind.FLAG,
        ),
        price_text=Column(
            pa.string(), "Price as written in the catalogue.", null="when it is a number or missing"
        ),
        discount_price=Column(
            pa.float64(),
            "Discounted price in USD.",
            "USD",
            "when the catalogue gives none",
            Kind.FLOAT,
            order=True,
            shown=True,
        ),
        early_access=Column(
            pa.bool_(),
            "Whether the game is in early access, sold before it is finished.",
            null=_UNKNOWN,
            filter=Kind.FLAG,
            shown=True,
        ),
        metascore=Column(
            pa.int16(),
            "Metacritic score, 0 to 100.",
            null=_UNKNOWN,
            filter=Kind.INT,
            order=True,
            shown=True,
        ),
        store_sentiment=Column(
            pa.string(),
            "The store's label for its reviews, from `Overwhelmingly Positive` to `Overwhelmingly "
            "Negative`.",
            null="without a label, as when there are too few reviews",
            filter=Kind.NAME,
            folded="store_sentiment_folded",
            shown=True,
        ),
        store_sentiment_folded=Column(
            pa.string(), 'Folded label, for comparisons; "" without a label.'
        ),
        store_url=Column(
            pa.string(),
            "URL of the game's store page, as given in the catalogue.",
            null="when missing, or when it is that of another product",
        ),
        hours=derived("Total hours of all players.", "hours", "", Kind.FLOAT, order=True),
        owners=Column(
            pa.int32(),
            "Number of users who own it.",
            filter=Kind.INT,
            order=True,
            public_name="owner_count",
        ),
        players=Column(
            pa.int32(),
            "Number of users who have played it for at least a minute.",
            filter=Kind.INT,
            order=True,
            public_name="player_count",
        ),
        review_count=derived("Number of its reviews.", filter=Kind.INT, order=True),
        positive_percent=derived(
            "Share of its reviews that are positive by VADER, 0 to 100.",
            "percent",
            "without reviews",
            order=True,
        ),
        minutes=Column(pa.int64(), "Total playtime of all players.", "minutes"),
        negative=Column(pa.int32(), "Number of negative reviews."),
        neutral=Column(pa.int32(), "Number of neutral reviews."),
        positive=Column(pa.int32(), "Number of positive reviews."),
    ),
    "tags": table("One row per tag.", name=Column(pa.string(), "Name.")),
    "specs": table("One row per feature.", name=Column(pa.string(), "Name.")),
    "developers": table(
        "One row per developer, by folded name.",
        name=Column(pa.string(), "Name.", filter=Kind.NAME, order=True, folded="folded"),
        folded=Column(pa.string(), "Folded name, for comparisons."),
        search_key=Column(pa.string(), "Searchable form of the name: see `search_keys.py`."),
        companies=Column(
            pa.list_(pa.string()),
            "Any of the companies listed in the name.",
            filter=Kind.NAME,
            public_name="company",
        ),
        games=Column(_rows, "Games of the developer.", "rows of games"),
        item_count=derived("Number of items in the catalogue.", filter=Kind.INT, order=True),
        review_count=derived(
            "Number of reviews of the developer's games.", filter=Kind.INT, order=True
        ),
        positive_percent=derived(
            "Share of reviews that are positive by VADER, 0 to 100.",
            "percent",
            "without reviews",
            Kind.FLOAT,
            order=True,
        ),
        negative=Column(pa.int32(), "Number of negative reviews of the developer's games."),
        neutral=Column(pa.int32(), "Number of neutral reviews of the developer's games."),
        positive=Column(pa.int32(), "Number of positive reviews of the developer's games."),
    ),
    "developer_years": table(
        "One row per developer and release year, by developer, then year descending, null last.",
        developer=Column(pa.int32(), "The developer.", "row of developers"),
        year=Column(pa.int16(), "Release year.", null=_UNKNOWN),
        items=Column(pa.int32(), "Number of items."),
        free_items=Column(pa.int32(), "Number of items known to be free."),
        unknown_price_items=Column(pa.int32(), "Number of items whose price is unknown."),
    ),
    "review_years": table(
        "One row per noun, basis, year and game or developer with reviews, in that order.",
        noun=Column(
            pa.int8(), "Whether `row` is a game or a developer.", "code: 0 game, 1 developer"
        ),
        basis=Column(
            pa.int8(),
            "REVIEW: by year of the review; RELEASE: by release year of the game.",
            "code: 0 REVIEW, 1 RELEASE",
        ),
        year=Column(pa.int16(), "The year."),
        row=Column(pa.int32(), "The game or developer.", "row of games or developers"),
        best=Column(pa.int32(), "Number of reviews that recommend and are positive."),
        worst=Column(pa.int32(), "Number of reviews that do not recommend and are negative."),
        reviews=Column(pa.int32(), "Number of all reviews."),
    ),
    "genres": table(
        "One row per genre, by folded name.",
        name=Column(pa.string(), "Name.", filter=Kind.NAME, order=True, folded="folded"),
        folded=Column(pa.string(), "Folded name, for comparisons."),
        search_key=Column(pa.string(), "Searchable form of the name: see `search_keys.py`."),
        games=Column(_rows, "Games of the genre.", "rows of games"),
        game_count=derived("Number of games in it.", filter=Kind.INT, order=True),
    ),
    "genre_players": table(
        "One row per genre and player, by genre, then minutes descending, then user.",
        genre=Column(pa.int32(), "The genre.", "row of genres"),
        user=Column(pa.int32(), "The player.", "row of users"),
        minutes=Column(pa.int64(), "Playtime in games of the genre.", "minutes"),
    ),
    "genre_player_years": table(
        "One row per row of genre_players and release year, year descending, null last.",
        genre_player=Column(pa.int32(), "The genre and player.", "row of genre_players"),
        year=Column(pa.int16(), "Release year of the games.", null=_UNKNOWN),
        minutes=Column(pa.int64(), "Playtime in these games.", "minutes"),
    ),
    "users": table(
        "One row per user, by user id.",
        user_id=Column(
            pa.string(), "User id.", filter=Kind.ID, order=True, order_note="by code point"
        ),
        search_key=Column(pa.string(), "Searchable form of the user id: see `search_keys.py`."),
        library_known=Column(
            pa.bool_(),
            "Whether the user's library is known, even if empty. False for users known only from "
            "reviews: what they own is unknown.",
            filter=Kind.FLAG,
        ),
        items=Column(
            pa.int32(),
            "Number of items owned.",
            filter=Kind.INT,
            order=True,
            public_name="items_count",
        ),
        priced_items=Column(pa.int32(), "Number of items owned whose price is known."),
        money=Column(
            pa.float64(),
            "Money spent, in USD: sum of the known prices of the items owned.",
            "USD",
            filter=Kind.FLOAT,
            order=True,
            public_name="money_spent",
        ),
        reviews=Column(
            pa.int32(),
            "Number of reviews written.",
            filter=Kind.INT,
            order=True,
            public_name="review_count",
        ),
        recommended=Column(pa.int32(), "Number of reviews that recommend."),
        recommend_percent=derived(
            "Share of reviews that recommend, 0 to 100.",
            "percent",
            "without reviews",
            Kind.FLOAT,
            order=True,
        ),
    ),
    "reviews": table(
        "One row per distinct pair of user and game, by user, then game.",
        user=Column(pa.int32(), "The author.", "row of users"),
        game=Column(pa.int32(), "The reviewed game.", "row of games"),
        posted=Column(pa.date32(), "Day on which it was posted.", null=_UNKNOWN, order=True),
        posted_year=Column(
            pa.int16(), "Year in which it was posted.", null=_UNKNOWN, filter=Kind.INT
        ),
        posted_year_inferred=Column(
            pa.bool_(),
            "Whether the review shows no year, so that the crawl year is assumed.",
            filter=Kind.FLAG,
        ),
        recommend=Column(pa.bool_(), "Whether it recommends the game.", filter=Kind.FLAG),
        sentiment=Column(
            pa.int8(),
            "Sentiment class of its text by its VADER compound.",
            "code: 0 negative, 1 neutral, 2 positive",
            filter=Kind.SENTIMENT,
        ),
        compound=Column(
            pa.float64(),
            "VADER compound of its text, -1 to 1.",
            null="without a text",
            filter=Kind.FLOAT,
            order=True,
        ),
        learned=Column(
            pa.float64(),
            "Learned sentiment of its text, -1 to 1.",
            null="without a text, and when there are too few reviews to learn from",
            filter=Kind.FLOAT,
            order=True,
            public_name="learned_sentiment",
        ),
        helpful=Column(
            pa.int32(), "Number of people who found it helpful.", filter=Kind.INT, order=True
        ),
        helpful_total=Column(pa.int32(), "Number of people who rated whether it is helpful."),
        funny=Column(
            pa.int32(), "Number of people who found it funny.", filter=Kind.INT, order=True
        ),
        text=Column(pa.string(), "The text.", null="when missing or blank"),
    ),
}
