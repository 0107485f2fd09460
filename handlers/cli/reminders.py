"""``reminders preview``."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from handlers.cli.opening import register
from handlers.cli.words import said, texts

HEADER = ("moment", "recipient", "agreement", "evaluation", "step", "text")


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
    if form is Format.csv:
        typer.echo(as_csv(rows).encode("utf-8"), nl=False)
    else:
        typer.echo(_as_text(rows, first, last))


def as_csv(rows: Sequence[Any]) -> str:
    """Write the rows with their heading; a moment as ISO 8601 with its offset."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        moment = row.moment.isoformat(timespec="seconds")
        writer.writerow((moment, row.recipient, row.agreement, row.evaluation, row.step, row.text))
    return written.getvalue()


def _as_text(rows: Sequence[Any], first: datetime, last: datetime) -> str:
    words = texts()
    heading = words("operator.preview.heading", n=len(rows), first=first.date(), last=last.date())
    return "\n\n".join([heading, *(_row(row) for row in rows)])


def _row(row: Any) -> str:
    head = f"{row.moment:%Y-%m-%d %H:%M}  {row.recipient}  {row.agreement}"
    body = "\n".join(f"    {line}" for line in row.text.splitlines())
    return f"{head}  ({row.evaluation}, {_signed(row.step)})\n{body}"


def _signed(step: Any) -> str:
    return f"{step:+d}" if isinstance(step, int) else str(step)
