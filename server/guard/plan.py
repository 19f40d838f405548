"""server.guard: the plan of one operation: its depth and breadth, and its cost for any variables.

Numbers that depend on variables are left open, and are filled in for each request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from server.guard.arguments import Variables

__all__ = ["ENTRY", "VALUE", "OpenNumber", "Plan", "Selected", "Selections"]

#: Cost of an object in a list, and of a value, in addition to the fields that are selected on it.
ENTRY, VALUE = 1.0, 0.2
#: Most costs that a plan remembers, by the numbers that depend on variables.
_REMEMBERED = 256

#: A number that depends on the variables.
OpenNumber = Callable[[Variables], float]


@dataclass(slots=True)
class Selected:
    """A selected field, or a spread fragment. Open numbers are indices into those of the plan.

    - A fragment has no weight and no size: its selections count as they are.
    - An object counts its weights and its selections.
    - A list counts its weights, and per entry `entry` and its selections.
    - A connection counts its weights, per entry `entry` and the selections of the lists of its
      size, and its other selections.
    """

    weight: float = 0.0
    weights: list[int] = field(default_factory=list)
    #: Open numbers, 0 or 1, of `@skip` and `@include`.
    factors: list[int] = field(default_factory=list)
    size: float = 0.0
    open_size: int | None = None
    entry: float = 0.0
    is_list: bool = False
    #: The field is a list of the size that the field above has.
    has_size_of_above: bool = False
    is_fragment: bool = False
    below: Selections | None = None


@dataclass(slots=True)
class Selections:
    """A selection set on one type. `constant` is the cost of its plain fields."""

    constant: float = 0.0
    selected: list[Selected] = field(default_factory=list)
    #: Position in the order of evaluation, inner selections first.
    index: int = 0
    depth: int = 0
    #: Number of fields, those of fragments included.
    fields: int = 0
    introspection_fields: int = 0
    introspection_depth: int = 0


class Plan:
    """The shape of an operation, and its cost."""

    def __init__(
        self, root: Selections, ordered: list[Selections], open_numbers: list[OpenNumber]
    ) -> None:
        #: The selections of the operation, whose depth and breadth are the operation's.
        self.root = root
        self._ordered = ordered
        self._open = open_numbers
        self._costs: dict[tuple[float, ...], float] = {}
        self._constant = 0.0 if open_numbers else self._evaluated(())

    def cost(self, variables: Variables) -> float:
        """The estimated cost with these variables."""
        if not self._open:
            return self._constant
        numbers = tuple([number(variables) for number in self._open])
        cost = self._costs.get(numbers)
        if cost is None:
            if len(self._costs) >= _REMEMBERED:
                self._costs.clear()
            cost = self._costs[numbers] = self._evaluated(numbers)
        return cost

    def _evaluated(self, numbers: tuple[float, ...]) -> float:
        # Two sums per selection set: the cost that counts once, and the cost that counts once per
        # entry of the list whose size the field above gives.
        once, per_entry = [0.0] * len(self._ordered), [0.0] * len(self._ordered)
        for selections in self._ordered:
            total, entry_total = selections.constant, 0.0
            for selected in selections.selected:
                size = selected.size if selected.open_size is None else numbers[selected.open_size]
                cost, entry_cost = selected.weight + selected.entry * size, 0.0
                for index in selected.weights:
                    cost += numbers[index]
                inner = inner_entry = 0.0
                if selected.below is not None:
                    inner, inner_entry = once[selected.below.index], per_entry[selected.below.index]
                if selected.has_size_of_above:
                    entry_cost = ENTRY + inner
                elif selected.is_list:
                    cost += size * inner
                elif selected.is_fragment:
                    cost, entry_cost = inner, inner_entry
                else:
                    cost += inner + size * inner_entry
                for index in selected.factors:
                    cost *= numbers[index]
                    entry_cost *= numbers[index]
                total += cost
                entry_total += entry_cost
            once[selections.index], per_entry[selections.index] = total, entry_total
        return once[self.root.index]
