"""`kanhe registers`: do-not-call registers of authorities, and numbers that changed hands."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kanhe.cli.imports import show_import
from kanhe.cli.operate import Config, order
from kanhe.cli.output import Json, show

app = typer.Typer(no_args_is_help=True)


@app.callback()
def registers() -> None:
    """Lists that others keep."""


@app.command("import")
def bring(
    register: Annotated[str, typer.Argument(help="its key, as `kanhe registers list` shows it; `reassigned`")],
    file: Annotated[Path, typer.Argument(help="one number a line (of a CSV the first column)")],
    checked_at: Annotated[
        str | None, typer.Option("--checked-at", help="when the register gave the list, with its offset; none: now")
    ] = None,
    scope: Annotated[
        str, typer.Option(help="leading digits of the numbers that the list speaks of, such as 1212")
    ] = "",
    prefix: Annotated[str, typer.Option(help="what stands before each number: its country code, such as 65")] = "",
    answers: Annotated[
        bool, typer.Option("--answers", help="the file holds answers: columns number, listed (yes, no), checked_at")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check the file")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Put a list in the place of the one before. Exit code 1 when a line is no number: then nothing is imported."""
    said: dict[str, object] = {
        "do": "import_register", "register": register, "file": str(file.resolve()), "checked_at": checked_at,
        "scope": scope, "prefix": prefix, "answers": answers, "dry_run": dry_run,
    }  # fmt: skip
    show_import(order(config, said, json), json, dry_run)


@app.command("list")
def show_registers(config: Config = None, json: Json = False) -> None:
    """List the registers that rules ask, what is on file of each, and what is too old."""
    answer: dict[str, Any] = order(config, {"do": "registers"}, json)
    show(answer, json, lambda: _print(answer["registers"]))


def _print(found: list[dict[str, Any]]) -> None:
    for each in found:
        days = each["max_age_days"]
        typer.echo(f"{each['register']:<16} {'at most ' + str(days) + ' days old' if days else 'of any age'}")
        for one in each["lists"]:
            old = "  TOO OLD" if one["too_old"] else ""
            typer.echo(f"  {one['scope'] or 'all':<12} {one['numbers']:>12} numbers  {one['checked_at']}{old}")
