"""etl.snapshot: snapshots of a data folder: written, listed, pruned; the forgotten users."""
