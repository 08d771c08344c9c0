"""`kanhe sim`: carriers to rehearse with, packets in plain language, vector files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.output import FAILED, USAGE, Json, fail, show

app = typer.Typer(no_args_is_help=True)

# What each simulated carrier is called, what it speaks, and where it listens.
CARRIERS = {"smsc": ("smpp", 2775), "ismg": ("cmpp", 7890), "smg": ("sgip", 8801), "smgw": ("smgp", 8890)}
PORT_MAX = 65_535
Port = Annotated[int | None, typer.Option(help="where it listens", min=0, max=PORT_MAX)]
Password = Annotated[str, typer.Option(help="what customers must bring")]
Set = Annotated[list[str] | None, typer.Option("--set", help="a behaviour, such as receipt_s=2 or throttle_percent=5")]
Control = Annotated[
    int | None,
    typer.Option(help="a port to change the behaviour by HTTP while it runs", min=0, max=PORT_MAX),
]


def _carrier(name: str) -> None:
    family, default = CARRIERS[name]

    def run(
        port: Port = None,
        password: Password = "secret",  # noqa: S107 - a rehearsal has no secrets
        behaviour: Set = None,
        control: Control = None,
    ) -> None:
        from kanhe.sim.behaviour import BehaviourError
        from kanhe.sim.serve import serve

        listening = default if port is None else port
        try:
            asyncio.run(serve(family, listening, password, behaviour or [], typer.echo, control=control))
        except BehaviourError as error:
            fail(str(error), code=USAGE)
        except OSError as error:
            fail(f"cannot listen: {error.strerror}; end what listens there, or choose another --port or --control")
        except KeyboardInterrupt:
            typer.echo("stopped")

    run.__doc__ = f"Run a simulated {family.upper()} carrier until it is stopped; magic numbers decide what it does."
    app.command(name)(run)


for _name in CARRIERS:
    _carrier(_name)


@app.command("trace")
def trace(
    packet: str,
    protocol: str = "smpp",
    language: Annotated[str, typer.Option("--language", "-l")] = "en",
    json: Json = False,
) -> None:
    """Show a packet (hex) in plain language: field, value, meaning."""
    from kanhe.protocols.tracing import TraceError
    from kanhe.protocols.tracing import trace as run

    try:
        rows = run(packet, protocol, language)
    except TraceError as error:
        fail(str(error), json)
    show(rows, json, lambda: typer.echo("\n".join(f"{row.field:<28} {row.value:<40} {row.meaning}" for row in rows)))


@app.command("vectors")
def vectors(files: list[Path], json: Json = False) -> None:
    """Run vector files (packets, receipts, sessions) and report each case. Exit code 1 when one fails."""
    from kanhe.sim.vectors import run_files

    report = run_files(files)
    show(report, json, lambda: typer.echo("\n".join(report.lines())))
    if report.failed:
        raise typer.Exit(FAILED)
