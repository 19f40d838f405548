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
from etl.games import dates, values
from etl.games.events import RECOMMENDED, Events
from etl.raw.counts import Counted, RowCounts
from etl.raw.literals import Unreadable, decode
from etl.raw.records import RecordReader

__all__ = ["RAW", "RawReviews", "Reviews", "merge", "read"]


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


def merge(parts: Sequence[RawReviews | Events]) -> Counted[Reviews]:
    """The clean reviews of all files, the oldest file first.

    A date without a year belongs to the year in which its file was crawled: one after the newest
    year that this file or an earlier one shows. An event changes what a review recommends, and is
    a review without a text where there was none; one that comes late changes nothing that a later
    one has said.
    """
    said, crawl_year = _all_rows(parts)
    standing, older = _latest_rows(said)
    counts = RowCounts(kept=len(standing))
    if older:
        counts.deduplicated[_OLDER] = older
    rows = said.rows.take(standing)
    days = said.day[standing]
    text = _without_blank(whole(rows["text"]))
    inferred = said.inferred[standing]
    year = _year(days)
    reasons = {
        "date without a year (crawl year assumed)": (counts.rescued, inferred),
        "date unknown": (counts.notes, year == 0),
        "text missing or blank": (counts.notes, text.is_null().to_numpy(zero_copy_only=False)),
    }
    for reason, (counter, flags) in reasons.items():
        if flags.any():
            counter[reason] = int(flags.sum())
    helpful, of = mapped(rows["helpful"], _helpful, np.int32).T
    found = pa.table(
        {
            "user_id": rows["user_id"],
            "app_id": rows["app_id"],
            "recommend": said.recommend[standing],
            "text": text,
            "posted": mapped(pa.array(days), _date, "datetime64[D]"),
            "posted_year": pa.array(year, mask=year == 0),
            "posted_year_inferred": inferred,
            "helpful": helpful,
            "helpful_total": of,
            "funny": mapped(rows["funny"], _funny, np.int32),
        }
    )
    users = [part.users if isinstance(part, RawReviews) else _voting_users(part) for part in parts]
    reviews = Reviews(found, distinct(pa.array([], _TEXT), *users), crawl_year)
    return Counted(reviews, counts)


@dataclass(frozen=True, slots=True)
class _ReviewRows:
    """What all files say, file after file. A day is packed (see `_packed`), 0 where unknown."""

    rows: pa.Table  # as RAW
    recommend: _Flags
    day: _Ints
    inferred: _Flags  # the day's year is that of the crawl
    at: npt.NDArray[np.int64]  # of an event: when it happened; -1 for a review of a dump


def _packed(year: Any, month: Any, day: Any) -> Any:
    """A day as one number: later days are greater."""
    return (year * 16 + month) * 32 + day


def _year(packed: _Ints) -> _Ints:
    return packed // (16 * 32)


def _all_rows(parts: Sequence[RawReviews | Events]) -> tuple[_ReviewRows, int | None]:
    """The parts one behind the other, and the year of the last crawl."""
    none = np.zeros(0, np.int32)
    found = [
        _ReviewRows(RAW.empty_table(), none.astype(bool), none, none.astype(bool), none.astype(int))
    ]
    crawl_year = 0
    for part in parts:
        if isinstance(part, Events):
            votes = list(part.of(RECOMMENDED))
            said = ((e.user_id, e.app_id, bool(e.value), *[None] * 4) for e in votes)
            days = [(e.day.year, e.day.month, e.day.day) for e in votes]
            at = np.array([e.at for e in votes], np.int64)
            table, day, inferred = table_of(RAW, said), _days(days), np.zeros(len(votes), np.bool_)
        else:
            table, at = part.rows, np.full(len(part.rows), -1)
            texts, place = coded(table["posted"])
            read = [_posted(text) for text in texts]
            newest = max((when[0] for when in read if when and when[0]), default=0)
            crawl_year = max(crawl_year, newest and min(newest + 1, dates.this_year()))
            day = _days([(when[0] or crawl_year, *when[1:]) if when else None for when in read])
            open_year = np.array([bool(when and not when[0]) for when in read], np.bool_)
            day, inferred = day[place], open_year[place] & (day[place] > 0)
        recommend = table["recommend"].to_numpy()
        found.append(_ReviewRows(table, recommend, day, inferred, at))
    columns = (np.concatenate([getattr(part, name) for part in found]) for name in _COLUMNS)
    rows = pa.concat_tables([part.rows for part in found]).combine_chunks()
    return _ReviewRows(rows, *columns), crawl_year or None


_COLUMNS = ("recommend", "day", "inferred", "at")


def _days(days: Sequence[tuple[int, int, int] | None]) -> _Ints:
    """Days packed; 0 for None, and where no year is known."""
    return np.array([_packed(*day) if day and day[0] else 0 for day in days], np.int32)


def _latest_rows(said: _ReviewRows) -> tuple[npt.NDArray[np.intp], int]:
    """The rows that remain, by user, then game, and the number of older ones they replace.

    The last of the reviews posted last remains for each user and game. Flags changed by events are
    written to `said.recommend`.
    """
    user, game = (
        whole(said.rows[name]).dictionary_encode().indices.to_numpy()
        for name in ("user_id", "app_id")
    )
    pair = user.astype(np.int64) << 32 | game
    is_vote = said.at >= 0
    voted = np.isin(pair, pair[is_vote]) if is_vote.any() else is_vote
    dumped = np.flatnonzero(~voted)
    standing = dumped[last_of_each(pair[dumped], said.day[dumped])]
    older = len(dumped) - len(standing)
    stands: dict[int, int] = {}
    last_vote: dict[int, int] = {}
    for row in np.flatnonzero(voted).tolist():
        key, at = int(pair[row]), int(said.at[row])
        before = stands.setdefault(key, row)
        if at < 0:  # a dump's
            older += before != row
            if said.day[row] >= said.day[before]:
                stands[key] = row
        elif at >= last_vote.get(key, at):
            last_vote[key] = at
            said.recommend[before] = said.recommend[row]
    standing = np.concatenate([standing, np.fromiter(stands.values(), np.intp)])
    rows = said.rows.select(["user_id", "app_id"]).take(standing)
    return standing[order_of(*rows.columns)], older


def _without_blank(text: pa.Array) -> pa.Array:
    """The texts, null for those that are blank."""
    visible = pc.match_substring_regex(text, "^[!-~]")  # most texts; the others are looked at
    doubtful = text.filter(pc.invert(visible)).to_pylist()
    blank = pa.array([said for said in doubtful if not said.strip()], _TEXT)
    return pc.if_else(pc.is_in(text, value_set=blank), pa.scalar(None, _TEXT), text)


def _helpful(said: str | None) -> tuple[int, int]:
    """How many found it helpful, and of how many."""
    return values.helpful(said)


def _funny(said: str | None) -> int:
    return next(iter(values.counts_in(said)), 0)


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
    if not isinstance(record, dict):
        raise Unreadable("the record is not an object")
    user = values.identifier(record.get("user_id"))
    if user is None:
        reader.show_keys(record)
        raise Unreadable("no user_id")
    rows = record.get("reviews")
    if not isinstance(rows, list):
        reader.show_keys(record)
        raise Unreadable("no list of reviews")
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
