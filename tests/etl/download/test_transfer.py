"""Files are fetched from a local server that fails in the ways of real ones."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from datastore.base.errors import InputError
from etl.download.http import Client
from etl.download.table import RawFile
from etl.download.transfer import Transfer

CONTENT = bytes(range(256)) * 4_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT at every address; its attributes decide how."""

    daemon_threads = True
    content = CONTENT
    etag = '"one"'
    ranges = True
    #: Bytes after which the next connections break, one entry each.
    breaks: list[int]
    #: Statuses of the next answers, one entry each.
    statuses: list[int]
    pause = 0.0
    #: Whether every answer is said to be a part.
    parts_only = False
    media_type = "application/gzip"
    #: Where redirects lead to.
    location = "/elsewhere/games.json.gz"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.breaks, self.statuses = [], []
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/dumps/games.json.gz"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, asked = self.server, self.headers.get("Range")
        server.asked.append((self.path, asked))
        if server.statuses:
            self.send_response(server.statuses.pop(0))
            self.send_header("Location", server.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        current = self.headers.get("If-Range") in (None, server.etag)
        if asked and server.ranges and current:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(server.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(server.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.send_response(206 if start or server.parts_only else 200)
        if server.media_type:
            self.send_header("Content-Type", server.media_type)
        if start:
            end = len(server.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(server.content)}")
        if server.etag:
            self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        body = server.content[start:]
        if server.breaks:
            body = body[: server.breaks.pop(0)]
        self.wfile.write(body[:100_000])
        self.wfile.flush()
        if server.pause:
            time.sleep(server.pause)
        self.wfile.write(body[100_000:])
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Journal:
    """What a client said, how long it waited, and the progress of its transfers."""

    def __init__(self, silence: float = 5.0) -> None:
        self.said: list[str] = []
        self.waited: list[float] = []
        self.arrived = 0
        self.client = Client(self.said.append, self.waited.append, silence)

    def advance(self, count: int) -> None:
        self.arrived += count

    def transfer(self, file: RawFile, folder: Path) -> Transfer:
        return Transfer(file, folder, self.client, self.advance)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def file(server: Server) -> RawFile:
    return RawFile(server.url, bytes=len(CONTENT), sha256=SHA256)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_fetched_and_verified(file: RawFile, journal: Journal, tmp_path: Path) -> None:
    transfer = journal.transfer(file, tmp_path)
    assert not transfer.present()
    transfer.run()
    assert transfer.path == tmp_path / "games.json.gz"
    assert transfer.path.read_bytes() == CONTENT
    assert names(tmp_path) == {"games.json.gz"}
    assert journal.arrived == len(CONTENT)
    assert journal.said == []
    assert journal.transfer(file, tmp_path).present()


def test_size_and_checksum_are_optional(file: RawFile, journal: Journal, tmp_path: Path) -> None:
    journal.transfer(RawFile(file.url), tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT


def test_a_dropped_connection_continues_where_it_broke(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.breaks = [300_000, 200_000]
    journal.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert journal.waited == [1.0, 1.0]
    assert journal.arrived == len(CONTENT)
    assert "closed too early. Trying again in 1 s." in journal.said[0]


def test_a_later_command_continues_an_interrupted_one(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.breaks = [300_000, 0, 0, 0, 0]
    with pytest.raises(InputError, match=r"Run the same command again to continue"):
        journal.transfer(file, tmp_path).run()
    assert journal.waited == [1.0, 2.0, 4.0, 8.0]
    assert names(tmp_path) == {".games.json.gz.part", ".games.json.gz.part.json"}
    server.asked.clear()
    again = Journal()
    again.transfer(file, tmp_path).run()
    assert [asked for _, asked in server.asked] == ["bytes=300000-"]
    assert again.arrived == len(CONTENT)
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT


def interrupt(server: Server, file: RawFile, folder: Path) -> None:
    """Leave 300,000 bytes of the file."""
    server.breaks = [300_000, 0, 0, 0, 0]
    with pytest.raises(InputError):
        Journal().transfer(file, folder).run()
    server.asked.clear()


def test_a_part_of_another_version_is_fetched_again(
    server: Server, journal: Journal, tmp_path: Path
) -> None:
    file = RawFile(server.url)
    interrupt(server, file, tmp_path)
    server.etag, server.content = '"two"', CONTENT[::-1]
    journal.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT[::-1]
    assert journal.arrived == len(CONTENT)


def test_a_part_from_another_address_is_fetched_again(
    server: Server, journal: Journal, tmp_path: Path
) -> None:
    interrupt(server, RawFile(server.url), tmp_path)
    journal.transfer(RawFile(f"{server.url}?moved", file="games.json.gz"), tmp_path).run()
    assert [asked for _, asked in server.asked] == [None]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_an_exact_identity_a_part_is_not_continued(
    etag: str, server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.etag, server.breaks = etag, [300_000]
    journal.transfer(file, tmp_path).run()
    assert [asked for _, asked in server.asked] == [None, None]
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT
    assert journal.arrived == len(CONTENT)


def test_a_server_without_ranges_sends_the_whole_file_again(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.ranges, server.breaks = False, [300_000]
    journal.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT
    assert journal.arrived == len(CONTENT)


def test_a_complete_part_is_not_fetched_again(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    interrupt(server, file, tmp_path)
    (tmp_path / ".games.json.gz.part").write_bytes(CONTENT)
    journal.transfer(file, tmp_path).run()
    assert [asked for _, asked in server.asked] == [f"bytes={len(CONTENT)}-"]
    assert names(tmp_path) == {"games.json.gz"}


def test_a_part_longer_than_the_file_is_fetched_again(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    interrupt(server, file, tmp_path)
    (tmp_path / ".games.json.gz.part").write_bytes(CONTENT + b"more")
    journal.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT


def test_another_checksum_leaves_no_file(file: RawFile, journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"has SHA-256 {SHA256} instead of 0000.*It was not kept"):
        journal.transfer(replace(file, sha256="0" * 64), tmp_path).run()
    assert names(tmp_path) == set()


def test_another_size_is_noticed_before_the_file_is_fetched(
    file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"has 1,024,000 bytes, but the table says 5"):
        journal.transfer(replace(file, bytes=5), tmp_path).run()
    assert journal.arrived == 0


def test_a_web_page_in_place_of_the_file_is_refused(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.media_type = "text/html; charset=utf-8"
    with pytest.raises(InputError, match=r"is an HTML page, not a file: look at it in a browser"):
        journal.transfer(RawFile(file.url), tmp_path).run()
    assert names(tmp_path) == set()


def test_a_server_that_offers_only_parts_is_refused(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.parts_only = True  # though nobody asks for one
    with pytest.raises(InputError, match="the server offers only parts of it"):
        journal.transfer(RawFile(file.url), tmp_path).run()
    server.statuses = [416, 416]
    with pytest.raises(InputError, match="the server offers only parts of it"):
        journal.transfer(RawFile(file.url), tmp_path).run()
    assert names(tmp_path) == set()


def test_a_missing_file_is_not_asked_for_again(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.statuses = [404]
    with pytest.raises(InputError, match=r"the server answers 404 Not Found.*with --from"):
        journal.transfer(file, tmp_path).run()
    assert len(server.asked) == 1


def test_redirects_are_followed_to_web_addresses_only(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.statuses = [302, 302]
    journal.transfer(file, tmp_path).run()
    assert server.asked[-1] == ("/elsewhere/games.json.gz", None)
    (tmp_path / "games.json.gz").unlink()
    server.statuses, server.location = [302], "ftp://127.0.0.1/games.json.gz"
    with pytest.raises(InputError, match=r"redirects to ftp://.*which is not followed"):
        journal.transfer(file, tmp_path).run()


def test_a_redirect_to_another_host_is_refused_unless_it_is_allowed(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    there = f"http://localhost:{server.server_port}/elsewhere/games.json.gz"
    server.statuses, server.location = [302], there
    with pytest.raises(InputError) as caught:
        journal.transfer(file, tmp_path).run()
    assert str(caught.value) == (
        f"{server.url} redirects to another host, {there}, which is not followed: if localhost may "
        "send the file, allow it with --allow-host localhost."
    )
    assert len(server.asked) == 1
    assert not (tmp_path / "games.json.gz").exists()
    server.statuses = [302]
    said: list[str] = []
    client = Client(said.append, hosts=["LOCALHOST"])
    Transfer(file, tmp_path, client, journal.advance).run()
    assert said == [f"{server.url} is answered by another host: {there}."]
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT


def test_an_empty_file_is_an_error(server: Server, journal: Journal, tmp_path: Path) -> None:
    server.content = b""
    transfer = journal.transfer(RawFile(server.url), tmp_path)
    with pytest.raises(InputError, match=r"games.json.gz is empty\. It was not kept"):
        transfer.run()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "games.json.gz").touch()
    with pytest.raises(InputError, match=r"games.json.gz is empty\. Remove it, or"):
        transfer.present()


def test_a_busy_server_is_asked_again(
    server: Server, file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    server.statuses = [503, 429, 500]
    journal.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT
    assert journal.waited == [1.0, 2.0, 4.0]


def test_a_slow_server_is_waited_for_but_not_a_silent_one(
    server: Server, file: RawFile, tmp_path: Path
) -> None:
    server.pause = 0.5
    patient = Journal(silence=5.0)
    patient.transfer(file, tmp_path).run()
    assert patient.said == []
    (tmp_path / "games.json.gz").unlink()
    impatient = Journal(silence=0.1)
    server.breaks = []
    impatient.transfer(file, tmp_path).run()
    assert (tmp_path / "games.json.gz").read_bytes() == CONTENT
    assert "no answer in time" in impatient.said[0]


def test_without_a_network_the_error_says_so(journal: Journal, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    file = RawFile(f"http://127.0.0.1:{port}/games.json.gz")
    with pytest.raises(
        InputError, match=r"Connection refused\. Is there a network\? .*HTTPS_PROXY"
    ):
        journal.transfer(file, tmp_path).run()
    assert journal.waited == [1.0, 2.0, 4.0, 8.0]


def test_the_proxy_of_the_environment_is_asked(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    Journal().transfer(RawFile("http://dumps.example/games.json.gz"), tmp_path).run()
    assert server.asked == [("http://dumps.example/games.json.gz", None)]


def test_another_file_of_the_name_is_not_replaced(
    file: RawFile, journal: Journal, tmp_path: Path
) -> None:
    (tmp_path / "games.json.gz").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"has 4 bytes instead of 1,024,000.*Remove it"):
        journal.transfer(file, tmp_path).present()
    assert (tmp_path / "games.json.gz").read_bytes() == b"mine"
