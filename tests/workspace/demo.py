"""``make demo``: the real bot in a small workspace of its own, with the source partnerships.

Starts the stand-in for Slack and the bot as two processes, loads the demonstration register, asks
what a coordinator would ask, moves the clock to the next reminder and shows it arriving. Then both
keep running until Ctrl-C; with ``--once`` they end after the transcript.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.workspace.client import Workspace
from tests.workspace.client.messages import Message
from tests.workspace.client.people import PersonHandle

HOME = Path("build/demo")
REGISTER = Path("docs/demo/foljsam-demo.xlsx")
SCENE = Path(__file__).with_name("demo_scene.json")
PORT = 8080
START = "2021-09-01T10:00:00+02:00"
QUESTIONS = ("/iop status kultur 1740", "/iop medel kultur 1740", "/iop kontakter kultur 1740")


def main() -> int:
    """Run the demonstration; the exit code is 0 when all of it happened."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="print the transcript and end")
    parser.add_argument("--port", type=int, default=PORT)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with ExitStack() as stack:
            show(stack, chosen.port)
            if not chosen.once:
                stay(chosen.port)
    except KeyboardInterrupt:
        print("\nSlut på demonstrationen.")
    return 0


def show(stack: ExitStack, port: int) -> None:
    """Start everything and print what happens."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    move_clock(START)
    slack = stack.enter_context(Workspace.spawn(port=port, scene=SCENE))
    slack.install(json.loads(Path("manifest.json").read_text(encoding="utf-8")))
    settings = environment(slack)
    say("Klockan i demonstrationen står på 1 september 2021.")
    say(foljsam(settings, "database", "upgrade"))
    say(foljsam(settings, "import", str(REGISTER)))
    stack.callback(stop, start_bot(settings))
    slack.wait_for_connection(30)
    anna = slack.person("U_ANNA")
    for question in QUESTIONS:
        ask(anna, question)
    remind(slack, anna, settings)


def environment(slack: Workspace) -> dict[str, str]:
    """Give the bot's settings: a database of its own, and the stand-in in Slack's place."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{HOME.resolve()}/foljsam.db",
        "PORT": str(free_port()),
        "FOLJSAM_CLOCK_FILE": str(clock_file().resolve()),
        "FOLJSAM_TICK_SECONDS": "1",
        "FOLJSAM_ADMINS": "U_CISSI",
        "FOLJSAM_OPERATIONS_CHANNEL": "C_DRIFT",
    }


def free_port() -> int:
    """Give a port that nobody listens on, for the bot's health."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def clock_file() -> Path:
    """Give the file that holds the bot's time."""
    return HOME / "clock"


def move_clock(instant: str) -> None:
    """Let the bot's clock stand at an instant; written beside and moved in, so never half."""
    beside = clock_file().with_suffix(".new")
    beside.write_text(instant, encoding="utf-8")
    beside.replace(clock_file())


def foljsam(settings: dict[str, str], *arguments: str) -> str:
    """Run one of the operator's commands and give what it printed; a failure ends the demo."""
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"foljsam {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def start_bot(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the bot; what it logs goes to a file."""
    with (HOME / "bot.log").open("wb") as log:
        command = [sys.executable, "-m", "bot", "run"]
        return subprocess.Popen(command, env=settings, stdout=log, stderr=log)


def stop(bot: subprocess.Popen[bytes]) -> None:
    """Ask the bot to end as a supervisor does."""
    bot.terminate()
    try:
        bot.wait(12)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()


def ask(person: PersonHandle, question: str) -> None:
    """Type a question as a person and print the answer."""
    answer = person.types(question, in_channel="C_KULTUR")
    print(f"\n— Anna skriver {question}")
    if answer.message is None:
        sys.exit(f"Inget svar: {answer.problem}")
    print_message(answer.message)


def remind(slack: Workspace, anna: PersonHandle, settings: dict[str, str]) -> None:
    """Move the clock to the next reminder and print it as it arrives."""
    coming = foljsam(
        settings,
        *("reminders", "preview", "--format", "csv"),
        *("--from", "2021-09-01", "--to", "2021-12-31"),
    )
    first = next(csv.DictReader(io.StringIO(coming)))
    move_clock(first["moment"])
    print(f"\n— Klockan flyttas till {first['moment']}, då nästa påminnelse ska gå")
    slack.wait_for(anna.direct_messages, 30)
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


def stay(port: int) -> None:
    """Keep the bot and the stand-in running."""
    print(f"\nBoten är igång mot arbetsytan på http://127.0.0.1:{port}. Avsluta med Ctrl-C.")
    print(f"Klockan ligger i {clock_file()}; det boten loggar i {HOME / 'bot.log'}.", flush=True)
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
