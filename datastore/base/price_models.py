"""datastore.base: the methods of estimating prices, and the arrays in which a snapshot has them.

The build measures its models by this same code.
"""

from __future__ import annotations

from datastore.base.columns import Array
from datastore.base.price_averages import GENRE_MEDIAN, MEAN, GenreMedian, Mean
from datastore.base.price_bagging import BAGGING, Bagging
from datastore.base.price_boosting import BOOSTING, Boosting
from datastore.base.price_estimates import PriceModel
from datastore.base.trees import tree_arrays

__all__ = ["ARRAYS", "METHODS", "MODELS"]

#: In the order in which the arrays have them.
METHODS = (BAGGING, BOOSTING, GENRE_MEDIAN, MEAN)

MODELS: dict[str, type[PriceModel]] = {
    model.method: model for model in (Bagging, Boosting, GenreMedian, Mean)
}

ARRAYS: dict[str, Array] = {
    "price_keys": Array("int64", "keys: of developers and publishers with prices, ascending"),
    "price_key_weights": Array("float64", "keys: addition to the linear score"),
    "price_key_means": Array("float64", "keys: mean logarithm of the prices, shrunk"),
    "price_key_counts": Array("int32", "keys: number of prices"),
    "price_key_shares": Array("float64", "2: mean addition of developers, of publishers"),
    "price_word_weights": Array("float64", "2 x words: addition; of downloadable content, besides"),
    "price_word_shares": Array("float64", "words: mean addition to the score of a game"),
    "price_other_weights": Array(
        "float64", "intercept, then additions: early access, metascore / 100, each year"
    ),
    "price_other_shares": Array("float64", "3: mean addition by year, early access, metascore"),
    "price_tree_words": Array("int64", "words that are columns of the boosted trees"),
    "price_genre_sets": Array("int64", "sets of genres with enough prices: key, ascending"),
    "price_set_medians": Array("float64", "sets of genres with enough prices: median in USD"),
    "price_genre_medians": Array("float64", "genres: median in USD, NaN without a price"),
    "price_overall": Array("float64", "2: mean and median of all prices, in USD"),
    **tree_arrays("price_boosting"),
    **tree_arrays("price_bagging"),
}
