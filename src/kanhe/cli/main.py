"""`kanhe`: the commands and where they stand. Rooms are imported when a command runs, so that `--help` is quick."""

import sys
from typing import cast

import msgspec
import typer

from kanhe import __version__
from kanhe.cli import (
    announcements,
    bench,
    consents,
    demo,
    law,
    ledger,
    messages,
    moderation,
    operate,
    registers,
    report,
    reviews,
    sim,
    suppressions,
    users,
)
from kanhe.cli.output import USAGE

app = typer.Typer(
    name="kanhe",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kanhe (勘合): an SMS platform that is lawful by construction and can prove it.",
)
app.command("demo")(demo.demo)
app.command("serve")(operate.serve)
app.command("apply")(operate.apply)
app.command("key")(operate.key)
app.command("login")(operate.login)
app.command("doctor")(operate.doctor)
app.command("report")(report.report)
app.command("backup")(operate.backup)
app.command("restore")(operate.restore)
app.command("erase")(operate.erase)
app.command("doubt")(operate.doubt)
app.command("send")(messages.send)
app.command("check")(messages.check)
app.command("explain")(messages.explain)
app.add_typer(ledger.app, name="ledger", help="the proof: verify, bundle, checkpoint")
app.add_typer(consents.app, name="consents", help="what people agreed to: import, show, withdraw")
app.add_typer(suppressions.app, name="suppressions", help="whom nobody writes to: add, import, show, lift")
app.add_typer(registers.app, name="registers", help="do-not-call registers, numbers that changed hands: import, list")
app.add_typer(reviews.app, name="reviews", help="the review queue: list, show, claim, give-back, release, refuse")
app.add_typer(
    announcements.app, name="announcements", help="warnings of authorities: list, show, ask, confirm, refuse, stop"
)
app.add_typer(users.app, name="users", help="who may log in: list, close (`kanhe login` invites)")
app.add_typer(law.app, name="law", help="the rules: list, show, lint, judge, replay")
app.add_typer(moderation.app, name="moderation", help="the content engine: eval, train, compare, promote, rollback")
app.add_typer(sim.app, name="sim", help="simulated carriers, traces, vectors")
app.add_typer(bench.app, name="bench", help="figures: smpp, http, gate, codec, moderation")


@app.command("version")
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


# What typer raises when a command is not used as it is meant.
WRONG_USE = cast("type[Exception]", typer.BadParameter.__bases__[0])


def main() -> None:
    """Run the command line; with `--json` wrong use, too, is told as one object on stdout."""
    try:
        sys.exit(app(standalone_mode="--json" not in sys.argv))
    except WRONG_USE as error:
        said = cast("typer.BadParameter", error).format_message()
        sys.stdout.write(msgspec.json.encode({"error": said}).decode() + "\n")
        sys.exit(USAGE)
