"""server.pages: GraphiQL, and what is shown where it was not built."""
