"""server.http: whose pages may ask this server from another origin."""

from __future__ import annotations

import re

from datastore.base.errors import SettingsError

__all__ = ["origins"]

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


def origins(text: str) -> list[str]:
    """Read a list of origins with commas between. Raises SettingsError for what is none."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    for origin in found:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"PLAYGRAPH_CORS_ORIGINS has {origin!r}: an origin is a scheme, a host in lower "
                "case and a port, such as https://a.example or http://localhost:5173, or *."
            )
    return found
