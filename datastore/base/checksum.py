"""datastore.base: checksums inside of JSON documents.

A document starts with the SHA-256 of itself without this member, so that one atomic write replaces
both. Documents of earlier releases have none.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

__all__ = ["verified", "with_checksum"]

_CHECKSUM = re.compile(rb'\{\s*"sha256":\s*"([0-9a-f]{64})",')


def with_checksum(document: bytes) -> bytes:
    """A JSON object with at least one member, with its checksum as the first one."""
    sha256 = hashlib.sha256(document).hexdigest().encode()
    return b'{\n  "sha256": "' + sha256 + b'",' + document[1:]


def verified(content: bytes) -> bytes:
    """The document without its checksum. Raises msgspec.DecodeError if it has another one."""
    found = _CHECKSUM.match(content)
    if found is None:
        return content
    document = b"{" + content[found.end() :]
    sha256 = hashlib.sha256(document).hexdigest()
    expected = found[1].decode()
    if sha256 != expected:
        raise msgspec.DecodeError(f"SHA-256 {sha256[:16]}… instead of {expected[:16]}…")
    return document
