"""The address to listen on: what is wrong with it is said."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from datastore.base.errors import PlaygraphError
from server.cli import listen as module
from server.cli.listen import listen


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_free_port_is_taken(host: str) -> None:
    with listen(host, 0) as listener:
        assert listener.getsockname()[1] > 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_address_of_version_6_may_have_brackets(host: str) -> None:
    with listen(host, 0) as listener:
        assert listener.getsockname()[0] == "::1"


def test_a_port_in_use_differs_from_a_wrong_address(taken: int) -> None:
    with pytest.raises(PlaygraphError, match=f"^Cannot listen on 127.0.0.1:{taken}: the port is"):
        listen("127.0.0.1", taken)
    with pytest.raises(
        PlaygraphError,
        match=r"^Cannot listen on 192\.0\.2\.1:8000: 192\.0\.2\.1 is not an address of this",
    ):
        listen("192.0.2.1", 8000)


@pytest.mark.parametrize(
    "host", ["no.such.host.invalid", "a..b", "x" * 300, "256.1.1.1", "http://x"]
)
def test_an_unknown_host_is_called_so(host: str) -> None:
    with pytest.raises(
        PlaygraphError, match=r"unknown host \(.+\)\. Choose another one with --host"
    ):
        listen(host, 0)


@pytest.mark.parametrize(
    ("host", "remedy"), [("localhost:80", "set it with --port"), ("*", "0.0.0.0 listens on all")]
)
def test_a_host_with_a_port_or_an_asterisk_is_explained(host: str, remedy: str) -> None:
    with pytest.raises(PlaygraphError, match=remedy):
        listen(host, 0)


def test_a_port_that_only_root_may_have_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.socket, "socket", Refusing)
    with pytest.raises(
        PlaygraphError,
        match=r"^Cannot listen on 0\.0\.0\.0:80: permission denied\. Choose a port above 1023",
    ):
        listen("0.0.0.0", 80)
