"""etl.release: an evaluation as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from datastore.base.evaluation import (
    RECENT,
    BundleMetrics,
    Estimate,
    Evaluation,
    Metrics,
    SimilarMetrics,
    Slice,
)
from datastore.base.plural import counted
from etl.subject import Quality

__all__ = ["print_evaluation", "quality_table"]

#: Column -> head and digits behind the point: how good rankings are, and what they show.
_GOOD = {
    "ndcg_at_10": ("NDCG@10", 3),
    "recall_at_20": ("Recall@20", 3),
    "map_at_10": ("MAP@10", 3),
    "lead": ("model's lead", 3),
}
_SHOWS = {
    "coverage": ("coverage", 3),
    "novelty": ("novelty", 2),
    "popularity_bias": ("popularity bias", 3),
    "unlisted": ("unlisted", 3),
}
_SIMILAR = {
    "coplay": ("by held-out co-play", 3),
    "tags": ("by held-out tags", 3),
    "series": ("same series", 3),
    "diversity": ("diversity", 3),
}


_NOT_RECENT = (
    "Not measured near to time: no library that takes part has a game whose playtime is all of the "
    "last two weeks (playtime_2weeks), and the newest events have started none."
)


def print_evaluation(evaluation: Evaluation, console: Console) -> None:
    """Print each value with half of its 95 % interval."""
    if not evaluation.users:
        console.print("Nothing to measure: no users share enough games (at least 5 each).")
        return
    console.print(
        _table(
            f"{evaluation.held_out:,} held-out pairs of {evaluation.users:,} users, "
            f"{evaluation.games:,} candidate games, seed {evaluation.seed}",
            evaluation.rankings,
            _GOOD,
        ),
        _table("Properties of the top 10", evaluation.rankings, _SHOWS),
    )
    for part in evaluation.slices:
        name = f"{part.name[0].upper()}{part.name[1:]}"
        title = f"{name}: {part.pairs:,} held-out pairs of {part.users:,} users"
        console.print(
            _table(title, part.rankings, _GOOD), part.description, "", sep="\n", highlight=False
        )
    if all(part.name != RECENT for part in evaluation.slices):
        console.print(_NOT_RECENT, "", sep="\n", highlight=False)
    if evaluation.genres:
        console.print(_genre_table(evaluation.genres))
    console.print(
        _table("Similar games: hits and shared tags in the top 5", evaluation.similar, _SIMILAR)
    )
    if evaluation.bundles is not None:
        console.print(_bundles(evaluation.bundles), highlight=False, soft_wrap=True)


def _bundles(found: BundleMetrics) -> str:
    return (
        f"Similar games by store bundles: of {found.games:,} games in "
        f"{counted(found.bundles, 'bundle')}, {_shown(found.hit_at_5, 3)} have a game of the same "
        "bundle among the first 5."
    )


def quality_table(model: str, quality: Quality) -> Table:
    """The figures of each method of a model on held-out data; * marks the one that answers."""
    table = Table(title=f"Errors of {model} on held-out data (* answers)", title_justify="left")
    table.add_column("method")
    heads = list(dict.fromkeys(head for figures in quality.methods.values() for head in figures))
    for head in heads:
        table.add_column(head, justify="right")
    for method, figures in quality.methods.items():
        mark = "*" if method == quality.best else " "
        table.add_row(f"{mark} {method}", *(_figure(figures.get(head)) for head in heads))
    return table


def _figure(value: Estimate | float | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else _shown(value, 3)


def _table(
    title: str, rows: Sequence[Metrics | SimilarMetrics], columns: dict[str, tuple[str, int]]
) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("ranking")
    for head, _ in columns.values():
        table.add_column(head, justify="right")
    for row in rows:
        shown = (_shown(getattr(row, name), digits) for name, (_, digits) in columns.items())
        table.add_row(row.ranking, *shown)
    return table


def _genre_table(genres: Sequence[Slice]) -> Table:
    """NDCG@10 of each ranking on the held-out games of each genre."""
    table = Table(title="NDCG@10 by genre of the held-out games", title_justify="left")
    for head in ("genre", "pairs", *(ranking.ranking for ranking in genres[0].rankings)):
        table.add_column(head, justify="left" if head == "genre" else "right")
    for part in genres:
        figures = (_shown(ranking.ndcg_at_10, 3) for ranking in part.rankings)
        table.add_row(part.name, f"{part.pairs:,}", *figures)
    return table


def _shown(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return "-"
    half = (estimate.high - estimate.low) / 2
    return f"{estimate.value:.{digits}f} ±{half:.{digits}f}"
