"""server.http: GraphQL over HTTP."""
