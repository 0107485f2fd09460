"""What surrounds everything that arrives: who calls, the answer, and the apology.

Bolt's own middleware is finished before a listener starts, so the listener's function itself is
wrapped. A command's answer goes out in the acknowledgement if it is there within two seconds, else
through ``response_url``; a button is acknowledged at once. Whatever goes wrong, the person gets a
sentence and Slack gets its 200.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, Final

import structlog
from slack_bolt import Ack
from sqlalchemy.exc import OperationalError

from bot.access import Person, PersonKind
from bot.errors import FoljsamError
from bot.office import Office
from bot.requests import HandledBefore
from bot.texts import Texts
from handlers.caller import user_of
from handlers.pace import TOO_MANY, Pace
from handlers.payloads import belongs_here
from handlers.replies import NOTHING, Answer, acknowledged, said
from handlers.slack_side import SlackSide

_log = structlog.get_logger("reception")

ANSWER_WITHIN: Final = 2.0
"""Seconds that a command's answer may take before it is sent late; Slack waits for three."""
_THREADS: Final = 8


Serve = Callable[[Person, Texts], Answer]
Tell = Callable[[Answer], object]


class Reception:
    """Receives commands and presses, and answers each of them."""

    def __init__(self, office: Office, slack: SlackSide) -> None:
        self._office = office
        self._slack = slack
        self._pace = Pace(acts=office.settings.acts_a_minute)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="reception")
        self._owed = 0  # answers that go out late
        self._changed = threading.Condition()

    def command(self, body: dict[str, Any], serve: Serve, *, asks_slack: bool = False) -> bytes:
        """Answer a slash command in its acknowledgement, or late: then it is empty.

        Where nothing has to be waited for (a member we know, a database on this machine) the answer
        is made at once; another thread would cost half as much again. Others' answers may ask who
        reads a channel.
        """
        if not self.is_for_us(body):
            return b""
        person = None if asks_slack else self._slack.callers.at_hand(body)
        if person is not None and person.is_member and self._office.database.is_sqlite:
            return acknowledged(self._answer(body, serve, person=person))
        coming = self._pool.submit(self._answer, body, serve)
        try:
            return acknowledged(coming.result(timeout=ANSWER_WITHIN))
        except NotYet:
            self._answer_later(body, coming)
            return b""

    def press(self, body: dict[str, Any], ack: Ack, serve: Serve) -> None:
        """Acknowledge a press at once and answer through its ``response_url``."""
        if not self.is_for_us(body):
            ack()
            return
        coming = self._pool.submit(self._answer, body, serve)
        self._answer_later(body, coming)
        ack()

    def event(
        self, body: dict[str, Any], serve: Serve, tell: Tell, *, language: str | None = None
    ) -> None:
        """Take an event, which Slack waits for no answer to; ``tell`` brings ours to its place.

        ``language``: of those who read it, where it is not the asker alone.
        """
        self._owe(self._pool.submit(self._answer, body, serve, language), tell)

    def is_for_us(self, body: dict[str, Any]) -> bool:
        """Say whether a payload is for this installation; another's is acknowledged and left."""
        slack = self._slack
        if belongs_here(body, slack.app_id, slack.team_id, slack.enterprise_id):
            return True
        _log.warning("not_for_us")
        return False

    def stop(self, seconds: float) -> bool:
        """Wait for the answers that are owed, once nothing more comes in; say whether all went."""
        with self._changed:
            return self._changed.wait_for(lambda: self._owed == 0, timeout=seconds)

    def _answer_later(self, body: dict[str, Any], coming: Future[Answer]) -> None:
        url, user = str(body.get("response_url") or ""), user_of(body)[0]

        def tell(answer: Answer) -> None:
            if url:
                self._slack.answer_late(url, answer)
            elif user:  # pressed in our home tab, which has no address to answer at
                self._slack.post(user, answer.message)

        self._owe(coming, tell)

    def _owe(self, coming: Future[Answer], tell: Tell) -> None:
        with self._changed:
            self._owed += 1
        coming.add_done_callback(lambda done: self._send(done, tell))

    def _send(self, done: Future[Answer], tell: Tell) -> None:
        try:
            answer = done.result()
            if answer is not NOTHING:
                tell(answer)
        finally:
            self._settle()

    def _settle(self) -> None:
        with self._changed:
            self._owed -= 1
            self._changed.notify_all()

    def _answer(
        self,
        body: dict[str, Any],
        serve: Serve,
        language: str | None = None,
        person: Person | None = None,
    ) -> Answer:
        texts = Texts(language or (person or self._office.settings).language)
        try:
            if not self._pace.allows(user_of(body)[0]):
                return self._too_many(body, language)
            if person is None:
                person = self._slack.callers.of(body)
                texts = Texts(language or person.language)
            return serve(person, texts) if person.is_answered else _refusal(body, person, texts)
        except HandledBefore:
            return NOTHING
        except FoljsamError as error:
            return said(texts.error(error))
        except OperationalError:
            return said(self._apology(texts, "error.database"))
        except Exception:  # noqa: BLE001  # one of the places that may: logged, and told kindly
            return said(self._apology(texts, "error.ours"))

    def _too_many(self, body: dict[str, Any], language: str | None) -> Answer:
        """Say that it goes too fast; not in a channel, where it would only be more of the same."""
        if language is not None:
            return NOTHING
        known = self._slack.callers.known(user_of(body)[0])
        return said(Texts(known or self._office.settings.language)(TOO_MANY))

    def _apology(self, texts: Texts, key: str) -> str:
        reference = secrets.token_hex(3).upper()
        _log.exception("request_failed", reference=reference)
        return texts(key, reference=reference)


def _refusal(body: dict[str, Any], person: Person, texts: Texts) -> Answer:
    """Say why somebody is not answered; two bots that answer each other would never end."""
    if person.kind is PersonKind.bot and "event" in body:
        return NOTHING
    return said(texts(f"refused.{person.kind}"))
