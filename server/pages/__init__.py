"""server.pages: GraphiQL, the explorer, and a fallback page if they are not built."""
