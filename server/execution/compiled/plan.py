"""server.execution.compiled: the plan of one operation, and its execution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from server.execution.compiled.compiler import compiled
from server.execution.compiled.decline import Decline
from server.execution.compiled.introspection import Introspection
from server.execution.compiled.kept import KeptTexts
from server.execution.compiled.run import Frame, Run
from server.execution.compiled.selections import Selections
from server.execution.compiled.syntax import conditions
from server.execution.compiled.variables import Variables

__all__ = ["MOST_FIELDS", "Plan"]

#: Most variants of a plan: one for each combination of values of the variables in `@skip` and
#: `@include`.
_VARIANTS = 16
#: Most fields of all plans; a field takes 3 KB. The variants of one plan that have as many are not
#: joined by further ones.
MOST_FIELDS = 3_000
_ROOT = (None,)


class Plan:
    """Executes one operation of a valid document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        introspection: Introspection,
        kept_texts: KeptTexts,
        kept: Callable[[int], None],
    ) -> None:
        """`kept` is called with the number of fields that have been compiled. Raises Decline for
        what graphql-core shall execute."""
        self._schema = schema
        self._document = document
        self._operation = operation
        self._introspection = introspection
        self._kept_texts = kept_texts
        self._kept = kept
        self.variables = Variables(schema, operation)
        defined = {node.variable.name.value for node in operation.variable_definitions or ()}
        self._conditions = tuple(name for name in conditions(document) if name in defined)
        #: The selections of each variant, or why it has none.
        self._variants: dict[tuple[bool, ...], Selections | str] = {}
        self._fields = 0
        self._only = None if self._conditions else self._compiled(())

    def run(self, run: Run) -> Any:
        """The JSON text of `data`, None for null.

        Raises Stopped if a bound is exceeded, and Decline for what graphql-core shall execute.
        """
        selections = self._only or self._variant(run.variables)
        return selections.run(run, Frame(None, None, _ROOT, _ROOT))[0]

    def _variant(self, values: Mapping[str, Any]) -> Selections:
        chosen: tuple[Any, ...] = tuple([values.get(name) for name in self._conditions])
        selections = self._variants.get(chosen)
        if selections is None:
            if len(self._variants) >= _VARIANTS or self._fields >= MOST_FIELDS:
                raise Decline("variants")
            if not all(value.__class__ is bool for value in chosen):
                raise Decline("conditions")
            try:
                selections = self._compiled(chosen)
            except Decline as declined:
                selections = declined.reason
            self._variants[chosen] = selections
        if isinstance(selections, str):
            raise Decline(selections)
        return selections

    def _compiled(self, chosen: tuple[bool, ...]) -> Selections:
        values = dict(zip(self._conditions, chosen, strict=True))
        selections, fields = compiled(
            self._schema,
            self._document,
            self._operation,
            values,
            self._introspection,
            self._kept_texts,
        )
        self._fields += fields
        self._kept(fields)
        return selections
