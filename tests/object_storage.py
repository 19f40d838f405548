"""Local servers of object storage: S3 by moto, as a process of its own, and a Google Cloud Storage
of our own.

moto has an environment of its own, because it needs an older python-dateutil than the server. No
package imitates the part of Google's XML API that the client uses: fake-gcs-server and
gcp-storage-emulator refuse its requests. So that server follows Google's documentation of it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen
from xml.sax.saxutils import escape

import pytest

from processes import free_port

__all__ = ["ENVIRONMENT", "create_bucket", "google", "s3"]

#: What the clients of both servers need.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "GOOGLE_BEARER_TOKEN": "testing",
}


@contextmanager
def s3() -> Iterator[str]:
    """The address (host and port) of a running S3. Skips unless PLAYGRAPH_MOTO_SERVER names moto:
    it takes 20 seconds of CPU time, and the other two kinds of storage run on every day."""
    command = os.environ.get("PLAYGRAPH_MOTO_SERVER")
    if not command:
        pytest.skip("no moto: tests/storage-requirements.txt, and PLAYGRAPH_MOTO_SERVER")
    port = free_port()
    server = subprocess.Popen(
        [command, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, f"127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def create_bucket(host: str, name: str) -> None:
    """Create a bucket in the S3."""
    with urlopen(Request(f"http://{host}/{name}", method="PUT")):
        pass


@contextmanager
def google() -> Iterator[str]:
    """The address (host and port) of a running Google Cloud Storage, in which all buckets exist."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Google)
    server.daemon_threads = True
    server.objects = {}  # type: ignore[attr-defined]
    server.lock = threading.Lock()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _wait(server: subprocess.Popen[Any], host: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"moto ended with {server.returncode}", pytrace=False)
        try:
            with urlopen(f"http://{host}/moto-api/", timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    server.kill()
    pytest.fail("moto is not ready within 60 s", pytrace=False)


class _Google(BaseHTTPRequestHandler):
    """Objects with generations; writes are conditional by `x-goog-if-generation-match`, whose 0
    means that there must be no object.

    https://cloud.google.com/storage/docs/xml-api/put-object-upload,
    https://cloud.google.com/storage/docs/xml-api/reference-headers,
    https://cloud.google.com/storage/docs/xml-api/get-bucket-list
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer is one packet

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        expected = self.headers.get("x-goog-if-generation-match")
        with self.server.lock:  # type: ignore[attr-defined]
            _, generation = self._objects.get(self._path, (b"", 0))
            if expected is not None and int(expected) != generation:
                self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
                return
            self._objects[self._path] = content, time.time_ns() // 1_000
        self._answer(200, b"", self._path)

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._list(query.get("prefix", [""])[0])
        elif self._path in self._objects:
            self._answer(200, self._objects[self._path][0], self._path)
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self) -> None:
        self._answer(204 if self._objects.pop(self._path, None) else 404, b"")

    def _list(self, prefix: str) -> None:
        bucket = f"{self._path}/"
        entries = [
            f"<Contents><Key>{escape(path.removeprefix(bucket))}</Key><ETag>{_etag(content)}</ETag>"
            f"<Size>{len(content)}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            "</Contents>"
            for path, (content, _) in sorted(self._objects.items())
            if path.startswith(bucket + prefix)
        ]
        body = f"<ListBucketResult>{''.join(entries)}</ListBucketResult>"
        self._answer(200, body.encode())

    def _answer(self, status: int, body: bytes, path: str = "") -> None:
        self.send_response(status)
        if path:
            content, generation = self._objects[path]
            self.send_header("ETag", _etag(content))
            self.send_header("x-goog-generation", str(generation))
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    @property
    def _path(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    @property
    def _objects(self) -> dict[str, tuple[bytes, int]]:
        found: dict[str, tuple[bytes, int]] = self.server.objects  # type: ignore[attr-defined]
        return found

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'
