"""server.execution: executes documents against a schema, independent of HTTP and of games."""
