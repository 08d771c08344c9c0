"""`kanhe reviews`: the review queue at a terminal, with the key of a reviewer: two people are two keys."""

from typing import Annotated
from urllib.parse import urlencode

import typer

from kanhe.cli import told
from kanhe.cli.messages import URL, Url, ask
from kanhe.cli.output import FAILED, Json, fail, lines, show

app = typer.Typer(no_args_is_help=True)
Key = Annotated[str, typer.Option(envvar="KANHE_USER_KEY", help="a user's key (`kanhe key --user NAME`)")]
Why = Annotated[str, typer.Option("--reason", "-r", help="why; sender and auditor read it")]
A_USERS_KEY = "set KANHE_USER_KEY, or give --key; `kanhe key --user NAME` makes one"
# A line of a terminal.
TEXT_CHARS = 60


@app.command("list")
def list_reviews(
    kind: Annotated[str | None, typer.Option(help="message, paper, consent or sample")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="what was decided, instead of what waits")] = False,
    after: Annotated[str | None, typer.Option(help="`next` of the page before")] = None,
    url: Url = URL,
    key: Key = "",
    json: Json = False,
) -> None:
    """List what waits for people, the longest first."""
    wanted = {"kind": kind, "state": "closed" if closed else None, "after": after}
    query = urlencode({name: value for name, value in wanted.items() if value})
    answer = asked("GET", url, key, f"/v1/reviews?{query}", None, json)
    show(answer, json, lambda: _print_list(answer))


def _print_list(answer: dict[str, object]) -> None:
    listed = answer["reviews"]
    assert isinstance(listed, list), "a page of items"
    for item in listed:
        hand = f"  [{item['claimed_by']}]" if item["claimed_by"] else ""
        hours = item["waited_s"] / 3600
        text = " ".join(item["text"].split())[:TEXT_CHARS]
        typer.echo(f"{item['id']}  {item['kind']:<8} {hours:7.1f} h  {item['messages']:>6}  {text}{hand}")
    typer.echo(
        f"{len(listed)} {'item' if len(listed) == 1 else 'items'}"
        + (f"; more: --after {answer['next']}" if answer["next"] else "")
    )


@app.command("show")
def show_review(identifier: str, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Show one item with everything known of it."""
    say(asked("GET", url, key, f"/v1/reviews/{identifier}", None, json), json)


@app.command()
def claim(identifier: str, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Take an item in hand for a quarter of an hour."""
    say(asked("POST", url, key, f"/v1/reviews/{identifier}/claim", None, json), json)


@app.command("give-back")
def give_back(identifier: str, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Put an item back into the queue."""
    say(asked("DELETE", url, key, f"/v1/reviews/{identifier}/claim", None, json), json)


@app.command()
def release(identifier: str, reason: Why, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Release messages (they are judged again at this moment), or approve a paper, a consent, a sample."""
    body = {"says": "release", "reason": reason}
    say(asked("POST", url, key, f"/v1/reviews/{identifier}/decision", body, json), json)


@app.command()
def refuse(
    identifier: str,
    reason: Why,
    label: Annotated[str | None, typer.Option(help="what the text is: a category of the taxonomy")] = None,
    url: Url = URL,
    key: Key = "",
    json: Json = False,
) -> None:
    """Refuse messages, a paper, a consent, a sample."""
    body = {"says": "refuse", "reason": reason, "label": label}
    say(asked("POST", url, key, f"/v1/reviews/{identifier}/decision", body, json), json)


def asked(method: str, url: str, key: str, path: str, body: object, json: bool) -> dict[str, object]:
    """One request with the key of a user, or what is wrong."""
    status, answer = ask(method, url, key, path, body, json, A_USERS_KEY)
    if status >= 400:
        if json:
            show(answer, json, lambda: None)
            raise typer.Exit(FAILED)
        fail("\n".join(told.problem(answer, told.language())))
    return answer


def say(answer: dict[str, object], json: bool) -> None:
    """Print an answer, for people without what is empty."""
    show(answer, json, lambda: lines({name: value for name, value in answer.items() if value not in (None, [], "")}))
