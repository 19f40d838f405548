"""server.documents: trusted documents: only what the operator put in a folder is executed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import GraphQLError, parse, print_ast

from datastore.base.errors import SettingsError
from server.execution.errors import RequestError
from server.execution.executor import Executor
from server.http.parameters import Parameters
from server.http.refusal import Refusal

__all__ = ["TrustedDocuments"]

_PREFIX = "sha256:"
_SUFFIXES = {".graphql", ".gql"}
_APOLLO = "apollo-persisted-query-manifest"


class TrustedDocuments:
    """The only documents that are executed, by their id or by their exact text."""

    def __init__(self, by_id: dict[str, str]) -> None:
        self._by_id = by_id
        self._texts = set(by_id.values())

    def __len__(self) -> int:
        return len(self._texts)

    @classmethod
    def load(cls, folder: Path, executor: Executor) -> TrustedDocuments:
        """Read `.graphql` and `.gql` files and JSON manifests, in sub-folders too.

        Raises SettingsError, which names the file, for an invalid document.
        """
        if not folder.is_dir():
            raise SettingsError(
                f"The folder of trusted documents, {folder}, does not exist: create it, or choose "
                "another by --documents."
            )
        by_id: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            for key, text in _read(path):
                _validate(path, key, text, executor)
                if by_id.setdefault(key, text) != text:
                    raise SettingsError(f"{path}: another document has the id {key!r} too.")
        if not by_id:
            raise SettingsError(
                f"There are no documents in {folder}: put .graphql files or a JSON manifest there."
            )
        return cls(by_id)

    def text(self, parameters: Parameters) -> str:
        """The document that a request names. Raises Refusal for one that is not trusted."""
        asked = parameters.persisted or parameters.document_id
        query = parameters.query
        if asked is None:
            if query not in self._texts:
                raise Refusal(
                    403,
                    "QUERY_NOT_IN_SAFELIST",
                    "This server executes trusted documents only, and this is not one of them: "
                    "ask its operator to add it.",
                )
            return query
        found = self._by_id.get(asked) or self._by_id.get(asked.removeprefix(_PREFIX))
        if found is None:
            raise Refusal(
                404,
                "PERSISTED_QUERY_NOT_IN_LIST",
                f"This server executes trusted documents only, and none has id {asked[:100]!r}: "
                "ask its operator to add it.",
            )
        if query is not None and query not in self._texts:
            raise Refusal(
                403,
                "QUERY_NOT_IN_SAFELIST",
                f"The query is not the trusted document {asked[:100]!r}: send only the id.",
            )
        return found

    def remember(self, parameters: Parameters) -> None:
        """Nothing is learned from clients."""


def _read(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix.lower() in _SUFFIXES:
        # Clients send the file as it is, without the final newline, or printed by graphql-js.
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
            f"{path} is not a manifest: it must be a JSON object of ids and documents."
        )
    for key, text in entries:
        if not isinstance(key, str) or not key or not isinstance(text, str):
            raise SettingsError(f"{path}: {key!r} must be an id with the text of a document.")
        yield key, text


def _operation(path: Path, entry: Any) -> tuple[Any, Any]:
    if not isinstance(entry, dict):
        raise SettingsError(f"{path}: {entry!r} must be an operation with 'id' and 'body'.")
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
        return text  # validation says what is wrong with it


def _validate(path: Path, key: str, text: str, executor: Executor) -> None:
    where = f"{path}: {key!r}" if path.suffix.lower() == ".json" else str(path)
    try:
        document = executor.document(text)
        executor.validate(document)
        if not document.operations:
            raise SettingsError(
                f"{where} has only fragments: put them beside the operations that use them."
            )
    except RequestError as error:
        (first, *_) = error.errors
        places = first.get("locations") or [{}]
        line = places[0].get("line")
        at = f", line {line}" if line else ""
        raise SettingsError(f"{where}{at} is not valid for this schema: {error}") from None
