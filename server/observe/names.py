"""server.observe: operation names as labels of metrics: a bounded number of them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["OTHER", "UNNAMED", "OperationNames"]

#: Labels of operations beyond the bound, and of those without a name.
OTHER, UNNAMED = "other", "unnamed"
#: Most names that become labels because clients sent them, and their longest.
_MOST, _LONGEST = 50, 64


class OperationNames:
    """Gives each operation a label.

    Names of trusted documents are always labels of their own. Of other names, the first ones that
    were executed are; strangers could otherwise fill the memory with labels.
    """

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self._trusted = frozenset(trusted)
        self._seen: set[str] = set()

    def label(self, name: str | None, executed: bool) -> str:
        """The label of an operation; `executed` names may become labels."""
        if not name:
            return UNNAMED if executed else OTHER
        if name in self._trusted or name in self._seen:
            return name
        if executed and len(self._seen) < _MOST and len(name) <= _LONGEST:
            self._seen.add(name)
            return name
        return OTHER
