"""datastore: what we know. Immutable frames, arrays and indices over one snapshot."""
