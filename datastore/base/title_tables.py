"""datastore.base: the tables and arrays of streaming titles: see `datastore.base.tables`.

Texts are in lower case, as the client asks; columns that begin with `published` keep the
platform's spelling. A column called `title`, `viewer` or `person` holds row numbers of that table.
Ratings are of one viewer for one title: of several, the last one counts.
"""

from __future__ import annotations

import pyarrow as pa

from datastore.base.codes import DURATION_TYPES, PLATFORMS, TITLE_KINDS
from datastore.base.columns import (
    Array,
    Column,
    Kind,
    Table,
    coded,
    derived,
    search_arrays,
    table,
)

__all__ = ["ARRAYS", "TABLES"]

_rows = pa.list_(pa.int32())
_texts = pa.list_(pa.string())
_MISSING = "when missing"


TABLES: dict[str, Table] = {
    "titles": table(
        "One row per title, by title id: platform letter, then number.",
        title_id=Column(
            pa.string(),
            "Title id: first letter of the platform, then the platform's own id.",
            filter=Kind.ID,
            order=True,
            order_note="by platform letter, then number",
        ),
        platform=Column(
            pa.int8(), "The streaming platform.", coded(PLATFORMS), filter=Kind.PLATFORM
        ),
        kind=Column(
            pa.int8(),
            "Whether the title is a film or a series, as published.",
            coded(TITLE_KINDS),
            filter=Kind.TITLE_KIND,
        ),
        title=Column(
            pa.string(),
            "Title, in lower case.",
            null=_MISSING,
            filter=Kind.NAME,
            order=True,
            folded="title_folded",
            shown=True,
        ),
        title_folded=Column(pa.string(), 'Folded title, for comparisons; "" when missing.'),
        title_rank=Column(
            pa.int32(),
            "Rank among all titles, by folded title; equal titles share a rank.",
            null="without a title",
        ),
        search_key=Column(pa.string(), "Searchable form of the title: see `search_keys.py`."),
        directors=Column(
            _rows,
            "Name of any of its directors.",
            "rows of people",
            "",
            Kind.NAME,
            public_name="director",
        ),
        cast=Column(
            _rows,
            "Name of any person in its cast.",
            "rows of people",
            "",
            Kind.NAME,
            public_name="cast_member",
        ),
        countries=Column(
            _rows,
            "Name of any of its countries.",
            "rows of countries",
            "",
            Kind.NAME,
            public_name="country",
        ),
        genres=Column(
            _rows,
            "Name of any of the genres that the platform lists it in.",
            "rows of title_genres",
            "",
            Kind.NAME,
            public_name="genre",
        ),
        date_added=Column(
            pa.date32(),
            "Day on which the platform added it.",
            null=_MISSING,
            order=True,
            shown=True,
        ),
        release_year=Column(
            pa.int16(), "Year of release.", null=_MISSING, filter=Kind.INT, order=True, shown=True
        ),
        rating=Column(
            pa.string(),
            "Age rating, in lower case; `g` when the platform gives none.",
            filter=Kind.NAME,
            folded="rating",
            shown=True,
        ),
        rating_missing=Column(
            pa.bool_(), "Whether the platform gives no age rating.", filter=Kind.FLAG, shown=True
        ),
        duration_int=Column(
            pa.int32(),
            "Duration, in the unit that `durationType` names.",
            null=_MISSING,
            filter=Kind.INT,
            order=True,
            shown=True,
        ),
        duration_type=Column(
            pa.int8(),
            "Unit of the duration: minutes or seasons.",
            coded(DURATION_TYPES),
            _MISSING,
            Kind.DURATION_TYPE,
        ),
        description=Column(pa.string(), "Description, in lower case.", null=_MISSING),
        published_title=Column(pa.string(), "Title as the platform spells it.", null=_MISSING),
        published_directors=Column(_texts, "Directors as the platform spells them."),
        published_cast=Column(_texts, "Cast as the platform spells it."),
        published_countries=Column(_texts, "Countries as the platform spells them."),
        published_genres=Column(_texts, "Genres as the platform spells them."),
        published_rating=Column(
            pa.string(),
            "Age rating as the platform spells it.",
            null="when the platform gives none",
        ),
        published_description=Column(
            pa.string(), "Description as the platform spells it.", null=_MISSING
        ),
        score_mean=Column(
            pa.float64(),
            "Mean of all its ratings, 0.5 to 5; a repeated row counts once.",
            "stars",
            "without ratings",
            Kind.FLOAT,
            order=True,
            public_name="score",
        ),
        score_count=Column(
            pa.int32(),
            "Number of the ratings of which `score` is the mean.",
            filter=Kind.INT,
            order=True,
        ),
    ),
    "people": table(
        "One row per person in a cast or among directors, by name.",
        name=Column(pa.string(), "Name, in lower case."),
        display_name=Column(
            pa.string(), "The commonest spelling of the name, then the first by code point."
        ),
        cast_titles=Column(_rows, "Titles with the person in the cast.", "rows of titles"),
    ),
    "countries": table("One row per country, by name.", name=Column(pa.string(), "Name.")),
    "title_genres": table(
        "One row per genre of titles, by name.", name=Column(pa.string(), "Name.")
    ),
    "viewers": table(
        "One row per viewer with a rating, by viewer id.",
        viewer_id=Column(
            pa.string(), "Viewer id.", filter=Kind.ID, order=True, order_note="by code point"
        ),
        search_key=Column(pa.string(), "Searchable form of the viewer id: see `search_keys.py`."),
        rating_count=Column(
            pa.int32(), "Number of titles rated.", filter=Kind.INT, order=True, shown=True
        ),
        mean_rating=derived(
            "Mean of the viewer's ratings, 0.5 to 5.", "stars", "", Kind.FLOAT, order=True
        ),
    ),
}

