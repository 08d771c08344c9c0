"""`kanhe send`, `check`, `explain`: a message, from the command line, by the platform's own API."""

import os
from collections.abc import Callable, Iterable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from kanhe.cli import told
from kanhe.cli.output import FAILED, USAGE, Json, fail, show
from kanhe.cli.told import Given

Url = Annotated[str, typer.Option(envvar="KANHE_URL", help="where the platform listens")]
Key = Annotated[str, typer.Option(envvar="KANHE_KEY", help="an API key (`kanhe key`)")]
URL = "http://127.0.0.1:8080"
A_KEY = "set KANHE_KEY, or give --key; `kanhe key --account ID` makes one"
# What a person waits for at a prompt.
PATIENCE_S = 30


def ask(
    method: str, url: str, key: str, path: str, body: object = None, json: bool = False, how: str = A_KEY
) -> tuple[int, dict[str, object]]:
    """One request; (status, JSON object). `how` says where a key comes from when there is none."""
    if not key:
        fail(f"this needs an API key: {how}", json, USAGE)
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=PATIENCE_S)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Accept-Language": os.environ.get("LANG", "en")[:2],
    }
    try:
        connection.request(method, path, msgspec.json.encode(body) if body is not None else None, headers)
        response = connection.getresponse()
        return response.status, msgspec.json.decode(response.read(), type=dict[str, object])
    except (OSError, HTTPException) as error:
        fail(
            f"`{url}` does not answer: {error}; start the platform there (`kanhe serve`), or name another with --url",
            json,
        )
    except msgspec.DecodeError:
        fail(f"`{url}` answers, and is no Kanhe", json)
    finally:
        connection.close()


# An answer in words, in a language.
Lines = Callable[[Given, str], Iterable[str]]


def _answer(status: int, answer: dict[str, object], json: bool, lines: Lines) -> None:
    """Say it in words, what is wrong too."""
    say = lines if status < 400 else told.problem
    show(answer, json, lambda: typer.echo("\n".join(say(answer, told.language()))))
    if status >= 400:
        raise typer.Exit(FAILED)


def _body(to: str, text: str, sender: str, category: str) -> dict[str, str]:
    return {"to": to, "text": text, "sender": sender, "category": category}


def send(
    to: str,
    text: str,
    sender: Annotated[str, typer.Option()],
    category: str = "transactional",
    url: Url = URL,
    key: Key = "",
    json: Json = False,
) -> None:
    """Send one message."""
    _answer(*ask("POST", url, key, "/v1/messages", _body(to, text, sender, category), json), json, told.sent)


def check(
    to: str,
    text: str,
    sender: Annotated[str, typer.Option()],
    category: str = "transactional",
    url: Url = URL,
    key: Key = "",
    json: Json = False,
) -> None:
    """Say what would become of a message: every finding, segments, price. Nothing is sent."""
    _answer(*ask("POST", url, key, "/v1/check", _body(to, text, sender, category), json), json, told.check)


def explain(identifier: str, url: Url = URL, key: Key = "", json: Json = False) -> None:
    """Explain why a message went, waits or was refused, with the provisions."""
    _answer(*ask("GET", url, key, f"/v1/messages/{identifier}/explanation", json=json), json, told.explanation)
