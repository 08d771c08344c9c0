"""`kanhe bench`: the figures of docs/performance.md."""

from collections.abc import Mapping
from typing import Annotated

import typer

from kanhe.cli.output import Json, lines, show

app = typer.Typer(no_args_is_help=True)
Messages = Annotated[int, typer.Option("--messages", "-m", min=1)]


def _print(figures: Mapping[str, object], json: bool) -> None:
    show(figures, json, lambda: lines(figures))


@app.command("smpp")
def smpp(
    messages: Messages = 20_000,
    stored: Annotated[int, typer.Option(help="settled messages in the store before it begins")] = 1_000,
    window: int = 100,
    sessions: int = 2,
    json: Json = False,
) -> None:
    """Door, gate, commit, simulated carrier, receipt and back over real sockets, synchronous=FULL."""
    from kanhe.bench.roundtrip import bench_smpp

    _print(bench_smpp(messages, stored, window, sessions), json)


@app.command("http")
def http(messages: Messages = 10_000, connections: int = 16, stored: int = 1_000, json: Json = False) -> None:
    """The same by HTTP, one message a request."""
    from kanhe.bench.roundtrip import bench_http

    _print(bench_http(messages, connections, stored), json)


@app.command("gate")
def gate(batches: int = 100, on_file: int = 5_000_000, json: Json = False) -> None:
    """The gate with its books: six countries, all categories, batches of 256, so many consents and as many refusals on file."""
    from kanhe.bench.gate import bench_gate

    _print(bench_gate(batches, on_file), json)


@app.command("codec")
def codec(json: Json = False) -> None:
    """Parse and build per second, by protocol."""
    from kanhe.bench.codec import bench_codec

    _print(bench_codec(), json)


@app.command("moderation")
def moderation(json: Json = False) -> None:
    """Distinct and cached texts per second."""
    from kanhe.bench.texts import bench_moderation

    _print(bench_moderation(), json)
