"""datastore: one snapshot in memory: immutable frames, arrays and indices."""
