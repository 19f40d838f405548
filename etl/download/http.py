"""etl.download: HTTP requests, repeated after failures that may pass. Proxies are those of the
environment."""

from __future__ import annotations

import http.client
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

from datastore.base.errors import InputError

__all__ = ["Client", "Interrupted", "Unusable", "chunks", "is_address"]

#: Requests that may fail one after another, without a byte in between.
_ATTEMPTS = 5
#: Seconds without a byte after which a connection counts as lost.
_SILENCE = 30.0
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_T = TypeVar("_T")


class Interrupted(Exception):
    """A connection that ended too early: the rest can be asked for."""


class Unusable(Exception):
    """A part that cannot be continued: the whole file must be asked for. `total` is the size of the
    file, if the server said it."""

    def __init__(self, total: int | None = None) -> None:
        super().__init__()
        self.total = total


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects on the same host, and to the hosts that are allowed; but never from https
    to a protocol that is not encrypted."""

    def __init__(self, says: Callable[[str], object], hosts: Collection[str]) -> None:
        self._says = says
        self._hosts = {host.lower() for host in hosts}

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        if not is_address(newurl) or (
            req.full_url.startswith("https:") and not newurl.startswith("https:")
        ):
            fp.close()
            raise InputError(f"{req.full_url} redirects to {newurl}, which is not followed.")
        host = _host(newurl)
        if host != _host(req.full_url):
            if host not in self._hosts:
                fp.close()
                raise InputError(
                    f"{req.full_url} redirects to another host, {newurl}, which is not followed: "
                    f"if {host} may send the file, allow it with --allow-host {host}."
                )
            self._says(f"{req.full_url} is answered by another host: {newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Client:
    """Sends requests. `waits` sleeps for seconds; `says` reports repeated requests, and redirects
    to one of the other `hosts` that are allowed."""

    def __init__(
        self,
        says: Callable[[str], object],
        waits: Callable[[float], object] = time.sleep,
        silence: float = _SILENCE,
        hosts: Collection[str] = (),
    ) -> None:
        self._says = says
        self._waits = waits
        self._silence = silence
        self._opener = urllib.request.build_opener(_Redirects(says, hosts))
        self._agent = f"playgraph/{version('playgraph')}"

    def read(self, url: str, most: int) -> bytes:
        """A small document. Raises InputError if it cannot be fetched or is larger than `most`."""

        def read(_: int) -> bytes:
            content = b""
            with self.open(url) as response:
                for chunk in chunks(response):
                    content += chunk
                    if len(content) > most:
                        raise InputError(f"{url} has more than {most:,} bytes.")
                if len(content) < int(response.headers.get("Content-Length", 0)):
                    raise Interrupted("the connection was closed too early")
            return content

        return self.repeat(url, read, lambda: 0)

    def repeat(self, url: str, attempt: Callable[[int], _T], progress: Callable[[], int]) -> _T:
        """The result of `attempt`, which is called with the bytes so far, and again after failures
        that may pass. Waits longer after each failure without `progress`."""
        failures = 0
        while True:
            before = progress()
            try:
                return attempt(before)
            except Interrupted as error:
                reason = str(error)
            except http.client.HTTPException as error:
                reason = str(error) or type(error).__name__
            failures = 1 if progress() > before else failures + 1
            if failures >= _ATTEMPTS:
                raise InputError(
                    f"{url} cannot be fetched: {reason}. Is there a network? Behind a proxy, set "
                    "HTTPS_PROXY. Run the same command again to continue; or fetch the file with "
                    "another machine."
                )
            seconds = float(1 << (failures - 1))
            self._says(f"{url}: {reason}. Trying again in {seconds:g} s.")
            self._waits(seconds)

    @contextmanager
    def open(self, url: str, **headers: str) -> Iterator[Any]:
        """An answer. Raises Interrupted for failures that may pass, Unusable for 416, and
        InputError for others."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310
            url, headers={"User-Agent": self._agent, "Accept-Encoding": "identity", **names}
        )
        try:
            response = self._opener.open(request, timeout=self._silence)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 416:
                    found = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
                    raise Unusable(int(found[1]) if found else None) from None
                if error.code in _PASSING:
                    raise Interrupted(f"the server answers {error.code} {error.reason}") from None
                raise InputError(
                    f"{url} cannot be fetched: the server answers {error.code} {error.reason}. The "
                    "file may have moved: give a table with its new address, with --from."
                ) from None
        except OSError as error:  # also URLError
            raise Interrupted(_reason(error)) from None
        except (ValueError, http.client.InvalidURL) as error:
            raise InputError(f"{url} is not a valid address ({error}).") from None
        with response:
            yield response


def chunks(response: IO[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    """The body of an answer. Raises Interrupted if the connection fails."""
    while True:
        try:
            chunk = response.read(size)
        except OSError as error:
            raise Interrupted(_reason(error)) from None
        except http.client.HTTPException:
            raise Interrupted("the connection was closed too early") from None
        if not chunk:
            return
        yield chunk


def is_address(text: str) -> bool:
    """Whether a text is an address that can be fetched."""
    return text.lower().startswith(("http://", "https://"))


def _host(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""


def _reason(error: OSError) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError):
        return cause.strerror or (os.strerror(cause.errno) if cause.errno else str(cause))
    return str(cause)
