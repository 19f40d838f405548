"""etl.process: engines, worker processes, memory, progress."""
