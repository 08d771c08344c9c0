"""`kanhe consents`: what people agreed to, with what proves it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kanhe.cli.imports import show_import
from kanhe.cli.operate import Config, order
from kanhe.cli.output import Json, lines, show

app = typer.Typer(no_args_is_help=True)

Account = Annotated[int, typer.Option(help="whose consents they are")]
To = Annotated[str, typer.Argument(help="the number, with its country")]


@app.callback()
def consents() -> None:
    """Consents on file."""


@app.command("import")
def import_consents(
    file: Annotated[Path, typer.Argument(help="a CSV (UTF-8) or XLSX file with a heading")],
    account: Account,
    zone: Annotated[str | None, typer.Option(help="of instants without an offset, such as Asia/Shanghai")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check the file")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Import consents: all rows, or none and every mistake. Exit code 1 when there is one."""
    said = {"do": "import_consents", "file": str(file.resolve()), "account": account, "zone": zone, "dry_run": dry_run}
    show_import(order(config, said, json), json, dry_run)


@app.command("show")
def show_consents(to: To, account: Account, config: Config = None, json: Json = False) -> None:
    """Show what a number agreed to, the wording it saw, how its proof was reviewed."""
    answer: dict[str, Any] = order(config, {"do": "consents", "to": to, "account": account}, json)
    show(answer, json, lambda: _print(answer["consents"]))


def _print(found: list[dict[str, Any]]) -> None:
    for each in found or [{"status": "no consent on file"}]:
        lines({name: value for name, value in each.items() if value not in (None, [], "")})
        typer.echo("")


@app.command("withdraw")
def withdraw(
    to: To,
    consent: Annotated[int, typer.Argument(help="its id")],
    account: Account,
    by: Annotated[str, typer.Option(help="by what channel: letter, telephone, shop")] = "operator",
    why: Annotated[str | None, typer.Option(help="in what words; it stays with the record")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Note that a person took a consent back. What is on its way does not leave."""
    said = {"do": "withdraw_consent", "to": to, "consent": consent, "account": account, "by": by, "why": why}
    answer = order(config, said, json)
    show(answer, json, lambda: lines(answer))
