"""Short stories about a reminder or a few, each the shortest in which a certain mistake does harm.

Told with the bot as it is, each reminder comes once. Each moves the clock itself: nothing is left
to chance but what the bot draws.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.reminders.messenger import NotDelivered, Trouble
from tests.register import change, registered, reminders
from tests.reliability.clock_file import MovedClock
from tests.reliability.owed import NINE, person
from tests.reliability.stage import Interrupted, LostSession, Stage, back_up, put_back

POST: Final = "chat.postMessage"
PATIENCE: Final = 20.0
NEEDS: Final[dict[Any, dict[str, Any]]] = {}


def accepted_a_minute_later(stage: Stage) -> None:
    """Slack cuts the line, and takes the message a minute later."""
    stage.slack.fault(POST, "cut_later", seconds=60)
    stage.rounds(stage.process(), 0, 10, 10, 60)
    stage.quiet()


def accepted_and_the_answer_lost(stage: Stage) -> None:
    """Slack takes the message, and its answer never comes."""
    stage.slack.fault(POST, "cut_after")
    stage.rounds(stage.process(), 0, 1)
    stage.quiet()


def cut_and_accepted_just_in_time(stage: Stage) -> None:
    """The line is cut; what Slack had in hand it takes after a little more than a minute."""
    stage.slack.fault(POST, "cut_later", seconds=69)
    stage.rounds(stage.process(), 0, 1, 63)
    stage.quiet()


def broken_and_accepted_just_in_time(stage: Stage) -> None:
    """Slack answers 500; what it had in hand it takes after a little more than a minute."""
    stage.slack.fault(POST, "500_later", seconds=69)
    stage.rounds(stage.process(), 0, 1, 63)
    stage.quiet()


def frozen_at_the_post(stage: Stage) -> None:
    """A process is frozen just before its post while another works on; then it goes on."""
    other = stage.process()

    def meanwhile() -> None:
        stage.rounds(other, 1, 65, 65, 65)

    stage.rounds(stage.process(Interrupted(stage.messenger, before_post=meanwhile)), 0)
    stage.quiet()


def slow_at_the_post_and_accepted_a_minute_later(stage: Stage) -> None:
    """A process takes a minute to its post; the line is cut, and Slack takes it a minute later."""
    stage.slack.fault(POST, "cut_later", seconds=60)
    slow = Interrupted(stage.messenger, before_post=lambda: stage.clock.move(60))
    stage.rounds(stage.process(slow), 0)
    stage.rounds(stage.process(), 5, 10, 10, 60)
    stage.quiet()


def while_somebody_sets_the_clock_ahead(stage: Stage) -> None:
    """The line is cut, the machine's clock is set ahead, and Slack takes the message after that."""
    stage.slack.fault(POST, "cut_later", seconds=60)
    process, clock = stage.by_the_machines_clock()
    stage.rounds(process, 0, 1)
    clock.ahead = timedelta(seconds=100)
    stage.rounds(process, 5, 10, 30, 30)
    stage.quiet()


def outlived_its_session(stage: Stage) -> None:
    """A process loses its session with its locks; its outcome comes while a successor posts."""
    at_the_post, go_on = threading.Event(), threading.Event()

    def refused() -> None:
        at_the_post.set()
        assert go_on.wait(PATIENCE)
        raise NotDelivered(Trouble.not_now, "refused")

    first = stage.process(Interrupted(stage.messenger, before_post=refused), LostSession())
    old = threading.Thread(target=first.round)

    def old_outcome_comes() -> None:
        go_on.set()
        old.join(PATIENCE)

    second = stage.process(Interrupted(stage.messenger, before_post=old_outcome_comes))
    old.start()
    assert at_the_post.wait(PATIENCE)
    stage.slack.fault(POST, "cut_later", seconds=69)
    stage.rounds(second, 1, 71, 1)
    stage.rounds(second, 63)
    stage.quiet()


def named_by_another_bot(stage: Stage) -> None:
    """Another bot's message carries our key, and our own post never arrived."""
    payload = {"event_type": "foljsam_reminder", "event_payload": {"key": stage.keys[0]}}
    stage.slack.plant_message(
        "USLACKBOT", "hej", dm_of=person(0), metadata=payload, bot_id="B_ANOTHER"
    )
    stage.slack.fault(POST, "cut_before")
    stage.rounds(stage.process(), 0, 1)
    stage.quiet()


def by_a_clock_behind_ours(stage: Stage) -> None:
    """Slack's clock is a minute behind ours: what it took at nine stands there before nine."""
    stage.slack.advance((stage.clock.at - datetime.now(UTC)).total_seconds() - 60)
    stage.slack.fault(POST, "cut_after")
    stage.rounds(stage.process(), 0, 1)
    stage.quiet()


