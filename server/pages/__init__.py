"""server.pages: the GraphiQL page, and a fallback page if it is not built."""
