"""etl.release: build, update, forget, train, evaluate, gate, drift, diff, watch."""
