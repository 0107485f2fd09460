"""``database upgrade``, ``check``, ``backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.files import Force, NewFile
from handlers.cli.mishaps import KindGroup, complain
from handlers.cli.opening import office
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.backups import PutBack
    from bot.office import Office


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, cls=KindGroup)
    group.command(
        help=said("För databasen till programmets version.", "Bring the database up to date.")
    )(upgrade)
    group.command(help=said("Visa databasens läge och version.", "Show its state and version."))(
        check
    )
    group.command(
        help=said(
            "Ta en säkerhetskopia medan boten går (SQLite).",
            "Take a backup while the bot runs (SQLite).",
        )
    )(backup)
    group.command(
        help=said(
            "Lägg tillbaka en säkerhetskopia; stoppa boten först.",
            "Put a backup back; stop the bot first.",
        )
    )(restore)
    app.add_typer(
        group,
        name="database",
        help=said(
            "Databasen: uppgradera, visa läget, säkerhetskopiera.",
            "The database: upgrade, show its state, back up.",
        ),
    )


def upgrade() -> None:
    """Migrate, and make the installation's row."""
    from bot import installation  # noqa: PLC0415  # not for --help

    with office() as opened:
        changed = installation.bring_up_to_date(opened.database)
        installation.make_ready(opened)
        key = "database.upgraded" if changed else "database.was_current"
        typer.echo(texts()(key, version=installation.schema_version()))


def check() -> None:
    """Say how the database stands; exit 1 unless it can be used as it is."""
    from bot import installation  # noqa: PLC0415

    words = texts()
    with office() as opened:
        state = installation.schema_state(opened.database)
        kind = "SQLite" if opened.database.is_sqlite else "PostgreSQL"
        if state != "current":
            complain(words(f"database.is_{state}"))
        typer.echo(words("database.is_current", kind=kind, version=installation.schema_version()))


def backup(
    file: NewFile,
    force: Force = False,
) -> None:
    """Copy the register to a file."""
    from bot import backups  # noqa: PLC0415

    words = texts()
    with office() as opened:
        taken = backups.take(opened, file, force=force)
        typer.echo(words("backups.taken", file=taken.path, size=taken.size))
        if taken.last_round is None:
            typer.echo(words("backups.no_round"))
        else:
            moment = words.moment(taken.last_round, opened.settings.time_zone)
            typer.echo(words("backups.last_round", moment=moment))


def restore(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=said("Säkerhetskopian.", "The backup.")),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=said(
                "Byt ut ett register som har innehåll; det gamla sparas bredvid.",
                "Replace a register that is not empty; the old one is kept beside.",
            ),
        ),
    ] = False,
    mark_only: Annotated[
        bool,
        typer.Option(
            "--mark-only",
            help=said(
                "Markera att registret redan är återställt, t.ex. med pg_restore.",
                "Mark the register as already restored, e.g. with pg_restore.",
            ),
        ),
    ] = False,
) -> None:
    """Put a copy back, or mark the register as put back."""
    from bot import backups  # noqa: PLC0415

    if mark_only == (file is not None):
        message = said("Ange FILE eller --mark-only.", "Give either FILE or --mark-only.")
        raise typer.BadParameter(message)
    with office() as opened:
        found = (
            backups.mark(opened) if file is None else backups.put_back(opened, file, force=force)
        )
        _tell(opened, file, found)


def _tell(opened: Office, file: Path | None, found: PutBack) -> None:
    from bot.reminders.hindrances import WAIT_AFTER_RESTORE  # noqa: PLC0415

    words = texts()
    if file is None:
        typer.echo(words("backups.marked", n=found.agreements))
    else:
        typer.echo(words("backups.restored", file=file, n=found.agreements))
    moment = words.moment(found.known_until, opened.settings.time_zone)
    key = "backups.known_until" if found.has_round else "backups.known_until_act"
    typer.echo(words(key, moment=moment))
    if found.migrated:
        typer.echo(words("backups.migrated"))
    if found.erased:
        typer.echo(words("people.reapplied", n=found.erased))
    if found.kept is not None:
        typer.echo(words("backups.kept", file=found.kept))
    minutes = int(WAIT_AFTER_RESTORE.total_seconds() // 60)
    typer.echo(words("backups.waits", minutes=minutes))
