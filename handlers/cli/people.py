"""``person find``, ``export``, ``erase``, ``retention``, ``erasures`` and ``reapply``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.files import Force, NewFile
from handlers.cli.mishaps import KindGroup
from handlers.cli.opening import register
from handlers.cli.register import write_safely
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.people import Person
    from bot.retention import Expired
    from bot.texts import Texts


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, cls=KindGroup)
    for name, command, words in _COMMANDS:
        group.command(name, help=words)(command)
    app.add_typer(
        group,
        name="person",
        help=said(
            "Personuppgifter: hitta, lämna ut, ta bort.",
            "Personal data: find, hand out, erase.",
        ),
    )


_Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help=said("Slack-id, e-postadress eller helt namn.", "Slack id, e-mail or whole name."),
    ),
]
_Together = Annotated[
    bool,
    typer.Option(
        "--all",
        help=said("Alla som heter så är samma person.", "All who are called so are one person."),
    ),
]
_Yes = Annotated[bool, typer.Option("--yes", help=said("Fråga inte först.", "Do not ask first."))]


def find(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help=said(
                "Del av namn, e-post eller telefon, eller Slack-id.",
                "Part of a name, e-mail or phone, or a Slack id.",
            ),
        ),
    ],
) -> None:
    """Print everybody it may mean, and where the name stands in written text."""
    from bot import people  # noqa: PLC0415  # not for --help

    words = texts()
    with register() as opened, opened.database.reading() as connection:
        found = people.find(connection, text)
        mentioned = people.mentions(connection, text)
    if not found and not mentioned:
        typer.echo(words("people.none_found"))
    for person in found:
        _say(person.name, *_indented(_lines(person, words)))
    for number, field in mentioned:
        label = words(f"log.field.{field}")
        _say(words("people.mentioned", number=number, field=label))


def export(who: _Who, file: NewFile, force: Force = False, together: _Together = False) -> None:
    """Write everything that is held about one person."""
    from bot import people, people_sheet  # noqa: PLC0415

    words = texts()
    people_sheet.check_suffix(file)
    as_json = file.suffix.casefold() == ".json"
    with register() as opened:
        zone = opened.settings.time_zone
        with opened.database.reading() as connection:
            person = people.one(connection, who, together=together)

        def write(target: Path) -> None:
            people_sheet.write_person(target, person, words, zone, as_json=as_json)

        write_safely(file, write, force=force)
    typer.echo(words("operator.file.written", file=file))


def erase(who: _Who, yes: _Yes = False, together: _Together = False) -> None:
    """Show what goes and what stays, ask, and take it out."""
    from bot import audit, people  # noqa: PLC0415

    words = texts()
    with register() as opened:
        with opened.database.reading() as connection:
            person = people.one(connection, who, together=together)
        _say(*_plan(person, words))
        if not person.is_known:
            typer.echo(words("people.nothing_to_erase"))
            return
        _ask(words("people.ask_erase", name=person.name), words, yes=yes)
        with opened.database.writing() as session:
            people.erase(session, opened, actor=audit.TERMINAL, seen=person)
        is_folded = people.fold_log(opened)
    typer.echo(words("people.erased"))
    if not is_folded:
        typer.echo(words("people.log_not_folded"))


def retention(yes: _Yes = False) -> None:
    """List the contacts whose time is up, ask, and take the people out of them."""
    from bot import audit, people, retention  # noqa: PLC0415

    words = texts()
    with register() as opened:
        with opened.database.reading() as connection:
            found = retention.expired(opened, connection)
        decision = str(opened.settings.contacts_decision)
        if not found:
            typer.echo(words("people.nothing_expired", decision=decision))
            return
        _say(*_expired(found, decision, words))
        _ask(words("people.ask_retire", n=len(found)), words, yes=yes)
        with opened.database.writing() as session:
            retention.retire(session, opened, actor=audit.TERMINAL, seen=found)
        people.fold_log(opened)
    typer.echo(words("people.retired", n=len(found)))


def erasures(file: NewFile, force: Force = False) -> None:
    """Write who has been erased, without saying who it was."""
    from bot.erasures import listed  # noqa: PLC0415
    from storage import erased_file  # noqa: PLC0415

    words = texts()
    with register() as opened, opened.database.reading() as connection:
        known = list(listed(connection).items())
        write_safely(file, lambda target: erased_file.add(target, known), force=force)
    typer.echo(words("operator.file.written", file=file))


def reapply(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=said("Från person erasures.", "From person erasures.")),
    ] = None,
) -> None:
    """Erase anew whoever came back with a backup."""
    from bot import people  # noqa: PLC0415
    from bot.erasures import known as known_erasures  # noqa: PLC0415

    words = texts()
    with register() as opened:
        known = known_erasures(opened, file)
        with opened.database.writing() as session:
            number = people.reapply(session, opened, known)
        people.fold_log(opened)
    typer.echo(words("people.reapplied", n=number))


_COMMANDS = (
    ("find", find, said("Visa vem som finns i registret.", "Show who is in the register.")),
    (
        "export",
        export,
        said(
            "Skriv allt om en person (.xlsx eller .json).",
            "Write everything about a person (.xlsx or .json).",
        ),
    ),
    ("erase", erase, said("Ta bort en person ur registret.", "Take a person out of the register.")),
    (
        "retention",
        retention,
        said(
            "Ta bort kontakter vars tid enligt beslut är ute.",
            "Erase contacts whose time by decision is up.",
        ),
    ),
    (
        "erasures",
        erasures,
        said(
            "Skriv listan över borttagna, utan personuppgifter.",
            "Write the list of those erased, without personal data.",
        ),
    ),
    (
        "reapply",
        reapply,
        said(
            "Ta bort igen dem som kom tillbaka med en säkerhetskopia.",
            "Erase again those who came back with a backup.",
        ),
    ),
)


def _ask(question: str, words: Texts, *, yes: bool) -> None:
    """Ask, and end unless the answer is a whole yes. Where nobody can answer, nobody has."""
    if yes:
        return
    typer.echo(question, nl=False)
    if sys.stdin.readline().strip().casefold() not in {"ja", "yes"}:
        typer.echo(words("people.nothing_done"))
        raise typer.Exit(1)


def _say(*lines: str) -> None:
    """Print lines without whatever else a terminal would act on."""
    for line in lines:
        typer.echo("".join(sign if sign.isprintable() else " " for sign in line))


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _lines(person: Person, words: Texts) -> Iterator[str]:
    """Say what is held, a line each."""
    for contact in person.contacts:
        about = (contact.number, contact.agreement_name, contact.organisation)
        facts = (contact.title, contact.email, contact.phone, contact.slack_id)
        yield ", ".join(one for one in (*about, *facts) if one)
    for post in person.posts:
        key = "people.held.deputy" if post.is_deputy else "people.held.coordinator"
        yield words(key, number=post.number, name=post.name)
    for role in person.roles:
        where = role.board or words("operator.members.whole_register")
        yield words("people.held.role", role=words(f"log.value.{role.role.value}"), where=where)
    if person.messages:
        yield words("people.held.messages", n=len(person.messages))
    if person.acts:
        yield words("people.held.acts", n=len(person.acts))
    if person.readings:
        yield words("people.held.readings", n=person.readings)


def _plan(person: Person, words: Texts) -> Iterator[str]:
    """Say exactly what goes, and what stays and why."""
    yield words("people.goes", name=person.name)
    yield from _indented(_goes(person, words))
    yield words("people.stays")
    yield from _indented(_stays(person, words))


def _goes(person: Person, words: Texts) -> Iterator[str]:
    for contact in person.contacts:
        place = f"{contact.number} {contact.agreement_name}, {contact.organisation}"
        yield words("people.goes.contact", place=place)
    for post in person.posts:
        key = "people.goes.deputy" if post.is_deputy else "people.goes.coordinator"
        yield words(key, number=post.number, name=post.name)
    if person.roles:
        yield words("people.goes.roles", n=len(person.roles))
    if person.unsent:
        yield words("people.goes.unsent", n=person.unsent)
    if person.messages:
        yield words("people.goes.messages", n=len(person.messages))
    if person.readings:
        yield words("people.goes.readings", n=person.readings)


def _stays(person: Person, words: Texts) -> Iterator[str]:
    kept = len(person.acts) + person.changes_of_term
    if kept:
        yield words("people.stays.acts", n=kept)
    if person.readings:
        yield words("people.stays.readings", n=person.readings)
    yield words("people.stays.slack")
    yield words("people.stays.text")
    yield words("people.stays.backups")


def _expired(found: tuple[Expired, ...], decision: str, words: Texts) -> Iterator[str]:
    yield words("people.expired", n=len(found), decision=decision)
    for each in found:
        place = f"{each.number} {each.agreement_name}, {each.organisation}"
        day = words.show(each.ended_on)
        yield "  " + words("people.expired.line", name=each.name, place=place, day=day)
