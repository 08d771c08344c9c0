"""`kanhe users`: who may log in, from the machine itself; `kanhe login` invites."""

from typing import Annotated

import typer

from kanhe.cli.operate import Config, order
from kanhe.cli.output import Json, show

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_users(config: Config = None, json: Json = False) -> None:
    """List all users."""
    answer = order(config, {"do": "users"}, json)
    show(answer, json, lambda: _print(answer))


def _print(answer: dict[str, object]) -> None:
    users = answer["users"]
    assert isinstance(users, list), "a list of users"
    for user in users:
        sees = "the whole platform" if user["account"] is None else f"account {user['account']}"
        typer.echo(f"{user['name']:<24} {user['role']:<10} {sees}{'  closed' if user['closed_at'] else ''}")


@app.command()
def close(
    name: Annotated[str, typer.Argument(help="whose sessions, links and keys end at once")],
    config: Config = None,
    json: Json = False,
) -> None:
    """Close a user: out at once, everywhere; what he did stays on record."""
    answer = order(config, {"do": "close_user", "name": name}, json)
    show(answer, json, lambda: typer.echo(f"{name} is closed"))
