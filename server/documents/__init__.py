"""server.documents: trusted documents and automatic persisted queries."""
