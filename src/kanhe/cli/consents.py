"""`kanhe consents`: what people agreed to, brought in from a sheet."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kanhe.cli.operate import Config, order
from kanhe.cli.output import FAILED, Json, show

app = typer.Typer(no_args_is_help=True)


@app.callback()
def consents() -> None:
    """Consents on file."""


@app.command("import")
def import_consents(
    file: Annotated[Path, typer.Argument(help="a CSV (UTF-8) or XLSX file with a heading")],
    account: Annotated[int, typer.Option(help="whose consents they are")],
    zone: Annotated[str | None, typer.Option(help="of instants without an offset, such as Asia/Shanghai")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check the file")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Import consents: all rows, or none and every mistake. Exit code 1 when there is one."""
    said = {"do": "import_consents", "file": str(file.resolve()), "account": account, "zone": zone, "dry_run": dry_run}
    answer: dict[str, Any] = order(config, said, json)
    show(answer, json, lambda: _print(answer, dry_run))
    if answer["mistakes"]:
        raise typer.Exit(FAILED)


def _print(answer: dict[str, Any], dry_run: bool) -> None:
    for one in answer["mistakes"]:
        typer.echo(f"row {one['row']}, {one['column']}: {one['wrong']}; expected {one['expected']}")
    if answer["mistakes"]:
        typer.echo(f"{len(answer['mistakes'])} mistakes: nothing was imported")
    else:
        typer.echo(f"{answer['rows']} {'would be imported' if dry_run else 'imported'}")
