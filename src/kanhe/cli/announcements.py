"""`kanhe announcements`: warnings of authorities at a terminal; two people are two keys."""

from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.messages import URL, Url
from kanhe.cli.output import USAGE, Json, fail, show
from kanhe.cli.reviews import Key, Why, asked, say

app = typer.Typer(no_args_is_help=True)
AT = "/v1/admin/announcements"


@app.command("list")
def list_announcements(url: Url = URL, key: Key = "", json: Json = False) -> None:
    """List announcements, newest first."""
    answer = asked("GET", url, key, AT, None, json)
    show(answer, json, lambda: _print_list(answer))


def _print_list(answer: dict[str, object]) -> None:
    listed = answer["announcements"]
    assert isinstance(listed, list), "a page"
    for each in listed:
        typer.echo(f"{each['id']}  {each['stage']:<9} {each['handed']:>6} / {each['numbers']:<6} {each['text']}")
    typer.echo(f"{len(listed)} announcements")


@app.command("show")
def show_announcement(identifier: str, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Show one; while it waits, with what the gate would say of it and which rules it lifts."""
    say(asked("GET", url, key, f"{AT}/{identifier}", None, json), json)


@app.command("ask")
def ask_announcement(
    text: str,
    account: Annotated[int, typer.Option(help="the account that sends for the authority")],
    authority: Annotated[str, typer.Option(help="key of the authority's paper")],
    sender: Annotated[str, typer.Option()],
    numbers: Annotated[Path, typer.Option(help="a file with one number a line, each with its country")],
    reason: Why,
    category: Annotated[str, typer.Option(help="emergency or public_service")] = "emergency",
    danger: Annotated[bool, typer.Option("--danger", help="people's health or safety is in danger")] = False,
    url: Url = URL,
    key: Key = "",
    json: Json = False,
) -> None:
    """Ask for an announcement. Nothing leaves before another person confirms it."""
    try:
        listed = [line.strip() for line in numbers.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        fail(f"`{numbers}`: {error.strerror}", json, USAGE)
    body = {
        "account": account, "authority": authority, "sender": sender, "category": category, "text": text,
        "numbers": listed, "why": reason, "danger": danger,
    }  # fmt: skip
    say(asked("POST", url, key, AT, body, json), json)


def _decide(identifier: str, says: str, reason: str, url: str, key: str, json: bool) -> None:
    body = {"says": says, "reason": reason}
    say(asked("POST", url, key, f"{AT}/{identifier}/decision", body, json), json)


@app.command()
def confirm(identifier: str, reason: Why, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Confirm what another person asked for; it leaves now."""
    _decide(identifier, "confirm", reason, url, key, json)


@app.command()
def refuse(identifier: str, reason: Why, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Refuse it, or take back what you asked for."""
    _decide(identifier, "refuse", reason, url, key, json)


@app.command()
def stop(identifier: str, reason: Why, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Stop what has not been handed on yet."""
    _decide(identifier, "stop", reason, url, key, json)
