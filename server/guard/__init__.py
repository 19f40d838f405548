"""server.guard: limits on the size, cost and rate of requests; API keys."""
