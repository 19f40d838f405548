"""server.documents: trusted documents, from a folder of the operator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from graphql import GraphQLError, parse, print_ast

from datastore.base.errors import SettingsError
from server.execution.document import Document
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.parameters import Parameters
from server.http.refusal import Refusal

__all__ = ["TrustedDocuments"]

_PREFIX = "sha256:"
_SUFFIXES = {".graphql", ".gql"}
_APOLLO = "apollo-persisted-query-manifest"


class TrustedDocuments:
    """The only documents that the server executes, by id or by exact text."""

    def __init__(self, by_id: dict[str, str], operation_names: Collection[str] = ()) -> None:
        self.operation_names = frozenset(operation_names)
        self._by_id = by_id
        self._texts = set(by_id.values())

    def __len__(self) -> int:
        return len(self._texts)

    @classmethod
    def load(
        cls, folder: Path, executor: Executor, built_in: Mapping[str, str] | None = None
    ) -> TrustedDocuments:
        """Read `.graphql` and `.gql` files and JSON manifests, also in sub-folders; `built_in` are
        documents by id that are trusted as well, those of the server's own pages.

        Raises SettingsError, which names the file, for an invalid document.
        """
        if not folder.is_dir():
            raise SettingsError(
                f"The folder of trusted documents, {folder}, does not exist: create it, or choose "
                "another one with --documents."
            )
        by_id: dict[str, str] = {}
        names: set[str] = set()
        for path in sorted(folder.rglob("*")):
            for key, text in _read(path):
                document = _validated(path, key, text, executor)
                names |= {node.name.value for node in document.operations if node.name}
                if by_id.setdefault(key, text) != text:
                    raise SettingsError(f"{path}: the id {key!r} is already used.")
        if not by_id:
            raise SettingsError(
                f"No documents in {folder}: put .graphql files or a JSON manifest there."
            )
        for key, text in (built_in or {}).items():
            names |= {node.name.value for node in executor.document(text).operations if node.name}
            by_id.setdefault(key, text)
        return cls(by_id, names)

    def cache_uses(self) -> tuple[int, int]:
        """Nothing is cached."""
        return 0, 0

    def known(self, parameters: Parameters) -> str | None:
        """The document that a request names; None if it is not trusted."""
        try:
            return self.text(parameters)
        except Refusal:
            return None

    def text(self, parameters: Parameters) -> str:
        """The document that a request names. Raises Refusal for one that is not trusted."""
        key = parameters.persisted or parameters.document_id
        query = parameters.query
        if key is None:
            if query not in self._texts:
                raise Refusal(
                    403,
                    "QUERY_NOT_IN_SAFELIST",
                    "This document is not on the server's list of trusted documents: ask its "
                    "operator to add it.",
                )
            return query
        trusted = self._by_id.get(key) or self._by_id.get(key.removeprefix(_PREFIX))
        if trusted is None:
            raise Refusal(
                404,
                "PERSISTED_QUERY_NOT_IN_LIST",
                f"The id {key[:100]!r} is not on the server's list of trusted documents: ask its "
                "operator to add it.",
            )
        if query is not None and query not in self._texts:
            raise Refusal(
                403,
                "QUERY_NOT_IN_SAFELIST",
                f"The query differs from the trusted document {key[:100]!r}: send only the id.",
            )
        return trusted

    def remember(self, parameters: Parameters) -> None:
        """Does nothing: documents come from the operator only."""


def _read(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix.lower() in _SUFFIXES:
        # Clients send the exact file, the file without surrounding whitespace, or graphql-js's
        # formatting of it.
        text = _content(path)
        for variant in (text, text.strip(), _printed(text)):
            yield hashlib.sha256(variant.encode()).hexdigest(), variant
    elif path.suffix.lower() == ".json":
        try:
            manifest = json.loads(_content(path))
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"{path} is not valid JSON: {error}.") from None
        yield from _manifest(path, manifest)


def _manifest(path: Path, manifest: Any) -> Iterator[tuple[str, str]]:
    if isinstance(manifest, dict) and manifest.get("format") == _APOLLO:
        entries = [_operation(path, entry) for entry in manifest.get("operations") or []]
    elif isinstance(manifest, dict):
        entries = list(manifest.items())
    else:
        raise SettingsError(
            f"{path} is not a manifest: it must be a JSON object that maps ids to documents."
        )
    for key, text in entries:
        if not isinstance(key, str) or not key or not isinstance(text, str):
            raise SettingsError(f"{path}: the entry {key!r} must map an id to a document's text.")
        yield key, text


def _operation(path: Path, entry: Any) -> tuple[Any, Any]:
    if not isinstance(entry, dict):
        raise SettingsError(f"{path}: {entry!r} must be an operation with an 'id' and a 'body'.")
    return entry.get("id"), entry.get("body")


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 (invalid byte at {error.start}).") from None


def _printed(text: str) -> str:
    try:
        return print_ast(parse(text))
    except (GraphQLError, RecursionError):
        return text  # validation reports the error


def _validated(path: Path, key: str, text: str, executor: Executor) -> Document:
    where = f"{path}: {key!r}" if path.suffix.lower() == ".json" else str(path)
    try:
        document = executor.document(text)
        executor.validate(document)
        if not document.operations:
            raise SettingsError(
                f"{where} contains only fragments: add the operations that use them to the file."
            )
    except RequestError as error:
        (first, *_) = error.errors
        locations = first.get("locations") or [{}]
        line = locations[0].get("line")
        suffix = f", line {line}" if line else ""
        raise SettingsError(f"{where}{suffix} is not valid for this schema: {error}") from None
    return document
