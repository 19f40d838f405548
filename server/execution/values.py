"""server.execution: the validation of literals, in bounded time."""

from __future__ import annotations

from contextlib import suppress

from graphql import GraphQLError, GraphQLInputType, ValueNode
from graphql.language import SKIP, VisitorAction
from graphql.utilities import validate_input_literal
from graphql.validation import ValuesOfCorrectTypeRule

__all__ = ["BoundedValues"]

#: Longest literal of which all errors are reported, in characters.
_LONGEST = 2_000


class _Found(Exception):
    """An error has been found in a literal."""


class BoundedValues(ValuesOfCorrectTypeRule):
    """The rule for literals, which reports only the first error of a long one: each error quotes
    the whole literal, and there may be as many errors as it has fields."""

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Report the errors of a literal."""
        if input_type is None or node.loc is None or node.loc.end - node.loc.start <= _LONGEST:
            return super().is_valid_value_node(node, input_type)

        def report(error: GraphQLError, _path: list[str | int]) -> None:
            self.report_error(error)
            raise _Found

        with suppress(_Found):
            validate_input_literal(
                node, input_type, report, None, None, self.context.hide_suggestions
            )
        return SKIP
