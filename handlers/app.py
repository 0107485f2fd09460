"""The Bolt app: commands before anything else, then one listener a kind, our own behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.access import Person, Place
from bot.office import Office
from bot.texts import LANGUAGES, Texts, catalogue
from handlers import web
from handlers.asking import Question, ask, ask_as_partner
from handlers.buttons import press_of
from handlers.commands.parsing import parse
from handlers.doors import require_declared
from handlers.events import Events
from handlers.reception import Reception
from handlers.replies import Answer
from handlers.slack_side import SlackSide

_ANY: Final = re.compile(r".*", re.DOTALL)
Nudge = Callable[[], None]
_Commands = Callable[[dict[str, Any]], bytes]
_JSON: Final = (("Content-Type", "application/json; charset=utf-8"),)


def build_app(
    office: Office,
    slack: SlackSide,
    nudge: Nudge = lambda: None,
    reception: Reception | None = None,
) -> SlackApp:
    """Make the app. ``nudge`` asks the clock to look for work at once, where there is one.

    Whoever hands in a ``reception`` can wait at the end for the answers it owes.

    Requests are verified by our own door (``handlers/web.py``) or by Socket Mode's connection.
    Raises ``TypeError`` where a door of ours does not say what it needs: then nothing starts.
    """
    require_declared()
    reception = reception or Reception(office, slack)
    events = Events(office, slack, reception, nudge)
    for language in LANGUAGES:
        catalogue(language)  # read now, so that the first person to ask does not wait for it

    def on_action(body: dict[str, Any], ack: Ack) -> None:
        def serve(person: Person, texts: Texts) -> Answer:
            button, press = press_of(office, slack, person, texts, body)
            answer = button.answer(press)
            if button.changes:
                nudge()
            return answer

        reception.press(body, ack, serve)

    def acknowledge(ack: Ack) -> None:
        ack()

    app = SlackApp(
        _commands(office, slack, reception),
        name="foljsam",  # else Bolt looks for one in the files of all that called it
        client=slack.without_token(),
        authorize=_authorize(slack),
        process_before_response=True,  # else every answer waits in a polling loop of 10 ms
        request_verification_enabled=False,
        ssl_check_enabled=False,
        token_verification_enabled=False,
    )
    app.action(_ANY)(on_action)
    app.event(_ANY)(events.take)
    app.view(_ANY)(acknowledge)
    app.view_closed(_ANY)(acknowledge)
    app.options(_ANY)(acknowledge)
    app.shortcut(_ANY)(acknowledge)
    return app


def _commands(office: Office, slack: SlackSide, reception: Reception) -> _Commands:
    """Make what answers slash commands."""

    def answer(body: dict[str, Any]) -> bytes:
        slash, text = str(body.get("command", "")), str(body.get("text") or "")
        place = Place(str(body.get("channel_id") or "") or None)
        typed = parse(slash, text)

        def serve(person: Person, texts: Texts) -> Answer:
            question = Question(office, slack, person, texts, place, text, slash)
            return ask(question, typed) if person.is_member else ask_as_partner(question)

        slow = typed.command is not None and typed.command.asks_who_reads
        return reception.command(body, serve, asks_slack=slow)

    return answer


class SlackApp(App):
    """Answers slash commands at once, and leaves everything else to Bolt.

    Bolt makes a client and a context for each request and hands a listener all that it can find in
    it, which costs more than finding an agreement among ten thousand. A command needs its body.
    """

    def __init__(self, answer: _Commands, **options: Any) -> None:
        super().__init__(**options)
        self._answer = answer

    def handle(self, payload: dict[str, Any], headers: dict[str, str]) -> web.Answer:
        """Answer what our own door let in; Bolt takes it in the mode that skips its own checks."""
        if "command" in payload:
            body = self._answer(payload)
            return web.Answer(200, body, _JSON if body else ())
        request = BoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
        return as_http(self.dispatch(request))

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer what came by Socket Mode."""
        if "command" in req.body:
            return BoltResponse(status=200, body=self._answer(req.body).decode())
        return super().dispatch(req)


def as_http(response: BoltResponse) -> web.Answer:
    """Make an answer over HTTP of Bolt's."""
    headers = ((name, str(one)) for name, every in response.headers.items() for one in every)
    kept = tuple((name, value) for name, value in headers if name != "content-length")
    return web.Answer(response.status, response.body.encode(), kept)


def _authorize(slack: SlackSide) -> Callable[..., AuthorizeResult]:
    result = AuthorizeResult(
        enterprise_id=slack.enterprise_id,
        team_id=slack.team_id,
        bot_token=slack.writer.token,
        bot_id=slack.bot_id,
        bot_user_id=slack.bot_user_id,
    )
    return lambda **_: result
