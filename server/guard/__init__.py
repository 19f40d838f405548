"""server.guard: limits on what a request may cost."""
