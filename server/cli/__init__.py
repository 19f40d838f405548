"""server.cli: the command line, one thin function per command."""
