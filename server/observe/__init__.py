"""server.observe: health, metrics, traces, logs, request ids."""
