"""`kanhe suppressions`: whom nobody writes to, and how far that reaches."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kanhe.cli.imports import show_import
from kanhe.cli.operate import Config, order
from kanhe.cli.output import Json, lines, show

app = typer.Typer(no_args_is_help=True)

To = Annotated[str, typer.Argument(help="the number, with its country")]
Scope = Annotated[
    str,
    typer.Option(help="how far it reaches: sender, entity, account, platform, all_senders (a refusal of everybody)"),
]
Account = Annotated[int | None, typer.Option(help="whose numbers; of scope sender, entity and account")]
Sender = Annotated[str | None, typer.Option(help="of scope sender; of scope entity: any sender of the entity")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="what is refused; again for more; none: all")]
Source = Annotated[str, typer.Option(help="where it came from")]
At = Annotated[str | None, typer.Option(help="when the person said so, such as 2026-06-01T10:00:00+08:00; none: now")]


@app.callback()
def suppressions() -> None:
    """Refusals and blocks."""


@app.command("add")
def add(
    to: To,
    scope: Scope = "account",
    account: Account = None,
    sender: Sender = None,
    category: Categories = None,
    program: Annotated[str | None, typer.Option(help="one messaging programme alone")] = None,
    at: At = None,
    source: Source = "operator",
    note: Annotated[str | None, typer.Option(help="in what words")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Stop messages to a number. What is on its way does not leave."""
    said: dict[str, object] = {
        "do": "add_suppression", "to": to, "scope": scope, "account": account, "sender": sender,
        "categories": category, "program": program, "at": at, "source": source, "note": note,
    }  # fmt: skip
    answer = order(config, said, json)
    show(answer, json, lambda: lines(answer))


@app.command("import")
def bring(
    file: Annotated[
        Path, typer.Argument(help="a CSV (UTF-8) or XLSX file with a heading: number and what else is known")
    ],
    scope: Scope = "account",
    account: Account = None,
    sender: Sender = None,
    category: Categories = None,
    at: At = None,
    source: Source = "import",
    zone: Annotated[str | None, typer.Option(help="of instants without an offset, such as Asia/Shanghai")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check the file")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Import refusals: all rows, or none and every mistake. Exit code 1 when there is one."""
    said: dict[str, object] = {
        "do": "import_suppressions", "file": str(file.resolve()), "scope": scope, "account": account, "sender": sender,
        "categories": category, "at": at, "source": source, "zone": zone, "dry_run": dry_run,
    }  # fmt: skip
    show_import(order(config, said, json), json, dry_run)


@app.command("show")
def show_suppressions(to: To, config: Config = None, json: Json = False) -> None:
    """Show every refusal and block of a number."""
    answer: dict[str, Any] = order(config, {"do": "suppressions", "to": to}, json)
    show(answer, json, lambda: _print(answer["suppressions"]))


def _print(found: list[dict[str, Any]]) -> None:
    for each in found or [{"level": "nothing stands against this number"}]:
        lines(each)
        typer.echo("")


@app.command("lift")
def lift(
    to: To,
    suppression: Annotated[int, typer.Argument(help="its id")],
    why: Annotated[str, typer.Option(help="the reason; it stays with the record")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """Take a refusal or block back. A person's own refusal is lifted only when the person asked for it."""
    answer = order(config, {"do": "lift_suppression", "to": to, "suppression": suppression, "why": why}, json)
    show(answer, json, lambda: lines(answer))
