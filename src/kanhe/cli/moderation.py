"""`kanhe moderation`: measure the content engine, teach it, put a model in force or take it back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.output import FAILED, Json, lines, show

app = typer.Typer(no_args_is_help=True)
Files = Annotated[list[Path], typer.Argument(help="JSON lines: text, label, lang, category, group")]
Folder = Annotated[Path, typer.Option("--models", help="where versions of the model lie")]
MODELS = Path("kanhe-data/models")


def _print(answer: Mapping[str, object], json: bool) -> None:
    show(answer, json, lambda: lines(answer))


@app.command("eval")
def evaluate(files: Files, json: Json = False) -> None:
    """Judge labelled texts with the model in force and print the figures."""
    from kanhe.moderation.evaluate import evaluate as run

    _print(run(files), json)


@app.command("train")
def train(files: Files, models: Folder = MODELS, json: Json = False) -> None:
    """Train a new version (needs the extra `train`); it is not in force until it is promoted."""
    from kanhe.moderation.evaluate import train_files

    _print(train_files(files, models), json)


@app.command("compare")
def compare(version: str, files: Files, models: Folder = MODELS, json: Json = False) -> None:
    """Compare a version with the one in force."""
    from kanhe.moderation.evaluate import compare as run

    _print(run(files, models, version), json)


@app.command("promote")
def promote(version: str, files: Files, models: Folder = MODELS, json: Json = False) -> None:
    """Put a version in force, unless it would block an approved template or loses recall. Exit code 1 when refused."""
    from kanhe.moderation.evaluate import promote as run

    answer = run(models, version, files)
    _print(answer, json)
    if answer.get("refused"):
        raise typer.Exit(FAILED)


@app.command("rollback")
def rollback(models: Folder = MODELS, json: Json = False) -> None:
    """Put the version before back in force."""
    from kanhe.moderation.evaluate import rollback as run

    _print(run(models), json)
