"""server: how it is reached. HTTP, execution, GraphiQL and the command line."""
