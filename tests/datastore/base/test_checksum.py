"""Documents hold their own checksum; any changed byte is found."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.checksum import verified, with_checksum

DOCUMENT = b'{\n  "version": "abc",\n  "rows": 3\n}'
OBJECTS = st.dictionaries(st.text(), st.integers() | st.text() | st.none(), min_size=1)


@given(OBJECTS)
def test_a_document_comes_back_as_it_was_and_is_still_json(members: dict[str, object]) -> None:
    document = json.dumps(members, indent=2).encode()
    written = with_checksum(document)
    assert verified(written) == document
    read = json.loads(written)
    assert {name: read[name] for name in members if name != "sha256"} == {
        name: value for name, value in members.items() if name != "sha256"
    }


def test_every_changed_byte_of_the_document_is_found() -> None:
    written = with_checksum(DOCUMENT)
    start = written.index(b'"version"')
    for position in range(start, len(written)):
        changed = bytearray(written)
        changed[position] ^= 1
        with pytest.raises(msgspec.DecodeError, match=r"SHA-256 [0-9a-f]{16}… instead of"):
            verified(bytes(changed))


def test_a_cut_document_is_found() -> None:
    written = with_checksum(DOCUMENT)
    for size in range(written.index(b'"version"'), len(written)):
        with pytest.raises(msgspec.DecodeError, match="SHA-256"):
            verified(written[:size])


def test_a_document_of_an_earlier_release_has_none() -> None:
    assert verified(DOCUMENT) == DOCUMENT
