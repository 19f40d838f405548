"""etl.recommender.evaluation: how good the recommender is, beside simpler ones."""
