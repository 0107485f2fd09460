"""Reception: an answer in time or late, an apology that tells nothing, and always Slack's 200."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.exc import OperationalError

from bot.access import Person
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.office import Office
from bot.settings import Settings
from bot.texts import Texts
from handlers.app import SlackApp
from handlers.blocks.elements import Message, actions, button, paragraph
from handlers.listener import Listener
from handlers.reception import Reception
from handlers.replies import Answer, said
from handlers.slack_side import SlackSide, connect
from handlers.web import Door, make_wsgi
from tests.workspace.client import Outcome, PersonHandle, Workspace

SECRET = "xoxb-hemlig Kjell 070-550 56 65"
WAIT = 10.0  # seconds; nothing here takes as long


@dataclass
class Desk:
    """A reception behind a real door, where a test decides what is answered."""

    slack: Workspace
    side: SlackSide
    reception: Reception
    anna: PersonHandle
    serve: Callable[[Person, Texts], Answer] = field(default=lambda *_: said("Svar."))

    def answer(self, person: Person, texts: Texts) -> Answer:
        return self.serve(person, texts)

    def statuses(self) -> set[Any]:
        return {each["status"] for each in self.slack.deliveries()}


def _card() -> Answer:
    press = button("Tryck", "press", "1")
    return Answer(Message("Ett kort.", (paragraph("Ett kort."), actions([press]))))


@pytest.fixture
def desk(sqlite_office: Office) -> Iterator[Desk]:
    with Workspace.start() as slack:
        anna = slack.add_person("U_ANNA")
        side = connect(
            Settings(_env_file=None, SLACK_BOT_TOKEN=slack.bot_token, SLACK_API_URL=slack.api_url)
        )
        desk = Desk(slack, side, Reception(sqlite_office, side), anna)
        app = SlackApp(
            lambda body: desk.reception.command(body, desk.answer),
            name="foljsam",
            client=side.without_token(),
            authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T_HOME", bot_id="B"),
            process_before_response=True,
            request_verification_enabled=False,
        )
        anything = re.compile(".*")
        app.action(anything)(lambda body, ack: desk.reception.press(body, ack, desk.answer))
        secrets = (slack.signing_secret.encode(),)
        wsgi = make_wsgi(Door(health=lambda: (200, {}), handle=app.handle, secrets=secrets))
        listener = Listener(wsgi, "127.0.0.1", 0)
        listener.start()
        slack.deliver_to(f"http://127.0.0.1:{listener.port}/slack/events")
        yield desk
        listener.stop(2)


def raising(error: Exception) -> Callable[[Person, Texts], Answer]:
    def serve(_person: Person, _texts: Texts) -> Answer:
        raise error

    return serve


# -- in time, and late


def test_an_answer_in_time_is_the_acknowledgement_itself(desk: Desk) -> None:
    outcome = desk.anna.types("/iop status")
    assert (outcome.problem, outcome.plain()) == (None, "Svar.")
    assert outcome.message is not None
    assert outcome.message.ephemeral
    assert desk.slack.requests("response_url") == []


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_that_takes_more_than_two_seconds_comes_later(desk: Desk, fails: bool) -> None:
    go_on = threading.Event()

    def slowly(_person: Person, _texts: Texts) -> Answer:
        assert go_on.wait(WAIT)
        if fails:
            raise RuntimeError(SECRET)
        return said("Svar, till slut.")

    desk.serve = slowly
    outcome = desk.anna.types("/iop status")  # Slack would have given up after three seconds
    assert (outcome.problem, outcome.messages) == (None, [])
    assert not desk.reception.stop(0)  # it owes an answer
    go_on.set()
    [answer] = desk.slack.wait_for(outcome.later)
    assert answer.ephemeral
    assert answer.text.startswith("Något gick fel hos mig" if fails else "Svar, till slut.")
    assert SECRET not in answer.text
    assert desk.reception.stop(WAIT)


def test_twenty_at_once_are_all_answered_in_time(desk: Desk) -> None:
    people = [desk.slack.add_person(f"U{number:02}") for number in range(20)]
    with ThreadPoolExecutor(20) as at_once:
        outcomes = list(at_once.map(lambda person: person.types("/iop status"), people))
    assert {outcome.problem for outcome in outcomes} == {None}
    assert {outcome.plain() for outcome in outcomes} == {"Svar."}


def test_a_press_is_acknowledged_at_once_and_answered_afterwards(desk: Desk) -> None:
    desk.serve = lambda *_: _card()
    card = desk.anna.types("/iop status").message
    go_on = threading.Event()

    def slowly(_person: Person, _texts: Texts) -> Answer:
        assert go_on.wait(WAIT)
        return Answer(Message("Klart.", (paragraph("Klart."),)), replace=True)

    desk.serve = slowly
    outcome = desk.anna.presses(card, "press")
    assert outcome.problem is None
    assert desk.slack.deliveries()[-1]["took_ms"] < 1_000
    go_on.set()
    [answer] = desk.slack.wait_for(outcome.later)
    assert card is not None
    assert (answer.ts, answer.plain(), answer.buttons()) == (card.ts, "Klart.", [])


# -- what goes wrong


DATABASE = OperationalError("SELECT hemlig", {}, Exception(SECRET))
ERRORS: list[tuple[Exception, str]] = [
    (Invalid("invalid.months_ahead", most=24), "Skriv ett antal månader från 1 till 24"),
    (NotFound("search.nothing", text="<!channel>"), "Jag hittar ingen överenskommelse som liknar"),
    (NotFound("search.nothing", text="status.number"), "Jag hittar ingen överenskommelse som"),
    (NotAllowed(), "Du har inte rätt till det här, eller så finns det inte."),
    (Conflict("conflict.changed", name="Kultur"), "Inget sparades: någon har ändrat"),
    (DATABASE, "Registret går inte att nå just nu. Inget sparades."),
    (RuntimeError(SECRET), "Något gick fel hos mig och inget sparades."),
    (KeyError(SECRET), "Något gick fel hos mig och inget sparades."),
    (AssertionError(SECRET), "Något gick fel hos mig och inget sparades."),
    (RecursionError(SECRET), "Något gick fel hos mig och inget sparades."),
]


@pytest.mark.parametrize(("error", "told"), ERRORS)
def test_whatever_goes_wrong_the_person_gets_a_sentence_and_slack_its_200(
    desk: Desk, error: Exception, told: str
) -> None:
    desk.serve = lambda *_: _card()
    card = desk.anna.types("/iop status").message
    desk.serve = raising(error)
    typed = desk.anna.types("/iop status")
    pressed = desk.slack.wait_for(desk.anna.presses(card, "press").later)[-1]
    for text in (typed.plain(), pressed.plain()):
        assert text.startswith(told)
        assert "hemlig" not in text
        assert "Traceback" not in text
    assert typed.problem is None
    assert desk.statuses() == {200}
    seen = desk.anna.has_seen_text()
    assert "Kjell" not in seen
    assert card is not None
    assert desk.anna.sees()[-2].ts >= card.ts  # the card itself still stands


@pytest.mark.parametrize("error", [DATABASE, RuntimeError(SECRET)])
def test_an_apology_has_a_reference_that_stands_in_the_log(desk: Desk, error: Exception) -> None:
    desk.serve = raising(error)
    with structlog.testing.capture_logs() as lines:
        text = desk.anna.types("/iop status").plain()
    [failed] = [line for line in lines if line["event"] == "request_failed"]
    assert re.fullmatch("[0-9A-F]{6}", failed["reference"])
    assert failed["reference"] in text
    assert set(failed) == {"event", "reference", "log_level", "exc_info"}  # no words of anybody's


def test_the_apology_is_in_the_language_of_the_reader(desk: Desk) -> None:
    desk.serve = raising(RuntimeError(SECRET))
    cissi = desk.slack.add_person("U_CISSI", locale="en-GB")
    assert cissi.types("/iop").plain().startswith("Something went wrong on my side")


def test_no_more_is_asked_of_the_register_than_who_may_ask(desk: Desk) -> None:
    asked: list[Person] = []

    def serve(person: Person, _texts: Texts) -> Answer:
        asked.append(person)
        return said("Svar.")

    desk.serve = serve
    desk.slack.fault("users.info", "error", code="user_not_found")
    said_to_her = desk.anna.types("/iop status 1740").plain()
    assert said_to_her.startswith("Jag kunde inte se vem du är just nu")
    assert asked == []


# -- late answers


def outcome_with_address(desk: Desk) -> tuple[Outcome, str]:
    outcome = desk.anna.types("/iop status")
    return outcome, str(desk.slack.deliveries()[-1]["payload"]["response_url"])


ELSEWHERE = [
    "",
    "x",
    "file:///etc/passwd",
    "https://hooks.slack.com.ondska.example/commands/1",
    "https://hooks.slack.com@ondska.example/commands/1",
    "https://ondska.example/hooks.slack.com",
    "https://ondska.example#hooks.slack.com",
    "http://169.254.169.254/latest/meta-data",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_late_answer_goes_to_slack_and_nowhere_else(desk: Desk, address: str) -> None:
    assert not desk.side.answer_late(address, said("Hemligt."))


def test_a_late_answer_does_not_even_knock_elsewhere(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        assert not desk.side.answer_late(f"http://localhost:{port}/", said("Hemligt."))
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("kind", ["500_before", "cut_before", "cut_after", "truncated", "empty"])
def test_a_late_answer_is_sent_once_whatever_becomes_of_it(desk: Desk, kind: str) -> None:
    _, address = outcome_with_address(desk)
    desk.slack.fault("response_url", kind)
    took = desk.side.answer_late(address, said("Sent svar."))
    assert took == (kind == "empty")  # a 200 without a body is a 200
    assert len(desk.slack.requests("response_url")) == 1


def test_an_address_that_is_used_up_is_given_up_quietly(desk: Desk) -> None:
    outcome, address = outcome_with_address(desk)
    answers = [desk.side.answer_late(address, said(f"Svar {number}.")) for number in range(6)]
    assert answers == [True] * 5 + [False]
    assert len(outcome.later()) >= 5
    desk.slack.advance(31 * 60)
    _, fresh = outcome_with_address(desk)
    desk.slack.advance(31 * 60)
    assert not desk.side.answer_late(fresh, said("För sent."))
