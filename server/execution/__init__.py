"""server.execution: runs documents against a built schema; knows nothing of HTTP or games."""
