"""server.snapshots: the live snapshot, and its replacement."""
