"""etl.prices: models of the price of a game, trained on the tables of the games."""
