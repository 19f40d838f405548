"""etl.sentiment: sentiment of review texts: VADER, and a model learned from the data."""
