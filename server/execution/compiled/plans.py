"""server.execution.compiled: executes operations as plans, and counts those that it declines."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any
from weakref import ref

from graphql import DocumentNode, FieldNode, GraphQLError, GraphQLSchema

from server.execution.compiled.decline import Decline
from server.execution.compiled.errors import located
from server.execution.compiled.introspection import Introspection
from server.execution.compiled.kept import KeptTexts
from server.execution.compiled.plan import MOST_FIELDS, Plan
from server.execution.compiled.run import Run
from server.execution.compiled.variables import Variables
from server.execution.operation import TOO_LARGE, Bounds, Stopped
from server.execution.prepared import Prepared

__all__ = ["Plans"]


#: Plans compiled first are dropped first, and compiled again if they are needed, so that executions
#: need not note their use.
_FIELDS = MOST_FIELDS


class Plans:
    """The plans of one schema; each is kept with its operation."""

    def __init__(self, schema: GraphQLSchema, kept_bytes: int) -> None:
        """Texts of objects are kept in at most `kept_bytes`."""
        self._schema = schema
        self._introspection = Introspection(schema)
        self.kept_texts = KeptTexts(kept_bytes)
        #: Executions that were left to graphql-core, by reason.
        self.declined: Counter[str] = Counter()
        self._compiled_first: deque[tuple[ref[Prepared], int]] = deque()
        self._fields = 0
        self._lock = Lock()

    def executed(
        self, prepared: Prepared, variables: Mapping[str, Any], context: Any, bounds: Bounds
    ) -> tuple[str, Sequence[GraphQLError]] | list[GraphQLError] | Bounds:
        """The JSON text of `data` and the errors; only errors if the variables are invalid; or what
        is left of the bounds if graphql-core shall execute the operation.

        Raises Stopped if it takes too long.
        """
        run: Run | None = None
        try:
            base = prepared.base or prepared
            plan = base.plan or self._compiled(base)
            if isinstance(plan, str):
                raise Decline(plan)
            values = plan.variables.coerced(variables)
            if isinstance(values, list):
                return values if prepared.base is None else self._invalid(prepared, variables)
            if prepared.base is not None:
                values |= prepared.coerced
            run = Run(context, values, variables, bounds)
            text = plan.run(run) or "null"
            return text, _errors(run, prepared) if run.failures else ()
        except Decline as declined:
            reason = declined.reason
        except Stopped as stopped:
            if stopped.code != TOO_LARGE:
                raise
            # An error may null what is too large: graphql-core does not execute what comes after.
            reason = "size"
        self.declined[reason] += 1
        return bounds if run is None else run.left()

    def _invalid(self, prepared: Prepared, variables: Mapping[str, Any]) -> list[GraphQLError]:
        """The errors of invalid variables of a lifted document, at their places in its own text."""
        values = Variables(self._schema, prepared.original().operation).coerced(variables)
        assert isinstance(values, list)
        return values

    def _compiled(self, prepared: Prepared) -> Plan | str:
        plan: Plan | str
        try:
            document = prepared.document.node
            plan = Plan(
                self._schema,
                document,
                prepared.operation,
                self._introspection,
                self.kept_texts,
                partial(self._keep, ref(prepared)),
            )
        except Decline as declined:
            plan = declined.reason
        prepared.plan = plan
        return plan

    def _keep(self, operation: ref[Prepared], fields: int) -> None:
        """Note that fields have been compiled for an operation, and drop the oldest plans if there
        are too many."""
        with self._lock:
            self._compiled_first.append((operation, fields))
            self._fields += fields
            while self._fields > _FIELDS and len(self._compiled_first) > 1:
                oldest, size = self._compiled_first.popleft()
                self._fields -= size
                prepared = oldest()
                if prepared is not None and oldest is not operation:
                    prepared.plan = None


def _errors(run: Run, prepared: Prepared) -> list[GraphQLError]:
    failures = list(run.failures)
    run.failures.clear()  # tracebacks refer to the run
    if prepared.base is None:
        return located(failures, list)
    if any(getattr(failure.error, "nodes", None) for failure in failures):
        raise Decline("error of a lifted document")  # its own nodes are not those of the text
    fields = zip(
        _fields(prepared.document.node), _fields(prepared.original().document.node), strict=True
    )
    own = {id(lifted): node for lifted, node in fields}
    return located(failures, lambda nodes: [own[id(node)] for node in nodes])


def _fields(document: DocumentNode) -> Iterator[FieldNode]:
    """All field nodes of a document, in an order that depends on its structure only."""
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            yield node
        below = getattr(node, "selection_set", None)  # a spread fragment has none
        if below is not None:
            waiting.extend(below.selections)
