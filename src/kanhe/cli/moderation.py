"""`kanhe moderation`: measure the content engine, teach it, put a model in force or take it back."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import FAILED, USAGE, Json, fail, lines, show

if TYPE_CHECKING:
    from kanhe.moderation.learning import Approved
    from kanhe.moderation.train import Row

app = typer.Typer(no_args_is_help=True)
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

    try:
        if unseen:
            answer = evaluate_unseen(files, known=known or (), brands=brands)
        else:
            answer = run(files, None if brands else load_policies(_data(config))[0], brands=brands)
    except (ValueError, OSError) as error:
        fail(str(error), json)
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
    _print({**train_rows(rows, _models(models, config)), "rows": len(rows)}, json)


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
    try:
        answer = run(rows, load_policies(_data(config), models)[0], _models(models, config), version)
    except (ValueError, OSError) as error:
        fail(str(error), json)
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
    from kanhe.app.lessons import approved_templates
    from kanhe.moderation.learning import promote as run

    rows = _rows(files, reviews, config, json)
    approved = [*approved_templates(_data(config)), *(_of_sheet(templates, json) if templates else ())]
    try:
        policy = load_policies(_data(config), models)[0]
        answer = run(rows, policy, _models(models, config), version, approved)
    except (ValueError, OSError) as error:
        fail(str(error), json)
    _print(answer, json)
    if not answer["promoted"]:
        raise typer.Exit(FAILED)


@app.command("rollback")
def rollback(models: Models = None, config: Config = None, json: Json = False) -> None:
    """Put the version before back in force."""
    from kanhe.moderation.learning import rollback as run

    try:
        answer = run(_models(models, config))
    except ValueError as error:
        fail(str(error), json)
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
    try:
        versions.put_in_shadow(folder, tried)
    except ValueError as error:
        fail(str(error), json)
    _print({"in_force": versions.in_force(folder), "shadow": tried}, json)


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
    from kanhe.app.lessons import approved_templates
    from kanhe.moderation.learning import judge_templates

    asked = _of_sheet(sheet, json) if sheet else approved_templates(_data(config))
    try:
        answer = judge_templates(asked, load_policies(_data(config))[0])
    except (ValueError, OSError) as error:
        fail(str(error), json)
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

    try:
        rows = [*read_rows(files or ()), *(lessons(_data(config)) if reviews else ())]
    except (ValueError, OSError) as error:
        fail(str(error), json)
    if not rows:
        fail("no labelled texts: name files, or take what was decided with `--reviews`", json, USAGE)
    return rows


def _of_sheet(sheet: Path, json: bool) -> "list[Approved]":
    from kanhe.app.lessons import templates_in
    from kanhe.records.documents import PaperInvalidError

    try:
        return templates_in(sheet)
    except PaperInvalidError as error:
        fail(str(error), json)
