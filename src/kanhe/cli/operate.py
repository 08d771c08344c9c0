"""`kanhe serve`, `apply`, `key`, `doctor`, `backup`, `restore`: running the platform."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.output import FAILED, USAGE, Json, fail, lines, show
from kanhe.settings import Settings, SettingsInvalidError, load

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="the settings file; none: defaults and the environment")
]


def settings_of(config: Path | None) -> Settings:
    """The settings, or an answer that names what is wrong with them."""
    try:
        return load(config, os.environ)
    except SettingsInvalidError as error:
        fail(str(error), code=USAGE)


def serve(config: Config = None) -> None:
    """Run the platform until it is told to stop. Exit code 1 when it broke: start it anew, it takes up what it had promised."""
    from kanhe.app.content import FOLDER_MISTAKES
    from kanhe.app.run import CannotStartError, run
    from kanhe.law.source import PackError

    try:
        kept_on = run(settings_of(config))
    except PackError as error:
        fail(f"a pack of your own in the data folder has mistakes\n{error}")
    except FOLDER_MISTAKES as error:
        fail(f"the content engine's rules, registers or models in the data folder have mistakes\n{error}")
    except CannotStartError as error:
        fail(str(error))
    if not kept_on:
        raise typer.Exit(FAILED)


def order(config: Path | None, order: dict[str, object], json: bool) -> dict[str, object]:
    """Give the running platform an order; its answer."""
    from kanhe.doors.control import OrderRefusedError, ask

    path = Path(settings_of(config).platform.data) / "control.sock"
    try:
        answer = asyncio.run(ask(path, order))
    except ConnectionRefusedError as error:
        fail(f"{error}: start it with `kanhe serve`", json)
    except OrderRefusedError as error:
        fail(str(error), json)
    assert isinstance(answer, dict), "orders are answered with an object"
    return answer


def apply(
    file: Annotated[Path, typer.Option("--file", "-f", help="the sheet (YAML or JSON)")],
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only print the difference")] = False,
    json: Json = False,
) -> None:
    """Put accounts, senders, carriers, routes and credentials in force, on the running platform."""
    from kanhe.records.documents import PaperInvalidError
    from kanhe.records.sheet import load_sheet

    try:
        sheet = load_sheet(file)
    except PaperInvalidError as error:
        fail(str(error), json, USAGE)
    answer = order(config, {"do": "apply", "sheet": sheet, "dry_run": dry_run}, json)
    show(answer, json, lambda: _print_changes(answer, dry_run))


def _print_changes(answer: dict[str, object], dry_run: bool) -> None:
    changes = answer["changes"]
    assert isinstance(changes, list), "a list of changes"
    for change in changes:
        verb = "add" if change["before"] is None else "change"
        typer.echo(f"{verb:<7} {change['kind']} {change['key']}")
    typer.echo(f"{len(changes)} {'would change' if dry_run else 'changed'}")


def key(
    account: Annotated[int | None, typer.Option(help="the account whose key it is")] = None,
    user: Annotated[str | None, typer.Option(help="or the user whose key it is, for 90 days")] = None,
    test: Annotated[bool, typer.Option("--test", help="a test key: never reaches a real carrier")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Make an API key, of an account or of a user. It is shown once."""
    if (account is None) == (user is None):
        fail("give `--account` or `--user`", json, USAGE)
    of_account: dict[str, object] = {"do": "key", "account": account, "live": not test}
    answer = order(config, of_account if user is None else {"do": "user_key", "name": user}, json)
    show(answer, json, lambda: typer.echo(answer["key"]))


