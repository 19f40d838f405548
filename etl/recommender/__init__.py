"""etl.recommender: interactions, implicit ALS and precomputed neighbours."""
