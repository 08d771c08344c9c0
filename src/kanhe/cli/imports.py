"""What imports print: how much came in, or every mistake."""

from typing import Any

import typer

from kanhe.cli.output import FAILED, show


def show_import(answer: dict[str, Any], json: bool, dry_run: bool) -> None:
    """Exit code 1 when there is a mistake."""
    show(answer, json, lambda: _print(answer, dry_run))
    if answer["mistakes"]:
        raise typer.Exit(FAILED)


def _print(answer: dict[str, Any], dry_run: bool) -> None:
    for one in answer["mistakes"]:
        typer.echo(f"row {one['row']}, {one['column']}: {one['wrong']}; expected {one['expected']}")
    if answer["mistakes"]:
        count = len(answer["mistakes"])
        typer.echo(f"{count} {'mistake' if count == 1 else 'mistakes'}: nothing was imported")
    else:
        typer.echo(f"{answer['rows']} {'would be imported' if dry_run else 'imported'}")
