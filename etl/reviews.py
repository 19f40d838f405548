"""etl: the review dump. One row for each distinct pair of user and game."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec

from etl import values
from etl.lines import RawFile
from etl.literals import Unreadable, decode
from etl.progress import Stage
from etl.records import records
from etl.report import Rejects, SourceReport

__all__ = ["RawReview", "Review", "Reviews", "read"]


class RawReview(msgspec.Struct, frozen=True):
    """A review as the dump has it."""

    item_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    recommend: bool
    review: str | None = None
    posted: str | None = None
    helpful: str | None = None
    funny: str | None = None


class _Line(msgspec.Struct, frozen=True):
    user_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    reviews: list[RawReview]


@dataclass(frozen=True, slots=True)
class Review:
    """A review after cleaning; see `datastore.base.tables` for the meanings."""

    user_id: str
    app_id: str
    recommend: bool
    text: str | None
    posted: date | None
    posted_year: int | None
    posted_year_inferred: bool
    helpful: int
    helpful_total: int
    funny: int


@dataclass(frozen=True, slots=True)
class Reviews:
    """All reviews, every user who has a line, and the year of the crawl."""

    rows: list[Review]
    users: set[str]
    crawl_year: int | None


_decoder = msgspec.json.Decoder(_Line)
_Pairs = dict[tuple[str, str], RawReview]


def read(raw: RawFile, report: SourceReport, rejects: Rejects, stage: Stage) -> Reviews:
    """Read the reviews. The crawl year is one after the newest year that a review shows."""
    pairs: _Pairs = {}
    users: set[str] = set()

    def decoded(line: bytes, number: int) -> _Line:
        record = decode(line, _decoder)
        fits = isinstance(record, _Line)
        return record if fits else _coerced(record, number, report, rejects)

    for *_, record in records(raw, report, rejects, stage, decoded):
        user = record.user_id.strip()
        users.add(user)
        for row in record.reviews:
            _add(pairs, user, row, report)
        stage.rows(report.rows, "reviews")
    report.kept = len(pairs)
    reviews = _clean(pairs, users, report)
    report.rescued, report.notes = +report.rescued, +report.notes  # drops what never happened
    return reviews


def _add(pairs: _Pairs, user: str, row: RawReview, report: SourceReport) -> None:
    report.rows += 1
    key = (user, row.item_id.strip())
    earlier = pairs.setdefault(key, row)
    if earlier is row:
        return
    if earlier == row:
        report.deduplicated["exact duplicate"] += 1
        return
    # The store keeps one review a user and game: the one posted last is the one that stands.
    report.deduplicated["older review of the same user and game"] += 1
    if _age(row) >= _age(earlier):
        pairs[key] = row


def _age(row: RawReview) -> tuple[int, int, int]:
    when = values.posted(row.posted)
    return (0, 0, 0) if when is None else (when[0] or 9999, when[1], when[2])


def _clean(pairs: _Pairs, users: set[str], report: SourceReport) -> Reviews:
    dated = [(key, row, values.posted(row.posted)) for key, row in pairs.items()]
    newest = max((when[0] for _, _, when in dated if when and when[0]), default=None)
    crawl_year = None if newest is None else newest + 1
    rows = []
    for (user, app_id), row, when in sorted(dated, key=lambda entry: entry[0]):
        year = (when[0] or crawl_year) if when else None
        helpful = values.counts_in(row.helpful)
        helped = len(helpful) >= 2
        text = row.review if row.review and row.review.strip() else None
        report.rescued["year of the crawl, for a date without one"] += bool(
            when and when[0] is None and year
        )
        report.notes["date unknown"] += year is None
        report.notes["text missing or blank"] += text is None
        rows.append(
            Review(
                user_id=user,
                app_id=app_id,
                recommend=row.recommend,
                text=text,
                posted=_day(year, when),
                posted_year=year,
                posted_year_inferred=bool(when and when[0] is None and year),
                helpful=helpful[0] if helped else 0,
                helpful_total=helpful[1] if helped else 0,
                funny=next(iter(values.counts_in(row.funny)), 0),
            )
        )
    return Reviews(rows, users, crawl_year)


def _day(year: int | None, when: tuple[int | None, int, int] | None) -> date | None:
    if year is None or when is None:
        return None
    try:
        return date(year, when[1], when[2])
    except ValueError:  # 29 February: the year counts all the same
        return None


def _coerced(record: Any, line: int, report: SourceReport, rejects: Rejects) -> _Line:
    """A line that does not fit the types: save what can be saved, row by row."""
    if not isinstance(record, dict):
        raise Unreadable("the record is no dictionary")
    user = values.identifier(record.get("user_id"))
    if user is None:
        raise Unreadable("there is no user_id")
    rows = record.get("reviews")
    if not isinstance(rows, list):
        raise Unreadable("there is no list of reviews")
    kept = []
    for row in rows:
        fields = row if isinstance(row, dict) else {}
        app_id = values.identifier(fields.get("item_id"))
        recommend = values.boolean(fields.get("recommend"))
        if app_id is None or recommend is None:
            reason = "no item_id" if app_id is None else "recommend is neither true nor false"
            report.rows += 1
            report.rejected[reason] += 1
            rejects.add(report, line, reason, row)
            continue
        said = {k: fields.get(k) for k in ("review", "posted", "helpful", "funny")}
        kept.append(
            RawReview(
                app_id, recommend, **{k: v if isinstance(v, str) else None for k, v in said.items()}
            )
        )
    return _Line(user, kept)
