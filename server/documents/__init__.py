"""server.documents: trusted documents and persisted queries."""
