"""schema.relay: the Relay specification: nodes and connections."""
