"""server.wire: HTTP/1.1 connections, before the application: framing, limits, refusals."""
