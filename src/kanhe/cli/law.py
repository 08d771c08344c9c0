"""`kanhe law`: the rules as they stand, and what they say of cases."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kanhe.cli.output import FAILED, USAGE, Json, fail, lines, show

if TYPE_CHECKING:
    from kanhe.law.source import PackError

app = typer.Typer(no_args_is_help=True)
Language = Annotated[str, typer.Option("--language", "-l", help="en or zh")]


@app.command("list")
def list_rules(
    pack: Annotated[str | None, typer.Argument(help="a jurisdiction, such as cn")] = None,
    kind: Annotated[str | None, typer.Option(help="only rules of this kind")] = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """List the rules in force."""
    from kanhe.law.lint import rows
    from kanhe.law.load import load_packs

    found = rows(load_packs(), language, pack, kind)
    if not found:
        fail(f"no rule of pack `{pack or 'any'}` and kind `{kind or 'any'}`", json)
    show(
        found,
        json,
        lambda: typer.echo("\n".join(f"{row.id:<44} {row.binding:<11} {row.enforce:<7} {row.title}" for row in found)),
    )


@app.command("show")
def show_rule(rule: str, language: Language = "en", json: Json = False) -> None:
    """Show one rule with everything behind it."""
    import msgspec

    from kanhe.law.lint import show as look_up
    from kanhe.law.load import load_packs

    found = look_up(load_packs(), rule, language)
    if found is None:
        fail(f"there is no rule `{rule}`; `kanhe law list` names them all", json)
    show(found, json, lambda: lines(msgspec.to_builtins(found, enc_hook=str)))


@app.command("lint")
def lint_packs(
    folder: Annotated[Path | None, typer.Argument(help="packs to check; none: those in force")] = None,
    json: Json = False,
) -> None:
    """Check packs: every mistake with file, line and rule. Exit code 1 when there is one."""
    from kanhe.law.lint import lint

    mistakes = lint(folder)
    show({"mistakes": mistakes}, json, lambda: typer.echo("\n".join(map(str, mistakes)) or "no mistake"))
    if mistakes:
        raise typer.Exit(FAILED)


@app.command("judge")
def judge(files: list[Path], json: Json = False) -> None:
    """Judge scenario files by the real gate: facts in, verdict and rules out. Exit code 1 on a mismatch."""
    from kanhe.gate.scenario import judge_file
    from kanhe.law.load import load_packs
    from kanhe.law.source import PackError

    library = load_packs()
    try:
        reports = [judge_file(_file(path, json), library) for path in files]
    except PackError as error:
        _refuse(error, json)
    cases = [case for report in reports for case in report["cases"]]
    wrong = [case for case in cases if case.get("mismatches")]
    show(
        {"cases": cases, "passed": len(cases) - len(wrong), "failed": len(wrong)},
        json,
        lambda: _print_cases(cases, len(wrong)),
    )
    if wrong:
        raise typer.Exit(FAILED)


def _file(path: Path, json: bool) -> Path:
    if not path.is_file():
        fail(f"there is no file `{path}`", json, USAGE)
    return path


def _refuse(error: "PackError", json: bool) -> NoReturn:
    """A file that cannot be read is answered with every mistake, each with file, line and rule."""
    fail(str(error), json, USAGE, mistakes=[mistake._asdict() for mistake in error.mistakes])


def _print_cases(cases: list[dict[str, object]], wrong: int) -> None:
    for case in cases:
        mark = "differs" if case.get("mismatches") else "as expected"
        typer.echo(f"{mark:<12} {case.get('id')}  {case.get('verdict')}  {case.get('mismatches') or ''}")
    typer.echo(f"{len(cases) - wrong} as expected, {wrong} differ")
