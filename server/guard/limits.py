"""server.guard: the largest URL, headers and body of a request, in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datastore.base.settings import Settings
from server.http.refusal import Refusal

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits, in bytes."""

    url: int
    headers: int
    body: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits of the settings."""
        return cls(settings.max_url_bytes, settings.max_header_bytes, settings.max_body_bytes)

    @property
    def head(self) -> int:
        """Bytes of the longest URL and the largest headers together."""
        return self.url + self.headers

    def check_url(self, size: int) -> None:
        """Raises Refusal (414)."""
        if size > self.url:
            raise Refusal(
                414,
                "URI_TOO_LONG",
                f"The URL is longer than {self.url:,} bytes: send the request by POST.",
            )

    def check_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raises Refusal (431). A line counts with its colon, its space and its end."""
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self.headers:
            raise self.headers_too_large()

    def headers_too_large(self) -> Refusal:
        """The refusal (431) of a request with too large headers."""
        return Refusal(
            431,
            "HEADERS_TOO_LARGE",
            f"The headers are larger than {self.headers:,} bytes: send fewer or shorter ones.",
        )

    def check_body(self, size: int) -> None:
        """Raises Refusal (413)."""
        if size > self.body:
            raise Refusal(
                413,
                "BODY_TOO_LARGE",
                f"The body is larger than {self.body:,} bytes: send a smaller request.",
            )
