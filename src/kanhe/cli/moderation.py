"""`kanhe moderation`: measure the content engine, teach it, put a model in force or take it back."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import FAILED, Json, fail, lines, show

if TYPE_CHECKING:
    from kanhe.moderation.templates import Template

app = typer.Typer(no_args_is_help=True)
Files = Annotated[list[Path], typer.Argument(help="JSON lines: text, label, lang, category, group")]
Models = Annotated[
    Path | None, typer.Option("--models", help="where versions of the model lie; none: in the data folder")
]
Brands = Annotated[
    Path | None, typer.Option("--brands", help="a register of brands (JSON); none: that of the data folder")
]
Sheet = Annotated[
    Path | None, typer.Option("--templates", help="a sheet of approved templates, none of which may be blocked")
]
FromReviews = Annotated[
    bool, typer.Option("--reviews", help="learn also what reviewers decided (from the data folder)")
]


def _print(answer: Mapping[str, object], json: bool) -> None:
    show(answer, json, lambda: lines(answer))


def _data(config: Path | None) -> Path:
    return Path(settings_of(config).platform.data)


def _models(models: Path | None, config: Path | None) -> Path:
    from kanhe.app.content import FOLDER, MODELS

    return _data(config) / FOLDER / MODELS if models is None else models


@app.command("eval")
def evaluate(files: Files, brands: Brands = None, config: Config = None, json: Json = False) -> None:
    """Judge labelled texts with the rules and the model in force and print the figures."""
    from kanhe.app.content import load_policies
    from kanhe.moderation.evaluate import evaluate as run

    try:
        answer = run(files, None if brands else load_policies(_data(config))[0], brands=brands)
    except (ValueError, OSError) as error:
        fail(str(error), json)
    _print(answer, json)


@app.command("train")
def train(
    files: Annotated[list[Path] | None, typer.Argument(help="JSON lines: text, label, lang, category, group")] = None,
    reviews: FromReviews = False,
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Train a new version (needs the extra `train`); it is not in force until it is promoted."""
    from kanhe.app.folder import DATABASE
    from kanhe.moderation.evaluate import read_rows, train_rows
    from kanhe.records.reviews import training_rows
    from kanhe.store.sqlite.reviews import ReviewsFile

    try:
        rows = read_rows(files or ())
        if reviews:
            with closing(ReviewsFile(_data(config) / DATABASE)) as decided:
                rows += training_rows(decided)
    except (ValueError, OSError) as error:
        fail(str(error), json)
    _print({**train_rows(rows, _models(models, config)), "rows": len(rows)}, json)


@app.command("compare")
def compare(version: str, files: Files, models: Models = None, config: Config = None, json: Json = False) -> None:
    """Compare a version with the one in force."""
    from kanhe.moderation.evaluate import compare as run

    try:
        answer = run(files, _models(models, config), version)
    except (ValueError, OSError) as error:
        fail(str(error), json)
    _print(answer, json)


@app.command("promote")
def promote(
    version: str,
    files: Files,
    templates: Sheet = None,
    models: Models = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Put a version in force, unless it would block an approved template or loses recall. Exit code 1 when refused."""
    from kanhe.moderation.evaluate import promote as run

    try:
        answer = run(_models(models, config), version, files, _templates(templates) if templates else ())
    except (ValueError, OSError) as error:
        fail(str(error), json)
    _print(answer, json)
    if not answer["promoted"]:
        raise typer.Exit(FAILED)


@app.command("rollback")
def rollback(models: Models = None, config: Config = None, json: Json = False) -> None:
    """Put the version before back in force."""
    from kanhe.moderation.evaluate import rollback as run

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
def templates(sheet: Path, config: Config = None, json: Json = False) -> None:
    """Say which templates of a sheet would be blocked or reviewed if nobody had approved them. Exit code 1 when one would be blocked."""
    from kanhe.app.content import load_policies
    from kanhe.moderation.evaluate import judge_templates

    try:
        answer = judge_templates(_templates(sheet), load_policies(_data(config))[0])
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


def _templates(sheet: Path) -> "list[Template]":
    """The templates of a sheet of papers."""
    from kanhe.intake.approved import template_of
    from kanhe.records.documents import PaperInvalidError
    from kanhe.records.sheet import load_sheet, templates_of

    try:
        return [template_of(paper) for paper in templates_of(load_sheet(sheet))]
    except PaperInvalidError as error:
        fail(str(error))
