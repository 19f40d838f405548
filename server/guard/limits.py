"""server.guard: size limits of URLs, headers and bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datastore.base.settings import Settings
from server.http.refusal import Refusal

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Size limits in bytes."""

    url: int
    headers: int
    body: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits given by the settings."""
        return cls(settings.max_url_bytes, settings.max_header_bytes, settings.max_body_bytes)

    @property
    def head(self) -> int:
        """Largest total size of URL and headers."""
        return self.url + self.headers

    def check_url(self, size: int) -> None:
        """Raise Refusal (414) if the URL is too long."""
        if size > self.url:
            raise Refusal(
                414,
                "URI_TOO_LONG",
                f"The URL is longer than {self.url:,} bytes: use POST.",
            )

    def check_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raise Refusal (431) if the headers are too large, including separators and line ends."""
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self.headers:
            raise self.headers_too_large()

    def headers_too_large(self) -> Refusal:
        """The refusal (431) of headers that are too large."""
        return Refusal(
            431,
            "HEADERS_TOO_LARGE",
            f"The headers are larger than {self.headers:,} bytes: send fewer or shorter headers.",
        )

    def check_body(self, size: int) -> None:
        """Raise Refusal (413) if the body is too large."""
        if size > self.body:
            raise Refusal(
                413,
                "BODY_TOO_LARGE",
                f"The body is larger than {self.body:,} bytes: send a smaller request.",
            )
