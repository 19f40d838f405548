"""etl.games: the games subject: catalogue, reviews, libraries, events; axes and tables."""
