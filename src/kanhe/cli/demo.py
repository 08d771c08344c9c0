"""`kanhe demo`: everything on loopback."""

from typing import Annotated

import typer

from kanhe.cli.output import FAILED, Json, fail, show


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="send the three messages, print their journeys, and end")
    ] = False,
    json: Json = False,
) -> None:
    """Run the platform with a simulated carrier: a message delivered, one refused, one deferred, each with its reasons."""
    from kanhe.app.run import CannotStartError
    from kanhe.demo.show import play

    try:
        report = play(once=once or json, say=(lambda line: None) if json else typer.echo)
    except CannotStartError as error:
        fail(str(error), json)
    show(report, json, lambda: None)
    if not report.passed:
        raise typer.Exit(FAILED)
