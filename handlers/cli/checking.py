"""``check``: is everything as it should be? One line each, exit 0 only if all is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import typer

from handlers.cli.mishaps import explain
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.office import Office
    from bot.settings import Settings
    from bot.texts import Texts

OK, NOTE, FAIL = "ok", "note", "fail"
LARGEST_SKEW: Final = 120  # seconds between our clock and Slack's
ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is: its name in the catalogue, ok, note or fail, and the rest of the line."""

    name: str
    state: str
    detail: str


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(
        help=said(
            "Kontrollera inställningar, databas, Slack, behörigheter, klocka och senaste varv.",
            "Check settings, database, Slack, scopes, clock and last round.",
        )
    )(check)


def check() -> None:
    """Print one line each; exit 1 unless all is well."""
    words = texts()
    well = True
    for finding in _look(words):
        well = well and finding.state != FAIL
        state, name = words(f"operator.check.{finding.state}"), f"operator.check.{finding.name}"
        typer.echo(f"{state} {words(name)}: {' '.join(finding.detail.split())}")
    if not well:
        raise typer.Exit(1)


def _look(words: Texts) -> list[Finding]:
    from bot import installation  # noqa: PLC0415  # not for --help
    from bot.settings import load_settings  # noqa: PLC0415

    try:
        office = installation.open_office(load_settings())
    except Exception as error:  # noqa: BLE001  # the line tells it; nothing else can be looked at
        return [Finding("settings", FAIL, explain(error))]
    database = _database(office, words)
    found = [Finding("settings", OK, _secrets(office.settings, words)), database]
    found += _slack(office, words)
    found += _delivery(office, words, usable=database.state == OK)
    office.database.close()
    return found


def _secrets(settings: Settings, words: Texts) -> str:
    held = {
        "SLACK_BOT_TOKEN": settings.bot_token,
        "SLACK_APP_TOKEN": settings.app_token,
        "SLACK_SIGNING_SECRET": settings.signing_secrets,
    }
    return ", ".join(
        words("operator.check.set" if value else "operator.check.not_set", name=name)
        for name, value in held.items()
    )


def _database(office: Office, words: Texts) -> Finding:
    from bot import installation  # noqa: PLC0415

    try:
        state = installation.schema_state(office.database)
    except Exception as error:  # noqa: BLE001  # whatever it is, the line tells it
        return Finding("database", FAIL, explain(error))
    kind = "SQLite" if office.database.is_sqlite else "PostgreSQL"
    detail = words(f"database.is_{state}", kind=kind, version=installation.schema_version())
    return Finding("database", OK if state == "current" else FAIL, detail)


def _slack(office: Office, words: Texts) -> list[Finding]:
    """Ask Slack who we are; the answer tells our scopes and Slack's time as well."""
    from handlers.slack_side import connect  # noqa: PLC0415  # slack_sdk: not for --help

    try:
        side = connect(office.settings)
        headers = side.writer.auth_test().headers
    except Exception as error:  # noqa: BLE001  # whatever it is, the line tells it
        return [
            Finding("slack", FAIL, explain(error)),
            Finding("scopes", FAIL, words("operator.check.not_asked")),
            _clock(office, words, None),
        ]
    signed_in = words("operator.check.signed_in", user=side.bot_user_id, team=side.team_id)
    return [
        Finding("slack", OK, signed_in),
        _scopes(set(side.scopes), words),
        _clock(office, words, _header(headers, "date")),
    ]


def _scopes(granted: set[str], words: Texts) -> Finding:
    from handlers.manifest import SCOPES  # noqa: PLC0415

    missing, extra = sorted(set(SCOPES) - granted), sorted(granted - set(SCOPES))
    if missing:
        detail = words("operator.check.scopes_missing", scopes=", ".join(missing))
        return Finding("scopes", FAIL, detail)
    if extra:
        detail = words("operator.check.scopes_extra", scopes=", ".join(extra))
        return Finding("scopes", NOTE, detail)
    return Finding("scopes", OK, words("operator.check.scopes_right"))


def _header(headers: Any, name: str) -> str | None:
    found = {str(key).lower(): value for key, value in headers.items()}.get(name)
    return str(found[0] if isinstance(found, list) else found) if found else None


def _clock(office: Office, words: Texts, slacks: str | None) -> Finding:
    from bot.clock import real_now  # noqa: PLC0415

    zone = office.settings.time_zone
    if office.settings.clock_file is not None:
        moment = words.moment(office.now(), zone)
        return Finding("clock", NOTE, words("operator.check.clock_file", moment=moment))
    now = real_now()
    moment = words.moment(now, zone)
    try:
        seconds = round((now - parsedate_to_datetime(slacks or "")).total_seconds())
    except (ValueError, TypeError):
        return Finding("clock", NOTE, words("operator.check.clock_unknown", moment=moment))
    if abs(seconds) > LARGEST_SKEW:
        return Finding("clock", FAIL, words("operator.check.clock_skewed", seconds=seconds))
    return Finding("clock", OK, words("operator.check.clock_right", moment=moment, seconds=seconds))


def _delivery(office: Office, words: Texts, *, usable: bool) -> list[Finding]:
    """Say when the clock last went round, what hinders sending, and what waits for a person."""
    from bot import installation  # noqa: PLC0415
    from bot.reminders.auditing import look_over  # noqa: PLC0415

    if not usable:
        return [Finding("round", FAIL, words("operator.check.database_first"))]
    found = installation.progress(office.database)
    sending = Finding("sending", OK, words("operator.check.sending_right"))
    if found.hindrance is not None:
        sending = Finding("sending", FAIL, words(f"operator.check.hindered.{found.hindrance}"))
    elif unsound := look_over(office):
        each = [words(f"operator.unsound.{name}", n=number) for name, number in unsound.items()]
        what = words("operator.check.unsound", what=words.several(each))
        sending = Finding("sending", FAIL, what)
    elif found.held:
        sending = Finding("sending", FAIL, words("operator.check.held", n=found.held))
    return [_last_round(office, words, found.last_round), sending]


def _last_round(office: Office, words: Texts, at: datetime | None) -> Finding:
    from bot.clock import real_now  # noqa: PLC0415

    if at is None:
        return Finding("round", FAIL, words("operator.check.round_never"))
    moment = words.moment(at, office.settings.time_zone)
    late = real_now() - at > timedelta(seconds=ROUNDS * max(office.settings.tick_seconds, 1))
    key = "operator.check.round_late" if late else "operator.check.round_recent"
    return Finding("round", FAIL if late else OK, words(key, moment=moment))
