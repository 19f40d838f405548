"""datastore.base: the file contract that the build writes and the server reads."""
