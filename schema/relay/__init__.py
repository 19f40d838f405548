"""schema.relay: nodes and connections by the Relay specification."""
