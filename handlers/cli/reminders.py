"""``reminders preview``, ``list``, ``retry`` and ``export``."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from handlers.cli.files import Force, NewFile
from handlers.cli.mishaps import KindGroup
from handlers.cli.opening import register
from handlers.cli.register import write_safely
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.reminders.preview import PlannedMessage
    from bot.reminders.proof import MessageProof
    from bot.texts import Texts


class Row(NamedTuple):
    """One reminder as it is printed; the names are the headings of the CSV."""

    moment: datetime
    recipient: str
    agreement: str
    evaluation: str
    step: int
    text: str


class Format(enum.StrEnum):
    """How rows are written."""

    text = "text"
    csv = "csv"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, cls=KindGroup)
    group.command(
        help=said(
            "Visa vad som skulle skickas; inget skickas.",
            "Show what would be sent; nothing is sent.",
        )
    )(preview)
    group.command(
        "list",
        help=said(
            "Visa varje meddelande, till vem och vad som hände.",
            "Show every message, to whom, and what became of it.",
        ),
    )(list_all)
    group.command(
        help=said("Skicka igen det som inte gick fram.", "Send again what could not be sent.")
    )(retry)
    group.command(
        help=said("Skriv alla meddelanden som arbetsbok.", "Write every message as a workbook.")
    )(export)
    app.add_typer(group, name="reminders", help=said("Påminnelser.", "Reminders."))


def preview(
    first: Annotated[
        datetime,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], metavar="DATE", help=said("Första dag.", "First day.")
        ),
    ],
    last: Annotated[
        datetime,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], metavar="DATE", help=said("Sista dag.", "Last day.")
        ),
    ],
    form: Annotated[
        Format, typer.Option("--format", help=said("Text eller CSV.", "Text or CSV."))
    ] = Format.text,
) -> None:
    """Print every message that would go out between two days, both included."""
    from bot.errors import Invalid  # noqa: PLC0415  # not for --help
    from bot.reminders.preview import preview as foresee  # noqa: PLC0415

    if last < first:
        raise Invalid("operator.preview.backwards", first=first.date(), last=last.date())
    with register() as opened:
        rows = foresee(opened, first.date(), last.date())
    written = [_written(row, opened.settings.language) for row in rows]
    if form is Format.csv:
        typer.echo(as_csv(written).encode("utf-8"), nl=False)
    else:
        typer.echo(_as_text(written, first, last))


def _written(planned: PlannedMessage, language: str) -> Row:
    """Put one message into words with the card that is delivered."""
    from bot.texts import Texts  # noqa: PLC0415
    from handlers.messenger import reminder_as_sent  # noqa: PLC0415

    reminder = planned.reminder
    return Row(
        planned.moment,
        planned.recipient,
        reminder.agreement_number,
        reminder.label,
        reminder.step,
        reminder_as_sent(planned.to_partners or reminder, Texts(language)).text,
    )


def as_csv(rows: Sequence[Row]) -> str:
    """Write the rows with their heading; a moment as ISO 8601 with its offset."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(Row._fields)
    for row in rows:
        writer.writerow((row.moment.isoformat(timespec="seconds"), *row[1:]))
    return written.getvalue()


def _as_text(rows: Sequence[Row], first: datetime, last: datetime) -> str:
    heading = texts()("operator.preview.heading", n=len(rows), first=first.date(), last=last.date())
    return "\n\n".join([heading, *(_paragraph(row) for row in rows)])


def _paragraph(row: Row) -> str:
    head = f"{row.moment:%Y-%m-%d %H:%M}  {row.recipient}  {row.agreement}"
    body = "\n".join(f"    {line}" for line in row.text.splitlines())
    return f"{head}  ({row.evaluation}, {row.step:+d})\n{body}"


def list_all(
    failed: Annotated[
        bool,
        typer.Option(
            "--failed",
            help=said("Bara det som inte gick att skicka.", "Only what could not be sent."),
        ),
    ] = False,
) -> None:
    """Print every message, one a line: number, agreement, what, to whom, state, since when, why."""
    from bot.reminders.proof import every  # noqa: PLC0415  # not for --help

    words, found = texts(), False
    with register() as opened, opened.database.reading() as connection:
        for line in every(opened, connection, only_held=failed):
            found = True
            typer.echo(_listed(line, words, opened.settings.time_zone))
    if not found:
        typer.echo(words("proof.list.none_failed" if failed else "proof.list.none"))


def _listed(line: MessageProof, words: Texts, zone: ZoneInfo) -> str:
    from bot.reminders import proof_words  # noqa: PLC0415

    since = None if line.since is None else f"{line.since.astimezone(zone):%Y-%m-%d %H:%M}"
    parts = (
        str(line.id),
        line.agreement_number,
        proof_words.subject(line, words),
        proof_words.step(line, words),
        line.recipient,
        proof_words.state(line, words),
        since,
        proof_words.reason(line, words),
    )
    return "  ".join(_one_line(part or "") or "–" for part in parts)


def _one_line(text: str) -> str:
    """Give a text without line ends and whatever else a terminal would act on."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def retry(
    row_id: Annotated[
        int,
        typer.Argument(
            metavar="ID",
            min=1,
            help=said("Numret i reminders list.", "The number in reminders list."),
        ),
    ],
) -> None:
    """Plan a message that is held for the next round."""
    from bot import audit  # noqa: PLC0415
    from bot.reminders.proof import retry as plan_again  # noqa: PLC0415

    with register() as opened, opened.database.writing() as session:
        plan_again(session, opened, actor=audit.TERMINAL, row_id=row_id)
    typer.echo(texts()("proof.retried", id=str(row_id)))


def export(
    file: NewFile,
    force: Force = False,
) -> None:
    """Write every message, one a row."""
    from bot.reminders.proof import every  # noqa: PLC0415
    from bot.reminders.proof_sheet import write_proof  # noqa: PLC0415

    words = texts()
    with register() as opened, opened.database.reading() as connection:
        zone = opened.settings.time_zone
        lines = every(opened, connection)
        write_safely(file, lambda target: write_proof(target, lines, words, zone), force=force)
    typer.echo(words("operator.file.written", file=file))
