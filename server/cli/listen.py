"""server.cli: the socket that `playgraph serve` listens on."""

from __future__ import annotations

import errno
import os
import re
import socket

from datastore.base.errors import PlaygraphError

__all__ = ["listen"]


def listen(host: str, port: int) -> socket.socket:
    """Bind a TCP socket to a host name, an IPv4 address or an IPv6 address (brackets allowed).
    Connections are refused until a server listens on it.

    Raises PlaygraphError with the reason if that fails.
    """
    name = host.removeprefix("[").removesuffix("]")
    if name == "*":
        raise PlaygraphError("--host * is not an address: 0.0.0.0 listens on all addresses.")
    if re.fullmatch(r"[^:]*:[0-9]+", name):
        raise PlaygraphError(f"--host {host} includes a port: set it with --port.")
    endpoint = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else "not a host name"
        raise PlaygraphError(
            f"Cannot listen on {endpoint}: unknown host ({reason}). Choose another one with --host."
        ) from None
    try:
        listener = socket.socket(family)
    except OSError as error:
        raise _refused(endpoint, name, error) from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _refused(endpoint, name, error) from None
    return listener


def _refused(endpoint: str, host: str, error: OSError) -> PlaygraphError:
    reasons = {
        errno.EADDRINUSE: "the port is in use. Stop the program that listens there, or choose "
        "another port with --port.",
        errno.EACCES: "permission denied. Choose a port above 1023 with --port.",
        errno.EPERM: "permission denied. Choose a port above 1023 with --port.",
        errno.EADDRNOTAVAIL: f"{host} is not an address of this machine. Choose another one with "
        "--host; 0.0.0.0 listens on all addresses.",
        errno.EAFNOSUPPORT: "this machine does not support that IP version. Choose another address "
        "with --host.",
    }
    reason = reasons.get(error.errno or 0) or f"{os.strerror(error.errno or 0)}."
    return PlaygraphError(f"Cannot listen on {endpoint}: {reason}")
