"""server.execution: the executor: text in, bytes out: parse, guard, validate, execute, encode.

Each step is a separate method, because the server acts between them: it checks the HTTP method
after parsing, and keeps persisted queries after validation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from threading import Lock
from typing import Any

import msgspec
from cachetools import LRUCache
from graphql import (
    ASTValidationRule,
    GraphQLError,
    GraphQLSchema,
    specified_rules,
    validate,
)

from server.execution.compiled.plans import Plans
from server.execution.document import Document, parsed
from server.execution.encoding import encoded
from server.execution.errors import (
    INPUT,
    MOST_ERRORS,
    PARSE,
    VALIDATION,
    RequestError,
    failure,
    formatted,
    shortened,
)
from server.execution.literals import Literals
from server.execution.operation import UNBOUNDED, Bounds, Meter, Stopped, executed, too_large
from server.execution.prepared import Guard, Prepared
from server.execution.rules import selective

__all__ = ["KEPT_BYTES", "MASK", "Answer", "Executor", "Extensions"]

logger = logging.getLogger("playgraph.execution")

#: Most characters of cached documents: a character takes 80 to 150 bytes once it is parsed.
#: Clients send few distinct documents, and others must not fill the memory.
_CACHED = 48_000
#: Longest cached document, in characters.
_LONGEST = 16_384
#: Default of the most bytes of kept texts of objects.
KEPT_BYTES = 8_000_000
#: Defaults of the most tokens and characters per document. Large front ends send about a thousand
#: tokens; parts of validation take quadratic time.
_TOKENS, _CHARACTERS = 5_000, 100_000

#: Message that replaces that of an unexpected error.
MASK = "Internal server error; look up the request id in the server log."
#: Returns the `extensions` of an expected error; None for an unexpected one, which is masked. Each
#: answer has its own.
Extensions = Callable[[Exception], dict[str, object] | None]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """An executed request: the response in JSON, `data` first, whether it has errors, and the code
    of the gravest one."""

    body: bytes
    has_errors: bool
    code: str = ""


class _Documents(LRUCache[str, Document]):
    """Cached documents."""

    def popitem(self) -> tuple[str, Document]:
        text, document = super().popitem()
        document.drop()
        return text, document


class Executor:
    """Executes documents against one schema. Thread-safe."""

    def __init__(
        self,
        schema: GraphQLSchema,
        extensions: Callable[[], Extensions],
        max_tokens: int = _TOKENS,
        max_characters: int = _CHARACTERS,
        guard: Guard | None = None,
        rules: Sequence[type[ASTValidationRule]] = specified_rules,
        bounds: Bounds = UNBOUNDED,
        present: Callable[[dict[str, Any]], dict[str, Any]] = dict,
        compiles: bool = True,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        """`guard` checks requests before validation, `rules` validate documents, and `present`
        makes an error of an answer what clients see. If `compiles` is false, graphql-core executes
        all operations; else texts of objects are kept, in at most `kept_bytes`."""
        self._schema = schema
        self._max_tokens = max_tokens
        self._max_characters = max_characters
        self._bounds = bounds
        self._extensions = extensions
        self._guard = guard
        self._rules = tuple(map(selective, rules))
        self._present = present
        self._documents = _Documents(_CACHED, attrgetter("characters"))
        #: Operations by text and name that were used since the cache of documents last changed, so
        #: that it need not be told of their use again.
        self._used: dict[tuple[str, str | None], Prepared] = {}
        self._lock = Lock()
        self._plans = Plans(schema, kept_bytes) if compiles else None
        self._literals = Literals(schema) if compiles else None
        self._recent: tuple[str, str | None, Prepared | None] | None = None
        self._hits = self._misses = 0

    def cache_uses(self) -> tuple[int, int]:
        """How many documents were cached, and how many were not."""
        return self._hits, self._misses

    def declined(self) -> Mapping[str, int]:
        """How many executions graphql-core has taken over from plans, by reason."""
        return {} if self._plans is None else self._plans.declined

    def object_uses(self) -> tuple[int, int]:
        """How many texts of objects were kept from earlier executions, and how many were not."""
        return (0, 0) if self._plans is None else self._plans.kept_texts.uses()

    def kept_bytes(self) -> int:
        """Size of the kept texts of objects."""
        return 0 if self._plans is None else self._plans.kept_texts.size

    def fit(self, room: int) -> bool:
        """Keep more texts of objects than the bound allows where there is room for this number of
        bytes more; drop them if it is far below 0, and return whether they have been."""
        return self._plans is not None and self._plans.kept_texts.fit(room)

    def execute(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: object = None,
        request_id: str = "",
    ) -> Answer:
        """Run all steps for one request. Raises RequestError if it is not executed."""
        prepared = self.prepared(text, operation_name)
        self.require_valid(prepared, variables)
        return self.run(prepared, variables, context, request_id)

    def knows(self, text: str) -> bool:
        """Whether the document is cached."""
        return text in self._documents or self._lifted(text, None) is not None

    def known(self, text: str, operation_name: str | None = None) -> Prepared | None:
        """The operation of a document that is cached and valid; else None. Does no work."""
        prepared = self._used.get((text, operation_name))
        if prepared is None:
            with self._lock:
                document = self._documents.get(text)
                if document is not None and document.errors == []:
                    prepared = document.chosen.get(operation_name)
                    if prepared is not None:
                        self._used[text, operation_name] = prepared
            if document is None:
                prepared = self._lifted(text, operation_name)
        self._hits += prepared is not None
        return prepared

    def prepared(self, text: str, operation_name: str | None = None) -> Prepared:
        """The operation of a document, cached. Raises RequestError if the document cannot be parsed
        or has no such operation."""
        lifted = None if text in self._documents else self._lifted(text, operation_name)
        if lifted is not None:
            self._hits += 1
            return lifted
        return self._chosen(self.document(text), operation_name)

    def _chosen(self, document: Document, operation_name: str | None) -> Prepared:
        prepared = document.chosen.get(operation_name)
        if prepared is None:
            prepared = Prepared(document, document.operation(operation_name), self._guard)
            document.chosen[operation_name] = prepared
        return prepared

    def _lifted(self, text: str, operation_name: str | None) -> Prepared | None:
        """The operation of a text that differs from a valid one in literals only; else None."""
        if self._literals is None:
            return None
        recent = self._recent
        if recent is not None and recent[0] == text and recent[1] == operation_name:
            return recent[2]  # a request asks several times
        literals, prepared = self._literals.find(text), None
        if literals is not None:
            try:
                base = self._chosen(literals.document, operation_name)
            except RequestError:
                return None
            prepared = Prepared.lifted(base, text, literals)
        self._recent = (text, operation_name, prepared)
        return prepared

    def document(self, text: str) -> Document:
        """The parsed document, cached. Raises RequestError if it cannot be parsed."""
        with self._lock:
            cached = self._documents.get(text)
            if cached is not None:
                self._hits += 1
                return cached
            self._misses += 1
        document = parsed(text, self._max_tokens, self._max_characters)
        if len(text) <= _LONGEST:
            with self._lock:
                self._documents[text] = document
                self._used.clear()
        return document

    def require_valid(self, prepared: Prepared, variables: Mapping[str, Any] | None) -> float:
        """Call the guard, then validate the document, unless it has been validated before; returns
        the estimated cost.

        Raises RequestError if the guard refuses the request or the document is invalid.
        """
        cost = prepared.cost(variables or {})
        self.validate(prepared.document)
        return cost

    def validate(self, document: Document) -> None:
        """Validate a document, without guards. Raises RequestError if it is invalid."""
        if document.errors is None:
            try:
                errors = validate(self._schema, document.node, self._rules, max_errors=MOST_ERRORS)
            except RecursionError:
                # As in the parser, the depth limit depends on the Python version.
                message = "The document is nested too deeply."
                raise RequestError([failure(message, PARSE)]) from None
            document.errors = [formatted(error, VALIDATION, self._schema) for error in errors]
            if not errors and self._literals is not None and document.node.loc is not None:
                self._literals.learn(document.node.loc.source.body)
                self._recent = None
        if document.errors:
            raise RequestError(document.errors)

    def run(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any] | None,
        context: object,
        request_id: str,
        meter: Meter | None = None,
        extensions: Extensions | None = None,
    ) -> Answer:
        """Execute an operation of a valid document. If a bound is exceeded, `data` is null.
        `extensions` replaces those that the executor makes for each answer; what it raises is
        raised.

        Raises RequestError for invalid variables, without executing anything.
        """
        variables = variables or {}
        extensions, bounds = extensions or self._extensions(), self._bounds
        try:
            if self._plans is not None and meter is None:
                planned = self._plans.executed(prepared, variables, context, bounds)
                if not isinstance(planned, Bounds):
                    return self._answer(planned, request_id, extensions)
                bounds = planned
            prepared = prepared.original()
            result = executed(
                self._schema,
                prepared.document.node,
                prepared.operation,
                variables,
                context,
                bounds,
                meter,
            )
        except RecursionError:
            raise RequestError([failure("The request is nested too deeply.", INPUT)]) from None
        except Stopped as stopped:
            return self._stopped(stopped)
        if isinstance(result, list):
            return self._answer(result, request_id, extensions)
        data = encoded(result.data).decode("latin-1")
        return self._answer((data, result.errors or ()), request_id, extensions, meter)

    def _answer(
        self,
        result: tuple[str, Sequence[GraphQLError]] | list[GraphQLError],
        request_id: str,
        extensions: Extensions,
        meter: Meter | None = None,
    ) -> Answer:
        """The answer of executed `data`, in `octets`, and its errors. Raises RequestError for only
        errors."""
        if isinstance(result, list):
            raise RequestError([formatted(error, INPUT, self._schema) for error in result])
        data, found = result
        code = ""
        if not found and meter is None:
            body = f'{{"data":{data}}}'.encode("latin-1")
        else:
            response: dict[str, Any] = {}
            if found:
                errors = [
                    self._present(self._error(error, extensions, request_id)) for error in found
                ]
                codes = [error["extensions"]["code"] for error in errors]
                code = "INTERNAL" if "INTERNAL" in codes else codes[0]
                response["errors"] = errors
            if meter is not None:
                response["extensions"] = meter.extensions()
            body = f'{{"data":{data},'.encode("latin-1") + encoded(response)[1:]
        if len(body) > self._bounds.answer_bytes:
            return self._stopped(too_large(self._bounds.answer_bytes))
        return Answer(body, bool(found), code)

    def _stopped(self, stopped: Stopped) -> Answer:
        error = self._present(failure(str(stopped), stopped.code, **stopped.figures))
        return Answer(encoded({"data": None, "errors": [error]}), True, stopped.code)

    def _error(
        self, error: GraphQLError, extensions_of: Extensions, request_id: str
    ) -> dict[str, Any]:
        original = error.original_error
        if original is None or (isinstance(original, GraphQLError) and original.nodes):
            # graphql-core refused an argument or a variable; its message says which.
            return formatted(error, INPUT, self._schema)
        extensions = extensions_of(original)
        response: dict[str, Any] = {**error.formatted, "message": shortened(error.message)}
        if extensions is not None:
            return response | {"extensions": extensions}
        logger.error(
            "request %s failed at %s",
            request_id,
            error.path,
            exc_info=original,
            extra={"request_id": request_id},
        )
        return response | failure(MASK, "INTERNAL", requestId=request_id)
