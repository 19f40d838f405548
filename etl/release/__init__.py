"""etl.release: build, update, train, evaluate, gate, drift, diff, feedback, watch."""
