"""``reminders preview``."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from handlers.cli.opening import register
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.reminders.preview import PlannedMessage


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
    group = typer.Typer(no_args_is_help=True)
    group.command(
        help=said(
            "Visa vad som skulle skickas; inget skickas.",
            "Show what would be sent; nothing is sent.",
        )
    )(preview)
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
    from handlers.blocks.reminder import reminder_card  # noqa: PLC0415

    reminder = planned.reminder
    return Row(
        planned.moment,
        planned.recipient,
        reminder.agreement_number,
        reminder.label,
        reminder.step,
        reminder_card(reminder, Texts(language)).text,
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
