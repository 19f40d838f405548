"""server.observe: metrics on a port of their own, in a thread, which answers under load, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server

from datastore.base.errors import PlaygraphError

__all__ = ["metrics_port"]


@contextmanager
def metrics_port(registry: CollectorRegistry, host: str, port: int) -> Iterator[int]:
    """Serve the metrics at `/metrics` while the context lasts; yields the port, if 0 was given.

    Raises PlaygraphError if it cannot listen there.
    """
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise PlaygraphError(
            f"Cannot listen on {host}:{port} for metrics: {error.strerror or error}. Choose "
            "another address with PLAYGRAPH_METRICS_HOST or another port with --metrics-port."
        ) from None
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
