"""`kanhe demo`: everything on loopback."""

from typing import Annotated

import typer

from kanhe.cli.output import FAILED, Json, show


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="send the three messages, print their journeys, and end")
    ] = False,
    json: Json = False,
) -> None:
    """Run the platform with a simulated carrier: a message delivered, one refused, one deferred, each with its reasons."""
    from kanhe.demo.show import play

    report = play(once=once or json, say=(lambda line: None) if json else typer.echo)
    show(report, json, lambda: None)
    if not report.passed:
        raise typer.Exit(FAILED)
