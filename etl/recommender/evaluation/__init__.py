"""etl.recommender.evaluation: the recommender's quality, compared with simpler ones."""
