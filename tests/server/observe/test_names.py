"""Operation names as labels: bounded, whatever clients send."""

from __future__ import annotations

from server.observe.names import OperationNames


def test_names_that_were_executed_become_labels_up_to_a_bound() -> None:
    names = OperationNames()
    labels = {names.label(f"Operation{number}", True) for number in range(10_000)}
    assert len(labels) == 51
    assert "other" in labels
    assert names.label("Operation0", True) == "Operation0"
    assert names.label("Operation9999", True) == "other"


def test_names_of_refused_operations_and_long_ones_do_not() -> None:
    names = OperationNames()
    assert names.label("Refused", False) == "other"
    assert names.label("x" * 65, True) == "other"
    assert names.label("Refused", True) == "Refused"
    assert names.label("Refused", False) == "Refused"


def test_trusted_names_always_do() -> None:
    names = OperationNames(["Library"])
    for number in range(100):
        names.label(f"Operation{number}", True)
    assert names.label("Library", False) == "Library"


def test_an_operation_without_a_name_has_a_label_too() -> None:
    assert OperationNames().label(None, True) == "unnamed"
    assert OperationNames().label(None, False) == "other"
