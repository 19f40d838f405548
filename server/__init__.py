"""server: HTTP, execution, GraphiQL and the command line."""
