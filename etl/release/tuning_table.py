"""etl.release: a parameter search as a table: the chosen parameters and their gain."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from datastore.base.evaluation import Estimate
from datastore.base.plural import counted
from etl.recommender.tuning import FEWEST_USERS, SPACE, Tuning

__all__ = ["print_tuning", "summary"]


def print_tuning(tuning: Tuning, console: Console) -> None:
    """Print the compared sets of parameters side by side with their NDCG@10, and a summary."""
    if tuning.compared:
        part = f"{tuning.held_out:,} validation pairs of {tuning.users:,} users, seed {tuning.seed}"
        console.print(f"Parameters, ranked by {part}:", highlight=False)
        console.print(_table(tuning))
    console.print(summary(tuning), highlight=False, soft_wrap=True)


def _table(tuning: Tuning) -> Table:
    table = Table("parameter")
    for measured in tuning.compared:
        table.add_column(measured.name, justify="right")
    for name in SPACE:
        values = (getattr(measured.parameters, name) for measured in tuning.compared)
        table.add_row(name, *(f"{value:g}" for value in values))
    table.add_section()
    table.add_row("NDCG@10", *(_shown(measured.ndcg_at_10) for measured in tuning.compared))
    *others, _ = tuning.compared
    table.add_row("gain of chosen", *(_shown(other.gain, sign="+") for other in others), "")
    return table


def summary(tuning: Tuning) -> str:
    """Whether the chosen parameters are better, in whole sentences."""
    if not tuning.compared:
        return (
            f"No search was done: {counted(tuning.users, 'user')} with enough games for a "
            f"validation part; {FEWEST_USERS} are needed. The parameters are unchanged."
        )
    *_, start, chosen = tuning.compared
    before = "the defaults" if start.name == "defaults" else "the live parameters"
    if chosen.parameters == start.parameters:
        others = len(tuning.trials) - 1
        return f"None of {others:,} other sets of parameters ranks better than {before}; no change."
    gain = _shown(start.gain, sign="+")
    if start.gain.low <= 0:
        return (
            f"The chosen parameters rank no better than {before} beyond noise: {gain} on the "
            "validation part. The verdict on games unseen by the search follows."
        )
    return (
        f"The chosen parameters rank better than {before}: {gain} on the validation part, by which "
        "they were chosen. The verdict on games unseen by the search follows."
    )


def _shown(estimate: Estimate, sign: str = "") -> str:
    return f"{estimate.value:{sign}.3f} ±{(estimate.high - estimate.low) / 2:.3f}"