def refused_while_processes_come_and_go(stage: Stage) -> None:
    """Nobody answers at Slack's address; each process that starts makes its plan anew."""

    def refused() -> None:
        stage.tries += 1
        raise NotDelivered(Trouble.not_now, "refused")

    stage.allowed_tries = 1
    for _ in range(4):
        stage.rounds(stage.process(Interrupted(stage.messenger, before_post=refused)), 10)
    stage.quiet()


def read_before_its_channel_was_known(stage: Stage) -> None:
    """One process lists what is under way; before it comes to the row, its sender has tried.

    What was listed says that no channel is known, so that nothing can have been posted.
    """
    listed, tried = threading.Event(), threading.Event()

    def when_listed() -> None:
        if reader_is_at_it.is_set():
            listed.set()
            assert tried.wait(PATIENCE)

    reader_is_at_it = threading.Event()
    reader = stage.process(progress=when_listed)
    _plan_early(reader, stage.clock)
    reading = threading.Thread(target=reader.round)

    def somebody_lists() -> None:
        reader_is_at_it.set()
        reading.start()
        listed.wait(PATIENCE / 4)  # a reader that looks again lists nothing of this kind

    stage.slack.fault(POST, "cut_later", seconds=60)
    sender: Any = Interrupted(stage.messenger, before_channel=somebody_lists)
    stage.rounds(stage.process(sender), 0)
    tried.set()
    reading.join(PATIENCE)
    stage.quiet()


def _needs(**what: Any) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Say what a scenario needs that others do not: ``reminders``, a ``server``."""

    def note(scenario: Callable[[Stage], None]) -> Callable[[Stage], None]:
        NEEDS[scenario] = what
        return scenario

    return note


@_needs(reminders=3)
def gathered_and_forgotten(stage: Stage) -> None:
    """Three come as one message; then a backup from before is put back."""
    backup = back_up(stage.office.database, stage.clock.at)
    stage.rounds(stage.process(), 0)
    put_back(stage.office.database, backup)
    stage.quiet()


@_needs(reminders=3)
def gathered_and_the_answer_lost(stage: Stage) -> None:
    """Slack takes a message of three, and its answer never comes."""
    stage.slack.fault(POST, "cut_after")
    stage.rounds(stage.process(), 0, 1)
    stage.quiet()


def sent_before_its_day_and_forgotten(stage: Stage) -> None:
    """A day is moved earlier and its reminder sent; the backup knows the later day alone."""
    change(stage.office, 1, starts_on="2021-06-08")
    backup = back_up(stage.office.database, stage.clock.at)
    change(stage.office, 1, starts_on="2021-06-01")
    stage.slack_has_this_time()
    stage.rounds(stage.process(), 0)
    put_back(stage.office.database, backup)
    stage.clock.stand(NINE + timedelta(days=7))
    stage.quiet()


def put_back_and_its_number_given_to_another(stage: Stage) -> None:
    """What was sent about an agreement is forgotten with it, and another gets its row's number."""
    stage.clock.move(-60)
    backup = back_up(stage.office.database, stage.clock.at)
    first = _owed_about(stage, "Avtal före")
    stage.rounds(stage.process(), 60)
    put_back(stage.office.database, backup)
    assert _owed_about(stage, "Avtal efter") == first
    stage.quiet()


def _owed_about(stage: Stage, name: str) -> int:
    """Sign an agreement whose reminder falls due at nine; give the number of its row."""
    days = {"starts_on": "2021-06-01", "ends_on": "2022-05-31", "steps": "-30"}
    number = registered(stage.office, name, number=name, coordinator=person(1), **days)
    (row, *_) = [each for each in reminders(stage.office) if each.agreement_id == number]
    stage.keys.append(row.wire_key)
    return number


@_needs(server=True)
def cut_off_before_the_post(stage: Stage) -> None:
    """The server ends the session with the locks; a post is about to leave, while others wait."""
    other = stage.process()

    def meanwhile() -> None:
        stage.rounds(other, 1, 65, 65, 65)

    messenger = Interrupted(
        stage.messenger, before_channel=stage.cut_the_locks, before_post=meanwhile
    )
    stage.rounds(stage.process(messenger), 0)
    stage.quiet()


def _plan_early(process: Any, clock: MovedClock) -> None:
    """Let a process make its plan of the hour before anything is due."""
    clock.move(-60)
    process.round()
    clock.move(60)
