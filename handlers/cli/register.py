"""``template``, ``import`` and ``export``: the register as a workbook."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.files import Force, NewFile
from handlers.cli.opening import register
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.texts import Texts
    from bot.workbook.importing import ImportReport, Progress
    from bot.workbook.problems import Problem


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(
        help=said("Skriv en tom arbetsbok för registret.", "Write an empty register workbook.")
    )(template)
    app.command(
        "import",
        help=said(
            "Läs in en arbetsbok: allt eller inget.", "Read a workbook: all of it or nothing."
        ),
    )(import_)
    app.command(
        help=said("Skriv hela registret som arbetsbok.", "Write the whole register as a workbook.")
    )(export)


def template(
    file: NewFile,
    force: Force = False,
) -> None:
    """Write the template."""
    from bot.workbook.template import write_template  # noqa: PLC0415  # not for --help

    write_safely(file, write_template, force=force)
    typer.echo(texts()("operator.file.written", file=file))


def export(
    file: NewFile,
    force: Force = False,
) -> None:
    """Write the register."""
    from bot.workbook.exporting import export_register  # noqa: PLC0415

    with register() as opened, opened.database.reading() as connection:
        write_safely(file, lambda target: export_register(connection, target), force=force)
    typer.echo(texts()("operator.file.written", file=file))


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=said("Arbetsboken.", "The workbook."))
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=said("Pröva, spara inget.", "Try it, save nothing."))
    ] = False,
    errors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=said(
                "Skriv arbetsboken hit med en kolumn Fel.",
                "Write the workbook here with a column Fel.",
            ),
        ),
    ] = None,
) -> None:
    """Read a workbook into the register."""
    from bot import audit  # noqa: PLC0415
    from bot.workbook.importing import import_register  # noqa: PLC0415

    words = texts()
    if errors is not None:
        _check_target(file, errors)
    with (
        register(may_make=True) as opened,
        progress_bar(words("operator.import.progress", file=file.name)) as progress,
        opened.database.writing() as session,
    ):
        report = import_register(
            session, opened, file, actor=audit.TERMINAL, dry_run=dry_run, progress=progress
        )
    for kind, problems in (("error", report.errors), ("warning", report.warnings)):
        for problem in problems:
            typer.echo(_line(problem, words, kind), err=True)
    if errors is not None and (report.errors or report.warnings):
        _write_errors(file, errors, report, words)
    if report.errors:
        typer.echo(words("operator.import.refused", n=len(report.errors)), err=True)
        raise typer.Exit(1)
    typer.echo(_summary(report, words))


def _check_target(source: Path, target: Path) -> None:
    """Refuse a place for the errors that cannot be, before anything has been read."""
    from bot.errors import Invalid  # noqa: PLC0415

    if target.exists() and source.exists() and target.samefile(source):
        raise Invalid("operator.import.errors_same", file=target)
    _check_place(target, force=True)


def _write_errors(source: Path, target: Path, report: ImportReport, words: Texts) -> None:
    from bot.workbook.errors_workbook import write_errors  # noqa: PLC0415

    problems = (*report.errors, *report.warnings)
    # It may be written over: it is this command's own file, made again at each attempt.
    write_safely(
        target,
        lambda path: write_errors(source, path, problems, lambda each: _said(each, words)),
        force=True,
    )
    typer.echo(words("operator.import.errors_written", file=target), err=True)


def _said(problem: Problem, words: Texts) -> str:
    """Say what is wrong and what was expected."""
    from bot.errors import FoljsamError  # noqa: PLC0415

    return " ".join(words.error(FoljsamError(problem.key, **problem.facts)).split())


def _line(problem: Problem, words: Texts, kind: str) -> str:
    """Say where it stands as well, in one line."""
    row = words("operator.import.row", row=problem.row) if problem.row is not None else None
    place = ", ".join(part for part in (problem.sheet, row, problem.column) if part)
    weight, text = words(f"operator.import.{kind}"), _said(problem, words)
    return f"{weight} {place}: {text}" if place else f"{weight} {text}"


def _summary(report: ImportReport, words: Texts) -> str:
    heading = words("operator.import.dry_run" if report.dry_run else "operator.import.imported")
    lines = [
        words(
            "operator.import.sheet",
            sheet=sheet,
            added=count.added,
            changed=count.changed,
            unchanged=count.unchanged,
        )
        for sheet, count in report.counts.items()
    ]
    return "\n".join([heading, *lines])


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Show how far it has come, on standard error so that output can be piped."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as it:
        task = it.add_task(title, total=None)
        yield lambda done, total: it.update(task, completed=done, total=total)


def write_safely(target: Path, write: Callable[[Path], None], *, force: bool) -> None:
    """Write a file beside its place, readable by its owner alone, and move it there when whole.

    Raises ``FileExistsError`` for one that is there, unless forced; on any failure the place is
    left as it was.
    """
    _check_place(target, force=force)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".foljsam-", suffix=".xlsx")
    os.close(handle)
    try:
        write(Path(name))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _check_place(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not force:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
