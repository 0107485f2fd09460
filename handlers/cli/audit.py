"""``audit export``: the whole log of who did what."""

from __future__ import annotations

import typer

from handlers.cli.files import Force, NewFile
from handlers.cli.mishaps import KindGroup
from handlers.cli.opening import register
from handlers.cli.register import write_safely
from handlers.cli.words import said, texts


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, cls=KindGroup)
    group.command(
        help=said("Skriv hela loggen som arbetsbok.", "Write the whole log as a workbook.")
    )(export)
    app.add_typer(
        group,
        name="audit",
        help=said("Loggen över vem som gjorde vad.", "The log of who did what."),
    )


def export(
    file: NewFile,
    force: Force = False,
) -> None:
    """Write every entry, one a row, in order."""
    from bot import log  # noqa: PLC0415  # not for --help
    from bot.log_sheet import write_log  # noqa: PLC0415

    words = texts()
    with register() as opened, opened.database.reading() as connection:
        zone = opened.settings.time_zone
        entries = log.every(connection)
        write_safely(file, lambda target: write_log(target, entries, words, zone), force=force)
    typer.echo(words("operator.file.written", file=file))
