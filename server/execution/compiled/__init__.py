"""server.execution.compiled: executes an operation as a plan, level by level, and writes JSON."""
