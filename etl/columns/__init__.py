"""etl.columns: Arrow and NumPy columns: distinct values, keys, lists, search indices."""
