"""etl: the review dump. One row for each distinct pair of user and game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import msgspec

from etl import values
from etl.events import RECOMMENDED, Event, Events
from etl.lines import RawFile
from etl.literals import Unreadable, decode
from etl.progress import Stage
from etl.records import records
from etl.report import Rejects, SourceReport

__all__ = ["RawReview", "RawReviews", "Review", "Reviews", "merge", "read"]


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
_OLDER = "older review of the same user and game"


@dataclass(frozen=True, slots=True)
class RawReviews:
    """The reviews of one file by user and game, and every user who has a line in it."""

    pairs: _Pairs
    users: set[str]


def read(raw: RawFile, report: SourceReport, rejects: Rejects, stage: Stage) -> RawReviews:
    """Read the reviews: one for each distinct pair of user and game."""
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
    return RawReviews(pairs, users)


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
    report.deduplicated[_OLDER] += 1
    if _age(row) >= _age(earlier):
        pairs[key] = row


#: The same few thousand texts stand beside all reviews.
_SOME = 1 << 14
_posted = lru_cache(_SOME)(values.posted)
_counts_in = lru_cache(_SOME)(values.counts_in)


def _age(row: RawReview) -> tuple[int, int, int]:
    when = _posted(row.posted)
    return (0, 0, 0) if when is None else (when[0] or 9999, when[1], when[2])


def merge(parts: Sequence[RawReviews | Events], report: SourceReport) -> Reviews:
    """The clean reviews of all files, the oldest file first.

    A date without a year belongs to the year in which its file was crawled: one after the newest
    year that this file or an earlier one shows. An event changes what a review recommends, and is
    a review without a text where there was none; one that comes late changes nothing that a later
    one has said.
    """
    pairs: dict[tuple[str, str], _Dated] = {}
    users: set[str] = set()
    crawl_year: int | None = None
    voted: dict[tuple[str, str], int] = {}
    for part in parts:
        if isinstance(part, Events):
            for event in part.of(RECOMMENDED):
                users.add(event.user_id)
                key = event.user_id, event.app_id
                if event.at >= voted.get(key, event.at):
                    voted[key] = event.at
                    _vote(pairs, event)
            continue
        users |= part.users
        crawl_year = max(filter(None, (crawl_year, _crawl_year(part))), default=None)
        for key, row in part.pairs.items():
            dated = _dated(row, crawl_year)
            earlier = pairs.setdefault(key, dated)
            if earlier is not dated:
                report.deduplicated[_OLDER] += 1
                if dated.age >= earlier.age:
                    pairs[key] = dated
    report.kept = len(pairs)
    rows = [_clean(*key, pairs[key], report) for key in sorted(pairs)]
    report.rescued, report.notes = +report.rescued, +report.notes  # drops what never happened
    return Reviews(rows, users, crawl_year)


class _Dated(NamedTuple):
    row: RawReview
    year: int | None
    month: int
    day: int
    inferred: bool

    @property
    def age(self) -> tuple[int, int, int]:
        """Greater for a later day; an unknown day is the oldest."""
        return (self.year, self.month, self.day) if self.year else (0, 0, 0)


def _dated(row: RawReview, crawl_year: int | None) -> _Dated:
    when = _posted(row.posted)
    if when is None:
        return _Dated(row, None, 0, 0, False)
    year, month, day = when
    return _Dated(row, year or crawl_year, month, day, year is None and crawl_year is not None)


def _crawl_year(part: RawReviews) -> int | None:
    dates = (_posted(row.posted) for row in part.pairs.values())
    newest = max((when[0] for when in dates if when and when[0]), default=None)
    return None if newest is None else newest + 1


def _vote(pairs: dict[tuple[str, str], _Dated], event: Event) -> None:
    key, recommend = (event.user_id, event.app_id), bool(event.value)
    if key in pairs:
        said = pairs[key]
        pairs[key] = said._replace(row=msgspec.structs.replace(said.row, recommend=recommend))
    else:
        day = event.day
        row = RawReview(event.app_id, recommend)
        pairs[key] = _Dated(row, day.year, day.month, day.day, inferred=False)


def _clean(user: str, app_id: str, dated: _Dated, report: SourceReport) -> Review:
    row = dated.row
    helpful = _counts_in(row.helpful)
    helped = len(helpful) >= 2
    text = row.review if row.review and row.review.strip() else None
    report.rescued["year of the crawl, for a date without one"] += dated.inferred
    report.notes["date unknown"] += dated.year is None
    report.notes["text missing or blank"] += text is None
    return Review(
        user_id=user,
        app_id=app_id,
        recommend=row.recommend,
        text=text,
        posted=_day(dated),
        posted_year=dated.year,
        posted_year_inferred=dated.inferred,
        helpful=helpful[0] if helped else 0,
        helpful_total=helpful[1] if helped else 0,
        funny=next(iter(_counts_in(row.funny)), 0),
    )


def _day(dated: _Dated) -> date | None:
    if dated.year is None:
        return None
    try:
        return date(dated.year, dated.month, dated.day)
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
            rejects.add(report, line, reason, row, user)
            continue
        said = {k: fields.get(k) for k in ("review", "posted", "helpful", "funny")}
        kept.append(
            RawReview(
                app_id, recommend, **{k: v if isinstance(v, str) else None for k, v in said.items()}
            )
        )
    return _Line(user, kept)