ARRAYS: dict[str, Array] = {
    **search_arrays("titles", "viewers"),
    "rating_offsets": Array("int64", "viewers + 1: where a viewer's ratings start"),
    "rating_titles": Array(
        "uint16|int32", "ratings: title, ascending within a viewer", by_row=True
    ),
    "rating_values": Array("uint8", "ratings: twice the stars, 1 to 10"),
    "rating_times": Array("int64", "ratings: seconds since 1970, UTC", by_row=True),
    "title_rating_offsets": Array("int64", "titles + 1: where a title's entries start"),
    "title_rating_rows": Array(
        "int32", "ratings by title, then viewer: row of the rating", by_row=True
    ),
    "similar_titles": Array("int32", "titles x most neighbours: title, -1 for none"),
    "similar_title_scores": Array("float32", "titles x most neighbours: score, 0 to 1"),
    "title_words_text": Array("uint8", "bytes: words that titles are compared by, by code point"),
    "title_words_offsets": Array("int32", "words + 1: where a word starts in the text"),
    "title_words_titles": Array("int32", "words: number of titles with the word"),
    "description_offsets": Array("int64", "titles + 1: where a title's entries start"),
    "description_words": Array("int32", "words of descriptions: row of the word, once per title"),
    "viewer_means": Array(
        "float32", "viewers: mean of the ratings in stars, shrunk to that of all"
    ),
    "title_raters": Array(
        "int32", "titles x most raters: viewer, most ratings first, -1 for none: see `evidence.py`"
    ),
    "title_rater_values": Array("uint8", "titles x most raters: twice the stars, 0 for none"),
    "title_effects": Array(
        "float32", "titles: mean deviation from the viewers' means in stars, shrunk to 0"
    ),
    "title_factors": Array("float32", "titles x factors: latent factors"),
    "title_feature_offsets": Array("int64", "titles + 1: where a title's features start"),
    "title_features": Array(
        "int32", "entries: genre, person of the cast or director that several titles have"
    ),
    "title_feature_shares": Array("float32", "entries: share of the title, by squared idf"),
}
