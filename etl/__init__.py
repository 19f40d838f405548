"""etl: raw dumps in, versioned snapshot out."""