def login(
    name: Annotated[str, typer.Option(help="who logs in; made when there is no such user")] = "owner",
    role: Annotated[
        str, typer.Option(help="owner, admin, operator, reviewer, finance, auditor, developer, viewer")
    ] = "owner",
    account: Annotated[int | None, typer.Option(help="a developer's or viewer's own account")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Make a link that logs a user into the console, once, within fifteen minutes."""
    answer = order(config, {"do": "login", "name": name, "role": role, "account": account}, json)
    show(answer, json, lambda: typer.echo(answer["link"]))


ClockIsRight = Annotated[bool, typer.Option("--clock-is-right", help="after a jump of the clock: it is right, go on")]


def doctor(clock_is_right: ClockIsRight = False, config: Config = None, json: Json = False) -> None:
    """Say how the running platform is. Exit code 1 when something needs a person."""
    answer = order(config, {"do": "doctor", "clock_is_right": clock_is_right}, json)
    show(answer, json, lambda: _print_health(answer))
    if answer.get("complaints"):
        raise typer.Exit(FAILED)


def _print_health(answer: dict[str, object]) -> None:
    """How it is, then what needs a person, a line each."""
    doors, ending, complaints = answer["doors"], answer["ending"], answer["complaints"]
    assert isinstance(doors, dict), "doors by name"
    assert isinstance(ending, list), "papers that end"
    assert isinstance(complaints, list), "sentences"
    told = {"doors": ", ".join(f"{name} {port}" for name, port in doors.items())}
    counts = {name.replace("_", " "): value for name, value in answer.items() if isinstance(value, int)}
    lines({**told, **counts})
    for paper in ending:
        typer.echo(f"soon: {paper}")
    for complaint in complaints:
        typer.echo(f"! {complaint}")
    typer.echo(f"needs a person: {len(complaints)}" if complaints else "nothing needs a person")


def backup(to: Path, config: Config = None, json: Json = False) -> None:
    """Copy the database while the platform runs."""
    answer = order(config, {"do": "backup", "to": str(to.resolve())}, json)
    show(answer, json, lambda: typer.echo(f"written to {to}"))


def erase(
    number: Annotated[str, typer.Argument(help="whose: the number, with its country")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go and what the law keeps")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Forget a person: number, texts, references go, entries of the ledger stay and tell nothing. What the law keeps goes when it may."""
    answer = order(config, {"do": "erase", "to": number, "dry_run": dry_run}, json)
    show(answer, json, lambda: lines(answer))


def doubt(
    again: Annotated[
        str, typer.Option(help="ids, separated by commas, that never arrived: they are judged anew and go again")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", "-r", help="how you know; its digest stands in the ledger")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """List what was written to a carrier and never answered; send again what a carrier says it never had."""
    answer = order(config, {"do": "doubt", "again": again, "reason": reason}, json)
    show(answer, json, lambda: _print_doubts(answer))


DOUBT_MEANS = """\
They were written to a carrier whose answer never came, so they may have arrived. A receipt settles each whenever it comes; without one
it ends as expired at the time shown, and what is set aside for it is given back. No second copy goes on a guess. Ask the carrier; what
it never had goes again with `kanhe doubt --again ID,ID --reason "how you know"`."""


def _print_doubts(answer: dict[str, object]) -> None:
    doubts, released = answer["in_doubt"], answer["again"]
    assert isinstance(doubts, list), "a list of messages"
    assert isinstance(released, list), "a list of ids"
    for each in doubts:
        segments = ", ".join(map(str, each["segments"]))
        again = "  sent again already" if each["sent_again"] else ""
        typer.echo(
            f"{each['id']}  {each['connector']:<16}  segment {segments} of {each['of']} unanswered since {each['since']}"
            f"  expires {each['until']}{again}"
        )
    typer.echo(f"{answer['count']} in doubt" + (f", {len(released)} go again" if released else ""))
    if doubts:
        typer.echo(DOUBT_MEANS)


def restore(backup: Path, config: Config = None, json: Json = False) -> None:
    """Put a backup in place of the database, checked before; the platform must not be running."""
    from kanhe.app.folder import restore_backup
    from kanhe.store.errors import StoreError

    try:
        restore_backup(settings_of(config), backup)
    except (StoreError, OSError) as error:
        fail(str(error), json)
    said = (
        "restored; at its next start the platform erases again whom it had erased, and sends nothing that may have left"
    )
    show({"restored": str(backup)}, json, lambda: typer.echo(said))
