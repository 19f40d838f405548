"""server.observe: health, request ids, logs."""
