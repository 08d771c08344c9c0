"""`kanhe`: the commands and where they stand. Rooms are imported when a command runs, so that `--help` is quick."""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, cast

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
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Kanhe (勘合): an SMS platform that is lawful by construction and can prove it.",
)

# Every command, in the order in which a newcomer meets them: a function, or a group with what it is about.
COMMANDS: Mapping[str, Mapping[str, Callable[..., None] | tuple[typer.Typer, str]]] = {
    "See it work": {
        "demo": demo.demo,
        "sim": (sim.app, "simulated carriers, packets, vector files"),
        "bench": (bench.app, "figures"),
    },
    "Run it": {
        "serve": operate.serve,
        "apply": operate.apply,
        "key": operate.key,
        "login": operate.login,
        "users": (users.app, "who may log in (`kanhe login` invites)"),
        "doctor": operate.doctor,
        "backup": operate.backup,
        "restore": operate.restore,
    },
    "Messages": {
        "send": messages.send,
        "check": messages.check,
        "explain": messages.explain,
        "doubt": operate.doubt,
    },
    "People": {
        "consents": (consents.app, "what people agreed to"),
        "suppressions": (suppressions.app, "whom nobody writes to"),
        "registers": (registers.app, "do-not-call registers, numbers that changed hands"),
        "erase": operate.erase,
    },
    "Law and judgement": {
        "law": (law.app, "the rules"),
        "moderation": (moderation.app, "the content engine"),
        "reviews": (reviews.app, "the review queue"),
        "announcements": (announcements.app, "warnings of authorities"),
        "report": report.report,
    },
    "Proof": {
        "ledger": (ledger.app, "the ledger"),
    },
}


def _names(group: typer.Typer) -> str:
    """What can be typed behind a group's name."""
    named = [each.name or each.callback.__name__ for each in group.registered_commands if each.callback]
    return ", ".join(named + [each.name for each in group.registered_groups if each.name])


for _panel, _commands in COMMANDS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, tuple):
            _group, _says = _command
            app.add_typer(_group, name=_name, help=f"{_says}: {_names(_group)}", rich_help_panel=_panel)
        else:
            app.command(_name, rich_help_panel=_panel)(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def version(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """What stands before any command."""


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
