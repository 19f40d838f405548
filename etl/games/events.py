"""etl.games: events of the running platform since the dumps, one JSON object per line.

    {"userId": "ann", "appId": "10", "minutes": 45, "at": "2017-03-05T20:15:00Z"}
    {"userId": "ann", "appId": "10", "recommended": true, "at": "2017-03-06"}
    {"userId": "ann", "appId": "20", "clicked": true, "at": "2017-03-06T08:00:00+01:00"}

`minutes` is one session; `clicked` is a game that was opened from a list of recommendations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from etl.games import values
from etl.raw import dates
from etl.raw.counts import Counted, RowCounts
from etl.raw.literals import Unreadable, parse
from etl.raw.records import RecordReader

__all__ = ["ACTIONS", "CLICKED", "MINUTES", "RECOMMENDED", "Event", "Events", "merge", "read"]

MINUTES, RECOMMENDED, CLICKED = ACTIONS = ("minutes", "recommended", "clicked")

#: Longest session that is believed, in minutes: a week.
_LONGEST = 7 * 24 * 60
#: Years in which an event may have happened: clocks that were never set show 1970.
_YEARS = range(2000, 2100)


class Event(NamedTuple):
    """`value` is minutes of play, or 1 for true and 0 for false; `at` is in Unix seconds, UTC."""

    at: int
    user_id: str
    app_id: str
    action: str
    value: int

    @property
    def key(self) -> tuple[int, str, str, str]:
        """An event is delivered twice when all but the value is equal."""
        return self[:4]

    @property
    def day(self) -> date:
        """The day it happened on, UTC."""
        return datetime.fromtimestamp(self.at, UTC).date()


@dataclass(frozen=True, slots=True)
class Events:
    """The distinct events of one file, by time."""

    rows: list[Event]

    def of(self, action: str) -> Iterator[Event]:
        """Those of one kind."""
        return (event for event in self.rows if event.action == action)


def read(reader: RecordReader) -> Events:
    """Read the events. One that was delivered twice counts once."""
    events: dict[tuple[int, str, str, str], Event] = {}
    counts = reader.counts
    for record in reader.records(_decoded):
        counts.rows += 1
        event = _event(record)
        if isinstance(event, str):
            for column in ("userId", "appId", "at"):
                if values.missing(record.get(column)):
                    reader.lacks(column, record)
            reader.reject(event, record, values.identifier(record.get("userId")))
        elif event.key in events:
            counts.deduplicated["duplicate event"] += 1
        else:
            events[event.key] = event
        reader.stage.rows(counts.rows, "event")
    return Events(sorted(events.values()))


def _decoded(line: bytes) -> dict[str, Any]:
    record = parse(line)
    if not isinstance(record, dict):
        raise Unreadable("the record is not an object")
    return record


def _event(record: dict[str, Any]) -> Event | str:
    """The event, or what is wrong with the record."""
    user_id, app_id = (values.identifier(record.get(name)) for name in ("userId", "appId"))
    if user_id is None or app_id is None:
        return "no userId" if user_id is None else "no appId"
    time = dates.moment(record.get("at"))
    if time is None:
        return "at is not a timestamp such as 2017-03-05T20:15:00Z"
    if time.year not in _YEARS:
        return f"at is outside the years {_YEARS[0]} to {_YEARS[-1]}"
    seconds = int(time.timestamp())
    actions = [action for action in ACTIONS if not values.missing_number(record.get(action))]
    if len(actions) != 1:
        return "not exactly one of minutes, recommended and clicked"
    action = actions[0]
    if action == MINUTES:
        minutes = values.minutes(record[MINUTES])
        if minutes is None or minutes > _LONGEST:
            return f"minutes is not a number from 0 to {_LONGEST:,}"
        return Event(seconds, user_id, app_id, action, minutes)
    flag = values.boolean(record[action])
    if flag is None:
        return f"{action} is neither true nor false"
    return Event(seconds, user_id, app_id, action, int(flag))


def merge(parts: Sequence[Events]) -> Counted[list[Events]]:
    """The files without the events that an earlier one has delivered."""
    counts = RowCounts()
    seen: set[tuple[int, str, str, str]] = set()
    merged = []
    for part in parts:
        rows = [event for event in part.rows if event.key not in seen]
        counts.deduplicated["duplicate event"] += len(part.rows) - len(rows)
        counts.kept += len(rows)
        seen.update(event.key for event in rows)
        merged.append(Events(rows))
    counts.deduplicated = +counts.deduplicated  # without a reason that never happened
    return Counted(merged, counts)
