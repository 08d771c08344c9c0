"""`kanhe report`: the compliance report of an account, from the running platform."""

import base64
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.operate import Config, order
from kanhe.cli.output import USAGE, Json, fail, lines, show

# Forms that are written into a file, by its ending.
FILES = {".csv": "csv", ".pdf": "pdf"}


def report(
    account: Annotated[int, typer.Option(help="of whom")],
    since: Annotated[str, typer.Option(help="first day, YYYY-MM-DD; none: thirty days")] = "",
    until: Annotated[str, typer.Option(help="last day; none: today")] = "",
    to: Annotated[Path | None, typer.Option(help="write it into this file: .csv or .pdf")] = None,
    language: Annotated[str, typer.Option(help="of the file: en or zh")] = "en",
    config: Config = None,
    json: Json = False,
) -> None:
    """Print the compliance report: sent, refused by rule, opt-outs, complaints, papers that end."""
    form = FILES.get(to.suffix) if to is not None else None
    if to is not None and form is None:
        fail("a report is written as .csv or .pdf", json, USAGE)
    asked: dict[str, object] = {"do": "report", "account": account, "since": since, "until": until}
    answer = order(config, {**asked, "form": form, "language": language}, json)
    if to is not None:
        to.write_bytes(base64.b64decode(str(answer.pop("octets"))))
        answer = {"written": str(to)}
    show(answer, json, lambda: lines({name: value for name, value in answer.items() if value not in ([], {}, None)}))
