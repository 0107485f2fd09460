"""Which reminders go out together, and which wait for Monday.

Pure. Several that are due to one recipient at once become one message, so that nobody gets a heap
of them after a holiday or an outage. Above so many messages a week to one person, what can wait is
told on the next Monday, together.
Not here: writing it down and sending it (``bot/reminders/delivery.py``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from heapq import heappop, heappush
from typing import Final

_PERSON: Final = re.compile(r"[UW][A-Z0-9_]+")
LATE: Final = timedelta(days=2)
"""From here on a message says that it comes late."""

LARGEST: Final = 40
"""Reminders in one digest: their keys travel with it, and what Slack carries is bounded."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reminder about to go: to whom, when (aware, in the bot's zone), and the day it is about."""

    recipient: str
    moment: datetime
    due_on: date


def week_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def monday(moment: datetime, hour: int, zone: tzinfo, *, weeks: int = 1) -> datetime:
    """Give the hour of a Monday on the clock of the zone: of the next week, 0: of this one."""
    day = week_of(moment.astimezone(zone).date()) + timedelta(weeks=weeks)
    return datetime.combine(day, time(hour), tzinfo=zone)


def is_person(recipient: str) -> bool:
    """Say whether this is the id of a person in Slack, and not of a channel or of anything else."""
    return _PERSON.fullmatch(recipient) is not None


def may_wait(dues: Iterable[date | None], until: datetime) -> bool:
    """Say whether every reminder of a message would still come before its day if told then."""
    return all(due_on is not None and due_on > until.date() for due_on in dues)


def capped(
    outgoing: Sequence[Outgoing],
    *,
    most: int,
    had: Mapping[str, int],
    today: date,
    later: Callable[[datetime], datetime],
) -> list[datetime]:
    """Give the moment of each when no person is to have more than ``most`` messages a week.

    ``had`` are this week's so far, ``most`` 0 is no limit, ``later`` gives the next Monday's
    moment. Those of one recipient at one moment are one message; it waits if all of it can.
    """
    counts = Counter({(who, week_of(today)): number for who, number in had.items()})
    places: dict[tuple[datetime, str], list[int]] = defaultdict(list)
    for place, each in enumerate(outgoing):
        places[each.moment, each.recipient].append(place)
    moments = [each.moment for each in outgoing]
    waiting = sorted(places)
    while waiting:
        message = moment, recipient = heappop(waiting)
        week, put_off = (recipient, week_of(moment.date())), later(moment)
        is_full = 0 < most <= counts[week] and is_person(recipient)
        if is_full and may_wait((outgoing[each].due_on for each in places[message]), put_off):
            if (put_off, recipient) not in places:
                heappush(waiting, (put_off, recipient))
            places[put_off, recipient] += places.pop(message)
        else:
            counts[week] += 1
            for place in places[message]:
                moments[place] = moment
    return moments
