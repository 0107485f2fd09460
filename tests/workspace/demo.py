"""``make demo``: the real bot in a small workspace of its own, with the source partnerships.

Starts the stand-in for Slack and the bot as two processes, loads the demonstration register, asks
what a coordinator would ask, moves the clock to the next reminder and shows it arriving. Then both
keep running, with the page, until Ctrl-C; with ``--once`` they end after the transcript.
"""

from __future__ import annotations

import argparse
import csv
import io
import signal
import sys
from pathlib import Path

from tests.workspace.client.messages import Message
from tests.workspace.client.people import PersonHandle
from tests.workspace.demonstration import Demonstration, Failed

HOME = Path("build/demo")
REGISTER = Path("docs/demo/foljsam-demo.xlsx")
PORT = 8080
QUESTIONS = ("/iop status kultur 1740", "/iop medel kultur 1740", "/iop kontakter kultur 1740")


def main() -> int:
    """Run the demonstration; the exit code is 0 when all of it happened."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="print the transcript and end")
    parser.add_argument("--port", type=int, default=PORT)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Demonstration(HOME, chosen.port) as demo:
            show(demo)
            if not chosen.once:
                stay(demo)
    except Failed as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        print("\nSlut på demonstrationen.")
    return 0


def show(demo: Demonstration) -> None:
    """Start everything and print what happens."""
    demo.start_slack()
    say("Klockan i demonstrationen står på 1 september 2021.")
    say(demo.foljsam("database", "upgrade"))
    say(demo.foljsam("import", str(REGISTER.resolve())))
    demo.start_bot()
    anna = demo.slack.person("U_ANNA")
    for question in QUESTIONS:
        ask(anna, question)
    remind(demo, anna)


def ask(person: PersonHandle, question: str) -> None:
    """Type a question as a person and print the answer."""
    answer = person.types(question, in_channel="C_KULTUR")
    print(f"\n— Anna skriver {question}")
    if answer.message is None:
        raise Failed(f"Inget svar: {answer.problem}")
    print_message(answer.message)


def remind(demo: Demonstration, anna: PersonHandle) -> None:
    """Move the clock to the next reminder and print it as it arrives."""
    period = ("--from", "2021-09-01", "--to", "2021-12-31")
    coming = demo.foljsam("reminders", "preview", "--format", "csv", *period)
    first = next(csv.DictReader(io.StringIO(coming)))
    demo.move_clock(first["moment"])
    print(f"\n— Klockan flyttas till {first['moment']}, då nästa påminnelse ska gå")
    demo.slack.wait_for(anna.direct_messages, 30)
    print("  Anna får ett direktmeddelande:")
    print_message(anna.direct_messages()[-1])


def print_message(message: Message) -> None:
    """Print a message as its reader sees it."""
    for line in message.plain().splitlines():
        print(f"  │ {line}")


def say(text: str) -> None:
    """Print a line of the transcript."""
    if text:
        print(text, flush=True)


def stay(demo: Demonstration) -> None:
    """Keep the bot and the page running."""
    print(f"\nÖppna {demo.address} i en webbläsare: där är du vem som helst i arbetsytan,")
    print("skriver kommandon, trycker på knappar och flyttar klockan. Avsluta med Ctrl-C.")
    print(f"Det boten loggar står i {demo.bot_log.relative_to(Path.cwd())}.", flush=True)
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
