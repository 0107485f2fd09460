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
from dataclasses import dataclass
from typing import Any, Final

import structlog
from slack_bolt import Ack
from sqlalchemy.exc import OperationalError

from bot.access import Person, PersonKind
from bot.errors import FoljsamError
from bot.office import Office
from bot.texts import Texts
from handlers.blocks.elements import Message, paragraph
from handlers.slack_side import SlackSide

_log = structlog.get_logger("reception")

ANSWER_WITHIN: Final = 2.0
"""Seconds that a command's answer may take before it is sent late; Slack waits for three."""
_THREADS: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the asker alone. ``replace``: in the place of the message pressed."""

    message: Message
    replace: bool = False


Serve = Callable[[Person, Texts], Answer]


class Reception:
    """Receives commands and presses, and answers each of them."""

    def __init__(self, office: Office, slack: SlackSide) -> None:
        self._office = office
        self._slack = slack
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="reception")
        self._owed = 0  # answers that go out late
        self._changed = threading.Condition()

    def command(self, body: dict[str, Any], ack: Ack, serve: Serve) -> None:
        """Answer a slash command in its acknowledgement, or late.

        Where nothing has to be waited for (a caller we know, a database on this machine) the answer
        is made at once; another thread would cost half as much again.
        """
        if self._is_at_hand(body):
            ack(response_type="ephemeral", **self._answer(body, serve).message.body())
            return
        coming = self._pool.submit(self._answer, body, serve)
        try:
            answer = coming.result(timeout=ANSWER_WITHIN)
        except NotYet:
            self._answer_later(body, coming)
            ack()
        else:
            ack(response_type="ephemeral", **answer.message.body())

    def _is_at_hand(self, body: dict[str, Any]) -> bool:
        return self._office.database.is_sqlite and self._slack.callers.knows(body)

    def press(self, body: dict[str, Any], ack: Ack, serve: Serve) -> None:
        """Acknowledge a press at once and answer through its ``response_url``."""
        coming = self._pool.submit(self._answer, body, serve)
        self._answer_later(body, coming)
        ack()

    def stop(self, seconds: float) -> bool:
        """Wait for the answers that are owed, once nothing more comes in; say whether all went."""
        with self._changed:
            return self._changed.wait_for(lambda: self._owed == 0, timeout=seconds)

    def _answer_later(self, body: dict[str, Any], coming: Future[Answer]) -> None:
        with self._changed:
            self._owed += 1
        coming.add_done_callback(lambda done: self._send(body, done))

    def _send(self, body: dict[str, Any], done: Future[Answer]) -> None:
        try:
            answer = done.result()
            self._slack.answer_late(
                str(body.get("response_url", "")), answer.message, replace=answer.replace
            )
        finally:
            with self._changed:
                self._owed -= 1
                self._changed.notify_all()

    def _answer(self, body: dict[str, Any], serve: Serve) -> Answer:
        texts = Texts(self._office.settings.language)
        try:
            person = self._slack.callers.of(body)
            texts = Texts(person.language)
            if person.kind is not PersonKind.member:
                return said(texts(f"refused.{person.kind}"))
            return serve(person, texts)
        except FoljsamError as error:
            return said(texts.error(error))
        except OperationalError:
            return said(self._apology(texts, "error.database"))
        except Exception:  # noqa: BLE001  # one of the places that may: logged, and told kindly
            return said(self._apology(texts, "error.ours"))

    def _apology(self, texts: Texts, key: str) -> str:
        reference = secrets.token_hex(3).upper()
        _log.exception("request_failed", reference=reference)
        return texts(key, reference=reference)


def said(text: str) -> Answer:
    """Answer with one paragraph."""
    return Answer(Message(text, (paragraph(text),)))
