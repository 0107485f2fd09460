"""``run``, ``web``, ``worker`` and ``manifest``."""

from __future__ import annotations

import enum
import json
from typing import Annotated

import typer

from handlers.cli.opening import office
from handlers.cli.words import said, texts


class ManifestMode(enum.StrEnum):
    """How Slack reaches the bot."""

    socket = "socket"
    http = "http"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(help=said("Kör allt i en process.", "Run everything in one process."))(run)
    app.command(
        help=said(
            "Svara Slack över HTTP; klockan sköts av worker.",
            "Answer Slack over HTTP; worker keeps the clock.",
        )
    )(web)
    app.command(
        help=said("Håll klockan och leverera påminnelser.", "Keep the clock and deliver reminders.")
    )(worker)
    app.command(
        help=said(
            "Skriv Slack-appens manifest (JSON) på standard ut.",
            "Write the Slack app's manifest (JSON) on standard output.",
        )
    )(manifest)


def run() -> None:
    """Run everything in one process."""
    from handlers import serving  # noqa: PLC0415  # not for --help

    with office() as opened:
        serving.run(opened)


def web() -> None:
    """Run the half that answers Slack."""
    from handlers import serving  # noqa: PLC0415

    with office() as opened:
        serving.web(opened)


def worker() -> None:
    """Run the half that keeps the clock."""
    from handlers import serving  # noqa: PLC0415

    with office() as opened:
        serving.worker(opened)


def manifest(
    mode: Annotated[
        ManifestMode, typer.Option(help=said("Hur Slack når boten.", "How Slack reaches the bot."))
    ] = ManifestMode.socket,
    url: Annotated[
        str | None,
        typer.Option(
            help=said(
                "Botens adress utåt (https), för läget http.",
                "The bot's public address (https), for mode http.",
            )
        ),
    ] = None,
) -> None:
    """Print the manifest."""
    from handlers.manifest import build  # noqa: PLC0415

    if (mode is ManifestMode.http) != (url is not None):
        raise typer.BadParameter(texts()("operator.manifest.url_with_http"), param_hint="--url")
    made = build("http" if mode is ManifestMode.http else "socket", url)
    typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
