"""server.snapshots: the live snapshot and its replacement by newer ones."""
