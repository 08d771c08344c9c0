"""`kanhe moderation`: measure the content engine, teach it, put a model in force or take it back."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import FAILED, USAGE, Json, fail, lines, show

if TYPE_CHECKING:
    from kanhe.moderation.train import Row

app = typer.Typer(no_args_is_help=True)
# What the extra `train` brings.
TRAINING = frozenset({"numpy", "scipy", "sklearn"})
Files = Annotated[list[Path], typer.Argument(help="JSON lines: text, label, lang, category, group")]
Models = Annotated[
    Path | None, typer.Option("--models", help="where versions of the model lie; none: in the data folder")
]
Brands = Annotated[
    Path | None, typer.Option("--brands", help="a register of brands (JSON); none: that of the data folder")
]
MaybeFiles = Annotated[list[Path] | None, typer.Argument(help="JSON lines: text, label, lang, category, group")]
Sheet = Annotated[
    Path | None,
    typer.Option("--templates", help="a sheet of further approved templates, beside those of the data folder"),
]
FromReviews = Annotated[
    bool,
    typer.Option("--reviews", help="also what reviewers decided, and the approved templates (from the data folder)"),
]


def _print(answer: Mapping[str, object], json: bool) -> None:
    show(answer, json, lambda: lines(answer))


@contextmanager
def _told(json: bool) -> Iterator[None]:
    """What is wrong with a file, a folder, a version or a paper ends the command with its name."""
    from kanhe.records.documents import PaperInvalidError

    try:
        yield
    except OSError as error:
        fail(f"`{error.filename}`: {(error.strerror or str(error)).lower()}", json)
    except (ValueError, PaperInvalidError) as error:
        fail(str(error), json)
    except sqlite3.DatabaseError as error:
        fail(f"the database of the data folder cannot be read: {error}", json)
    except ModuleNotFoundError as error:
        if error.name not in TRAINING:
            raise
        fail(f"training needs the extra `train`: `{error.name}` is not installed", json)


def _data(config: Path | None) -> Path:
    return Path(settings_of(config).platform.data)


def _models(models: Path | None, config: Path | None) -> Path:
    from kanhe.app.content import FOLDER, MODELS

    return _data(config) / FOLDER / MODELS if models is None else models


@app.command("eval")
def evaluate(
    files: Files,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="train on seven tenths of the groups, judge the others (needs `train`)")
    ] = False,
    known: Annotated[
        list[Path] | None, typer.Option("--known", help="with --unseen: further texts to train on, all of them")
    ] = None,
    brands: Brands = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Judge labelled texts with the rules and the model in force and print the figures."""
    from kanhe.app.content import load_policies
    from kanhe.moderation.evaluate import evaluate as run
    from kanhe.moderation.evaluate import evaluate_unseen

    if known and not unseen:
        fail("`--known` names texts to train on: it goes with `--unseen`", json, USAGE)
    with _told(json):
        if unseen:
            answer = evaluate_unseen(files, known=known or (), brands=brands)
        else:
            answer = run(files, None if brands else load_policies(_data(config))[0], brands=brands)
    _print(answer, json)


@app.command("train")
def train(
    files: MaybeFiles = None,
    reviews: FromReviews = False,
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Train a new version (needs the extra `train`); it is not in force until it is promoted."""
    from kanhe.moderation.learning import train_rows

    rows = _rows(files, reviews, config, json)
    with _told(json):
        answer = {**train_rows(rows, _models(models, config)), "rows": len(rows)}
    _print(answer, json)


@app.command("compare")
def compare(
    version: str,
    files: MaybeFiles = None,
    reviews: FromReviews = False,
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Compare a version with the one in force, both with the rules and registers in force."""
    from kanhe.app.content import load_policies
    from kanhe.moderation.learning import compare as run

    rows = _rows(files, reviews, config, json)
    with _told(json):
        answer = run(rows, load_policies(_data(config), models)[0], _models(models, config), version)
    _print(answer, json)


@app.command("promote")
def promote(
    version: str,
    files: MaybeFiles = None,
    reviews: FromReviews = False,
    templates: Sheet = None,
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Put a version in force, unless it would block an approved template or loses recall. Exit code 1 when refused.

    A running platform takes it at the next `kanhe moderation reload`.
    """
    from kanhe.app.content import load_policies
    from kanhe.app.lessons import approved_templates, templates_in
    from kanhe.moderation.learning import promote as run

    rows = _rows(files, reviews, config, json)
    with _told(json):
        approved = [*approved_templates(_data(config)), *(templates_in(templates) if templates else ())]
        policy = load_policies(_data(config), models)[0]
        answer = run(rows, policy, _models(models, config), version, approved)
    _print(answer, json)
    if not answer["promoted"]:
        raise typer.Exit(FAILED)


@app.command("rollback")
def rollback(models: Models = None, config: Config = None, json: Json = False) -> None:
    """Put the version before back in force."""
    from kanhe.moderation.learning import rollback as run

    with _told(json):
        answer = run(_models(models, config))
    _print(answer, json)


@app.command("shadow")
def shadow(
    version: Annotated[str, typer.Argument(help="a version of the model, or `off`")],
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Try a version beside the one in force, on a share of distinct texts, from the next reload on."""
    from kanhe.moderation import versions

    folder, tried = _models(models, config), None if version == "off" else version
    with _told(json):
        versions.put_in_shadow(folder, tried)
        answer = {"in_force": versions.in_force(folder), "shadow": tried}
    _print(answer, json)


@app.command("templates")
def templates(
    sheet: Annotated[
        Path | None, typer.Argument(help="a sheet (YAML); none: the approved templates of the data folder")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Say which templates would be blocked or reviewed if nobody had approved them. Exit code 1 when one would be blocked."""
    from kanhe.app.content import load_policies
    from kanhe.app.lessons import approved_templates, templates_in
    from kanhe.moderation.learning import judge_templates

    with _told(json):
        asked = templates_in(sheet) if sheet else approved_templates(_data(config))
        answer = judge_templates(asked, load_policies(_data(config))[0])
    _print(answer, json)
    if answer["blocked"]:
        raise typer.Exit(FAILED)


@app.command("status")
def status(config: Config = None, json: Json = False) -> None:
    """Say what judges texts in the running platform, and how far the shadow disagrees."""
    _print(order(config, {"do": "moderation"}, json), json)


@app.command("reload")
def reload(config: Config = None, json: Json = False) -> None:
    """Put the rules, registers and model of the data folder in force while the platform runs; with an error nothing changes."""
    _print(order(config, {"do": "moderation", "reload": True}, json), json)


def _rows(files: list[Path] | None, reviews: bool, config: Path | None, json: bool) -> "list[Row]":
    """Labelled texts of files and of the data folder. None at all: there is nothing to learn from or to measure by."""
    from kanhe.app.lessons import lessons
    from kanhe.moderation.evaluate import read_rows

    with _told(json):
        rows = [*read_rows(files or ()), *(lessons(_data(config)) if reviews else ())]
    if not rows:
        fail("no labelled texts: name files, or take what was decided with `--reviews`", json, USAGE)
    return rows
