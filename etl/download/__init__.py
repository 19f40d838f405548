"""Fetches the published raw dumps over HTTP."""
