"""etl.sources: what was read from each raw file, cached by content; the order of files."""
