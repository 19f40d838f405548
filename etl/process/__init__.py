"""etl.process: worker processes, memory, progress."""
