"""The Bolt app: one listener a kind, the command first, and our own dictionaries behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.access import Permission, Person, recognise, require
from bot.office import Office
from bot.texts import LANGUAGES, Texts, catalogue
from handlers.buttons import press_of
from handlers.commands import Call
from handlers.commands.help import unknown_word
from handlers.commands.parsing import parse
from handlers.reception import Answer, Reception
from handlers.slack_side import SlackSide

_ANY: Final = re.compile(r".*", re.DOTALL)
Nudge = Callable[[], None]


def build_app(
    office: Office,
    slack: SlackSide,
    nudge: Nudge = lambda: None,
    reception: Reception | None = None,
) -> App:
    """Make the app. ``nudge`` asks the clock to look for work at once, where there is one.

    Whoever hands in a ``reception`` can wait at the end for the answers it owes.

    Requests are verified by our own door (``handlers/web.py``) or by Socket Mode's connection.
    """
    reception = reception or Reception(office, slack)
    for language in LANGUAGES:
        catalogue(language)  # read now, so that the first person to ask does not wait for it
    app = App(
        client=slack.without_token(),
        authorize=_authorize(slack),
        process_before_response=True,  # else every answer waits in a polling loop of 10 ms
        request_verification_enabled=False,
        ssl_check_enabled=False,
        token_verification_enabled=False,
    )

    def on_command(body: dict[str, Any], ack: Ack) -> None:
        reception.command(body, ack, lambda person, texts: _command(office, body, person, texts))

    def on_action(body: dict[str, Any], ack: Ack) -> None:
        def serve(person: Person, texts: Texts) -> Answer:
            button, press = press_of(office, person, texts, body)
            answer = button.answer(press)
            if button.permission is not Permission.read:
                nudge()
            return answer

        reception.press(body, ack, serve)

    def on_event(event: dict[str, Any]) -> None:
        if event.get("type") == "user_change" and isinstance(event.get("user"), dict):
            slack.callers.forget(str(event["user"].get("id", "")))

    def acknowledge(ack: Ack) -> None:
        ack()

    app.command(_ANY)(on_command)
    app.action(_ANY)(on_action)
    app.event(_ANY)(on_event)
    app.view(_ANY)(acknowledge)
    app.view_closed(_ANY)(acknowledge)
    app.options(_ANY)(acknowledge)
    app.shortcut(_ANY)(acknowledge)
    return app


def _authorize(slack: SlackSide) -> Callable[..., AuthorizeResult]:
    result = AuthorizeResult(
        enterprise_id=slack.enterprise_id,
        team_id=slack.team_id,
        bot_token=slack.writer.token,
        bot_id=slack.bot_id,
        bot_user_id=slack.bot_user_id,
    )
    return lambda **_: result


def _command(office: Office, body: dict[str, Any], person: Person, texts: Texts) -> Answer:
    typed = parse(str(body.get("command", "")), str(body.get("text") or ""))
    with office.database.reading() as connection:
        actor = recognise(connection, person, office.settings)
        call = Call(
            office, actor, texts, connection, str(body.get("channel_id") or ""), typed.words
        )
        if typed.command is None:
            require(actor, Permission.ask_help)
            return Answer(unknown_word(call, typed))
        require(actor, typed.command.permission)
        return Answer(typed.command.answer(call))
