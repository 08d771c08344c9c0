"""`kanhe law duties`: what the law asks outside the message path, with its dates."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import USAGE, Json, fail, show

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_duties(
    all_of_them: Annotated[bool, typer.Option("--all", help="also what was done")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """List the tasks that wait, the most urgent first: due or overdue, under which rule, about what."""
    _tell(order(config, {"do": "duties", "all": all_of_them}, json), json)


@app.command("open")
def open_duties(
    kind: Annotated[str, typer.Argument(help="what happened: breach, complaint, cross_border or dsr")],
    country: Annotated[str, typer.Option(help="whose people it is about (ISO 3166)")],
    at: Annotated[str | None, typer.Option(help="when, with its offset: 2026-11-29T08:00+08:00; none: now")] = None,
    right: Annotated[str | None, typer.Option(help="what a person asks of their data: access, delete, ...")] = None,
    sender_seat: Annotated[str | None, typer.Option(help="where the sender is established (ISO 3166)")] = None,
    note: Annotated[str, typer.Option(help="what happened, in words; no numbers of persons")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """Write down that something happened: every task that a law asks for then, with its date."""
    from kanhe.records.duties import DATED

    if kind not in DATED:
        fail(f"`{kind}` is none of {', '.join(DATED)}", json, USAGE)
    event = {"kind": kind, "country": country.upper(), "at": _ms(at, json), "right": right, "note": note}
    _tell(order(config, {"do": "duties", "open": event | {"sender_seat": sender_seat}}, json), json)


@app.command("done")
def done(
    duty: Annotated[str, typer.Argument(help="its id")],
    by: Annotated[str, typer.Option(help="who did it")],
    note: Annotated[str, typer.Option(help="how, and where the proof lies")],
    config: Config = None,
    json: Json = False,
) -> None:
    """Write down that a task is done, by whom and how."""
    _tell(order(config, {"do": "duties", "done": duty, "by": by, "note": note}, json), json)


@app.command("keep")
def keep(
    country: str,
    seat: Annotated[
        str | None, typer.Option(help="where the platform is run (ISO 3166); none: in that country")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Say how long records about people of a country must and may be kept."""
    from kanhe.app.law import packs_in_force
    from kanhe.kit.clock import SystemClock
    from kanhe.records.duties import kept

    library = packs_in_force(Path(settings_of(config).platform.data))
    found = [
        {
            "item": one.item,
            "min_months": one.min_months,
            "max_months": one.max_months,
            "storage_only_after": one.storage_only_after,
            "erase_after": one.erase_after,
            "rules": [rule.id for rule in one.rules],
        }
        for one in kept(library, country.upper(), (seat or country).upper(), SystemClock().now_ms())
    ]
    show({"kept": found}, json, lambda: typer.echo("\n".join(map(_kept, found)) or "no rule speaks of it"))


def _kept(one: Mapping[str, object]) -> str:
    rules = one["rules"]
    assert isinstance(rules, list), "names of rules"
    bounds = f"at least {one['min_months'] or '-'}, at most {one['max_months'] or '-'} months"
    return f"{one['item']:<28} {bounds}  {', '.join(rules)}"


def _ms(written: str | None, json: bool) -> int | None:
    from kanhe.kit.clock import to_ms

    if written is None:
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        fail(f"`{written}` is no instant with its offset, such as `2026-11-29T08:00+08:00`", json, USAGE)
    return to_ms(read)


def _tell(answer: dict[str, object], json: bool) -> None:
    from kanhe.domain.duty import Duty
    from kanhe.kit.clock import SystemClock, iso

    def lines() -> None:
        import msgspec

        now = SystemClock().now_ms()
        duties = msgspec.convert(answer["duties"], list[Duty])
        for duty in duties:
            state = (
                f"done {iso(duty.done_at)} by {duty.done_by}"
                if duty.done_at
                else "overdue"
                if duty.overdue(now)
                else "due"
            )
            typer.echo(
                f"{duty.id}  {iso(duty.due)}  {state:<8} {duty.work:<18} {duty.rule:<32} {duty.about} {duty.country}"
            )
        typer.echo(f"{len(duties)} tasks")

    show(answer, json, lines)
