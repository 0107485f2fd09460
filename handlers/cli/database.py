"""``database upgrade`` and ``database check``."""

from __future__ import annotations

import typer

from handlers.cli.mishaps import complain
from handlers.cli.opening import office
from handlers.cli.words import said, texts


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True)
    group.command(
        help=said("För databasen till programmets version.", "Bring the database up to date.")
    )(upgrade)
    group.command(help=said("Visa databasens läge och version.", "Show its state and version."))(
        check
    )
    app.add_typer(
        group, name="database", help=said("Databasen: uppgradera, visa läget.", "The database.")
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
