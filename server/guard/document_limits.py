"""server.guard: limits on documents, and the refusals of documents that exceed them."""

from __future__ import annotations

from dataclasses import dataclass

from datastore.base.settings import Settings
from server.execution.errors import RequestError, failure, too_complex

__all__ = ["COST", "DocumentLimits", "cost_exceeded", "exceeded"]

#: Code of operations whose estimated cost exceeds the budget.
COST = "COST_EXCEEDED"


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The most that a document may have; each is a setting."""

    operations: int
    fragments: int
    variables: int
    selections: int
    aliases: int
    directives: int
    repeats: int
    root_fields: int
    depth: int
    introspection_fields: int
    introspection_depth: int
    cost: float

    @classmethod
    def of(cls, settings: Settings) -> DocumentLimits:
        """The limits given by the settings."""
        return cls(
            operations=settings.max_operations,
            fragments=settings.max_fragments,
            variables=settings.max_variables,
            selections=settings.max_selections,
            aliases=settings.max_aliases,
            directives=settings.max_directives,
            repeats=settings.max_repeats,
            root_fields=settings.max_root_fields,
            depth=settings.max_depth,
            introspection_fields=settings.max_introspection_fields,
            introspection_depth=settings.max_introspection_depth,
            cost=settings.max_cost,
        )


#: What each limit counts, as the end of "The document has 1,000 ...".
_COUNTED = {
    "operations": "operations",
    "fragments": "fragments",
    "variables": "variables",
    "selections": "selections",
    "aliases": "aliases",
    "directives": "directives",
    "repeats": "repeated fields",
    "root_fields": "root fields in an operation",
    "depth": "levels of nested fields",
    "introspection_fields": "introspection fields",
    "introspection_depth": "nested lists of the introspection",
}


def exceeded(limit: str, counted: int, most: int) -> RequestError:
    """The refusal of a document that exceeds one of the limits."""
    return too_complex(limit, _COUNTED[limit], counted, most)


def cost_exceeded(requested: float, maximum: float) -> RequestError:
    """The refusal of an operation whose estimated cost exceeds the budget."""
    message = (
        f"The estimated cost is {requested:,.0f}: at most {maximum:,.0f} is allowed. Ask for "
        "smaller pages or fewer fields, or send several requests."
    )
    return RequestError(
        [failure(message, COST, limit="cost", requested=round(requested), maximum=round(maximum))]
    )
