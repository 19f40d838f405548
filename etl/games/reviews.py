"""etl.games: the review dump. One row for each distinct pair of user and game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.columns.arrow import coded, distinct, last_of_each, mapped, order_of, table_of, whole
from etl.games import values
from etl.games.events import RECOMMENDED, Events
from etl.games.user_lines import user_and_rows
from etl.raw import dates
from etl.raw.counts import Counted, RowCounts
from etl.raw.literals import decode
from etl.raw.records import RecordReader

__all__ = ["RAW", "RawReviews", "Reviews", "merge", "newest_year", "read"]


class _Review(msgspec.Struct, frozen=True):
    """A review as the dump has it."""

    item_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    recommend: bool
    review: str | None = None
    posted: str | None = None
    helpful: str | None = None
    funny: str | None = None


class _Line(msgspec.Struct, frozen=True):
    user_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    reviews: list[_Review]


_TEXT = pa.string()
#: The reviews of one file as it has them, one a user and game.
RAW = pa.schema(
    {
        "user_id": _TEXT,
        "app_id": _TEXT,
        "recommend": pa.bool_(),
        "text": _TEXT,
        "posted": _TEXT,
        "helpful": _TEXT,
        "funny": _TEXT,
    }
)


@dataclass(frozen=True, slots=True)
class RawReviews:
    """The reviews of one file, as `RAW`, and every user who has a line in it."""

    rows: pa.Table
    users: pa.Array
    #: The newest year of a date in the whole file; None: that of these rows.
    newest_year: int | None = None


@dataclass(frozen=True, slots=True)
class Reviews:
    """All reviews by user, then game, every user who has a line, and the year of the crawl.

    Columns are user_id, app_id, and those of the snapshot's reviews that a dump contains; see
    `datastore.base.tables` for the meanings.
    """

    rows: pa.Table
    users: pa.Array
    crawl_year: int | None


_decoder = msgspec.json.Decoder(_Line)
_OLDER = "older review by the same user of the same game"
_Flags = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int32]


def read(reader: RecordReader) -> RawReviews:
    """Read the reviews: one for each distinct pair of user and game."""
    pairs: dict[tuple[str, str], _Review] = {}
    users: set[str] = set()

    def decoded(line: bytes) -> _Line:
        record = decode(line, _decoder)
        return record if isinstance(record, _Line) else _coerced(record, reader)

    for record in reader.records(decoded):
        user = record.user_id.strip()
        users.add(user)
        for row in record.reviews:
            _add(pairs, user, row, reader.counts)
        reader.stage.rows(reader.counts.rows, "review")
    rows = ((*key, *msgspec.structs.astuple(row)[1:]) for key, row in pairs.items())
    return RawReviews(table_of(RAW, rows), pa.array(sorted(users), _TEXT))


def _add(pairs: dict[tuple[str, str], _Review], user: str, row: _Review, counts: RowCounts) -> None:
    counts.rows += 1
    key = (user, row.item_id.strip())
    earlier = pairs.setdefault(key, row)
    if earlier is row:
        return
    if earlier == row:
        counts.deduplicated["exact duplicate"] += 1
        return
    # The store keeps one review per user and game: the one posted last.
    counts.deduplicated[_OLDER] += 1
    if _age(row) >= _age(earlier):
        pairs[key] = row


_posted = lru_cache(1 << 14)(dates.posted)


def _age(row: _Review) -> tuple[int, int, int]:
    when = _posted(row.posted)
    return (0, 0, 0) if when is None else (when[0] or 9999, when[1], when[2])


def newest_year(part: RawReviews) -> int:
    """The newest year of a date with a year in a file; 0 if there is none."""
    if part.newest_year is not None:
        return part.newest_year
    dates_read = map(_posted, coded(part.rows["posted"])[0])
    return max((when[0] for when in dates_read if when and when[0]), default=0)


def merge(parts: Sequence[RawReviews | Events]) -> Counted[Reviews]:
    """Merge the reviews of all files, the oldest file first.

    The year of a date without a year is the year in which its file was crawled: one after the
    newest year in this file or an earlier one. An event replaces the flag of a review, or adds a
    review without a text. An event older than the last one of its user and game is ignored.
    """
    all_rows, crawl_year = _all_rows(parts)
    latest, replaced = _latest_rows(all_rows)
    counts = RowCounts(kept=len(latest))
    if replaced:
        counts.deduplicated[_OLDER] = replaced
    rows = all_rows.rows.take(latest)
    day = all_rows.day[latest]
    text = _without_blank(whole(rows["text"]))
    inferred = all_rows.inferred[latest]
    year = _year(day)
    reasons = {
        "date without a year (crawl year assumed)": (counts.rescued, inferred),
        "date unknown": (counts.notes, year == 0),
        "text missing or blank": (counts.notes, text.is_null().to_numpy(zero_copy_only=False)),
    }
    for reason, (counter, flags) in reasons.items():
        if flags.any():
            counter[reason] = int(flags.sum())
    helpful, helpful_total = mapped(rows["helpful"], _helpful, np.int32).T
    columns = pa.table(
        {
            "user_id": rows["user_id"],
            "app_id": rows["app_id"],
            "recommend": all_rows.recommend[latest],
            "text": text,
            "posted": mapped(pa.array(day), _date, "datetime64[D]"),
            "posted_year": pa.array(year, mask=year == 0),
            "posted_year_inferred": inferred,
            "helpful": helpful,
            "helpful_total": helpful_total,
            "funny": mapped(rows["funny"], _funny, np.int32),
        }
    )
    users = [part.users if isinstance(part, RawReviews) else _voting_users(part) for part in parts]
    reviews = Reviews(columns, distinct(pa.array([], _TEXT), *users), crawl_year)
    return Counted(reviews, counts)


@dataclass(frozen=True, slots=True)
class _ReviewRows:
    """The review rows of all files in order. Days are packed (see `_packed`), 0 if unknown."""

    rows: pa.Table  # as RAW
    recommend: _Flags
    day: _Ints
    inferred: _Flags  # the year is the crawl year
    at: npt.NDArray[np.int64]  # time of an event in Unix seconds; -1 for a review of a dump


def _packed(year: Any, month: Any, day: Any) -> Any:
    """A day as one number, in the order of the days."""
    return (year * 16 + month) * 32 + day


def _year(packed: _Ints) -> _Ints:
    return packed // (16 * 32)


def _all_rows(parts: Sequence[RawReviews | Events]) -> tuple[_ReviewRows, int | None]:
    """The concatenated rows of all files, and the year of the last crawl."""
    none = np.zeros(0, np.int32)
    in_files = [
        _ReviewRows(RAW.empty_table(), none.astype(bool), none, none.astype(bool), none.astype(int))
    ]
    crawl_year = 0
    for part in parts:
        if isinstance(part, Events):
            votes = list(part.of(RECOMMENDED))
            votes_as_rows = ((e.user_id, e.app_id, bool(e.value), *[None] * 4) for e in votes)
            days = [(e.day.year, e.day.month, e.day.day) for e in votes]
            voted_at = np.array([e.at for e in votes], np.int64)
            table, day, inferred = (
                table_of(RAW, votes_as_rows),
                _days(days),
                np.zeros(len(votes), np.bool_),
            )
        else:
            table, voted_at = part.rows, np.full(len(part.rows), -1)
            texts, code = coded(table["posted"])
            dates_read = [_posted(text) for text in texts]
            newest = newest_year(part)
            crawl_year = max(crawl_year, newest and min(newest + 1, dates.this_year()))
            day = _days(
                [(when[0] or crawl_year, *when[1:]) if when else None for when in dates_read]
            )
            lacks_year = np.array([bool(when and not when[0]) for when in dates_read], np.bool_)
            day, inferred = day[code], lacks_year[code] & (day[code] > 0)
        recommend = table["recommend"].to_numpy()
        in_files.append(_ReviewRows(table, recommend, day, inferred, voted_at))
    arrays = (np.concatenate([getattr(part, name) for part in in_files]) for name in _COLUMNS)
    rows = pa.concat_tables([part.rows for part in in_files]).combine_chunks()
    return _ReviewRows(rows, *arrays), crawl_year or None


_COLUMNS = ("recommend", "day", "inferred", "at")


def _days(days: Sequence[tuple[int, int, int] | None]) -> _Ints:
    """Days packed; 0 for None, and where no year is known."""
    return np.array([_packed(*day) if day and day[0] else 0 for day in days], np.int32)


def _latest_rows(rows: _ReviewRows) -> tuple[npt.NDArray[np.intp], int]:
    """The rows to keep, by user, then game, and the number of older rows that they replace.

    A pair of user and game keeps its last row with the latest day; flags set by events are written
    to `rows.recommend`.
    """
    user, game = (
        whole(rows.rows[name]).dictionary_encode().indices.to_numpy()
        for name in ("user_id", "app_id")
    )
    pair = user.astype(np.int64) << 32 | game
    is_vote = rows.at >= 0
    voted = np.isin(pair, pair[is_vote]) if is_vote.any() else is_vote
    unvoted = np.flatnonzero(~voted)
    latest = unvoted[last_of_each(pair[unvoted], rows.day[unvoted])]
    replaced = len(unvoted) - len(latest)
    latest_of_pair: dict[int, int] = {}
    last_vote: dict[int, int] = {}
    for row in np.flatnonzero(voted).tolist():
        key, voted_at = int(pair[row]), int(rows.at[row])
        earlier = latest_of_pair.setdefault(key, row)
        if voted_at < 0:  # from a dump
            replaced += earlier != row
            if rows.day[row] >= rows.day[earlier]:
                latest_of_pair[key] = row
        elif voted_at >= last_vote.get(key, voted_at):
            last_vote[key] = voted_at
            rows.recommend[earlier] = rows.recommend[row]
    latest = np.concatenate([latest, np.fromiter(latest_of_pair.values(), np.intp)])
    keys = rows.rows.select(["user_id", "app_id"]).take(latest)
    return latest[order_of(*keys.columns)], replaced


def _without_blank(text: pa.Array) -> pa.Array:
    """The texts, null for those that are blank."""
    visible = pc.match_substring_regex(text, "^[!-~]")  # most texts; the others are looked at
    doubtful = text.filter(pc.invert(visible)).to_pylist()
    blank = pa.array([each for each in doubtful if not each.strip()], _TEXT)
    return pc.if_else(pc.is_in(text, value_set=blank), pa.scalar(None, _TEXT), text)


def _helpful(votes: str | None) -> tuple[int, int]:
    """How many found it helpful, and of how many."""
    return values.helpful(votes)


def _funny(votes: str | None) -> int:
    return next(iter(values.counts_in(votes)), 0)


def _date(packed: int | None) -> date | None:
    """The day of a packed one; None where there is none."""
    if not packed:
        return None
    year, month, day = packed // (16 * 32), packed // 32 % 16, packed % 32
    try:
        return date(year, month, day)
    except ValueError:  # 29 February: the year is still valid
        return None


def _voting_users(part: Events) -> pa.Array:
    return pa.array([event.user_id for event in part.of(RECOMMENDED)], _TEXT)


def _coerced(record: Any, reader: RecordReader) -> _Line:
    """A line that does not fit the types: save what can be saved, row by row."""
    user, rows = user_and_rows(record, "reviews", reader)
    kept = []
    for row in rows:
        fields = row if isinstance(row, dict) else {}
        app_id = values.identifier(fields.get("item_id"))
        recommend = values.boolean(fields.get("recommend"))
        if app_id is None or recommend is None:
            reason = "no item_id" if app_id is None else "recommend is neither true nor false"
            reader.counts.rows += 1
            if app_id is None:
                reader.lacks("item_id", fields)
            elif values.missing(fields.get("recommend")):
                reader.lacks("recommend", fields)
            reader.reject(reason, row, user)
            continue
        review = fields.get("review")
        kept.append(
            _Review(
                app_id,
                recommend,
                review if isinstance(review, str) else None,
                dates.as_text(fields.get("posted")),
                *(values.count_text(fields.get(name)) for name in ("helpful", "funny")),
            )
        )
    return _Line(user, kept)
