"""server.http: security headers for every answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["POLICY", "SecurityHeaders"]

#: The policy where no page is served.
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

#: The editor needs inline styles; everything else is loaded from files of this origin.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: What a page may not use, even if it is injected or embedded. GraphiQL copies to the clipboard.
_PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(self), "
    "display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # Pages of allowed origins read answers with CORS, which this does not affect.
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", _PERMISSIONS.encode()),
]


class SecurityHeaders:
    """Adds missing security headers to every answer: workers use those of their own script."""

    def __init__(self, app: ASGIApp, has_page: bool = True, hsts_seconds: int = 0) -> None:
        self._app = app
        policy = POLICY if has_page else _NO_PAGE
        self._headers = [*_HEADERS, (b"content-security-policy", policy.encode())]
        if hsts_seconds:
            self._headers.append((b"strict-transport-security", b"max-age=%d" % hsts_seconds))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(pair for pair in self._headers if pair[0] not in present)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
