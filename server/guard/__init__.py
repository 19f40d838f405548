"""server.guard: limits on the size of requests."""
