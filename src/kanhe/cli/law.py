"""`kanhe law`: the rules as they stand, and what they say of cases."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kanhe.cli import duties
from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import FAILED, USAGE, Json, fail, lines, show

if TYPE_CHECKING:
    from kanhe.cli.past import Told
    from kanhe.law.library import Library
    from kanhe.law.source import PackError

app = typer.Typer(no_args_is_help=True)
app.add_typer(duties.app, name="duties", help="the duty calendar: list, open, done, keep")
# What fits a terminal; the rest is for machines.
CHANGES_SHOWN = 20
Language = Annotated[str, typer.Option("--language", "-l", help="en or zh")]


@app.command("list")
def list_rules(
    pack: Annotated[str | None, typer.Argument(help="a jurisdiction, such as cn")] = None,
    kind: Annotated[str | None, typer.Option(help="only rules of this kind")] = None,
    language: Language = "en",
    config: Config = None,
    json: Json = False,
) -> None:
    """List the rules in force: of this release, and the operator's own in their place."""
    from kanhe.law.lint import rows

    found = rows(_in_force(config, json), language, pack, kind)
    if not found:
        fail(f"no rule of pack `{pack or 'any'}` and kind `{kind or 'any'}`", json)
    show(
        found,
        json,
        lambda: typer.echo("\n".join(f"{row.id:<44} {row.binding:<11} {row.enforce:<7} {row.title}" for row in found)),
    )


@app.command("show")
def show_rule(rule: str, language: Language = "en", config: Config = None, json: Json = False) -> None:
    """Show one rule with everything behind it."""
    import msgspec

    from kanhe.law.lint import show as look_up

    found = look_up(_in_force(config, json), rule, language)
    if found is None:
        fail(f"there is no rule `{rule}`; `kanhe law list` names them all", json)
    show(found, json, lambda: lines(msgspec.to_builtins(found, enc_hook=str)))


@app.command("lint")
def lint_packs(
    packs: Annotated[
        Path | None, typer.Argument(help="a draft, or a folder of packs; none: those of this release")
    ] = None,
    json: Json = False,
) -> None:
    """Check packs: every mistake with file, line and rule. Exit code 1 when there is one."""
    from kanhe.law.lint import lint

    if packs is not None and not packs.exists():
        fail(f"there is no file or folder `{packs}`", json, USAGE)
    mistakes = lint(packs)
    show({"mistakes": mistakes}, json, lambda: typer.echo("\n".join(map(str, mistakes)) or "no mistake"))
    if mistakes:
        raise typer.Exit(FAILED)


@app.command("judge")
def judge(files: list[Path], config: Config = None, json: Json = False) -> None:
    """Judge scenario files by the real gate: facts in, verdict and rules out. Exit code 1 on a mismatch."""
    from kanhe.gate.scenario import judge_file
    from kanhe.law.source import PackError

    library = _in_force(config, json)
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


@app.command("replay")
def replay_past(
    pack: Annotated[Path, typer.Option("--pack", help="the draft; it stands for the pack of its country")],
    since: Annotated[str, typer.Option(help="a date (UTC) or an instant with its offset")],
    data: Annotated[Path | None, typer.Option(help="the data folder; none: that of the settings")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Judge past messages under the packs in force and under a draft: which verdicts would change, and by which rules."""
    from kanhe.cli.past import replay_store
    from kanhe.law.source import PackError

    folder = data or Path(settings_of(config).platform.data)
    for path in (pack, folder / "kanhe.db"):
        _file(path, json)
    try:
        answer = replay_store(folder / "kanhe.db", pack, _instant(since, json))
    except PackError as error:
        _refuse(error, json)
    show(answer, json, lambda: _print_replay(answer))


@app.command("apply")
def apply_packs(
    files: Annotated[
        list[Path], typer.Argument(help="packs of your own; each stands for the release's of its country")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say which rules would differ")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Put packs of your own in force on the running platform, without a pause. A mistake in one: those in force stay."""
    paths = [str(_file(path, json).resolve()) for path in files]
    _print_difference(order(config, {"do": "law", "apply": paths, "dry_run": dry_run}, json), json)


@app.command("withdraw")
def withdraw_pack(country: str, config: Config = None, json: Json = False) -> None:
    """Go back to the release's pack of a country, on the running platform."""
    _print_difference(order(config, {"do": "law", "withdraw": country}, json), json)


@app.command("reload")
def reload_packs(config: Config = None, json: Json = False) -> None:
    """Take the packs that lie in the data folder now, on the running platform."""
    _print_difference(order(config, {"do": "law"}, json), json)


def _print_difference(answer: dict[str, object], json: bool) -> None:
    def tell() -> None:
        for name, listed in answer.items():
            assert isinstance(listed, list), "names of packs, names of rules"
            for each in listed:
                typer.echo(f"{'pack' if name == 'packs' else name:<8} {each}")
        typer.echo("" if any(answer.values()) else "nothing differs")

    show(answer, json, tell)


def _in_force(config: Path | None, json: bool) -> "Library":
    """The packs of the release and, in their place, those in the data folder of these settings."""
    from kanhe.app.law import packs_in_force
    from kanhe.law.source import PackError

    try:
        return packs_in_force(Path(settings_of(config).platform.data))
    except PackError as error:
        _refuse(error, json)


def _instant(written: str, json: bool) -> int:
    from kanhe.kit.clock import read_ms

    if (read := read_ms(written, UTC)) is None:
        fail(
            f"`{written}` is no date such as `2026-11-01` and no instant such as `2026-11-01T08:00:00+08:00`",
            json,
            USAGE,
        )
    return read


def _print_replay(answer: "Told") -> None:
    typer.echo(f"messages judged: {answer.messages}, would come out otherwise: {answer.changed}")
    for named in (answer.by_outcome, answer.by_rule):
        for name, count in named.items():
            typer.echo(f"{count:>10}  {name}")
    for each in answer.changes[:CHANGES_SHOWN]:
        typer.echo(f"{each.message}  {each.before.value} -> {each.after.value}  {', '.join(each.rules)}")
    if answer.changed > CHANGES_SHOWN:
        typer.echo(f"{answer.changed - CHANGES_SHOWN} more; --json lists the first ten thousand")
    typer.echo(f"as of today: {'; '.join(answer.of_today)}. All else as it stood when each message came")


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
