"""etl.download: fetches the published raw dumps over HTTP."""
