"""What all commands print alike: text for people, or with `--json` one object on stdout and nothing else."""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, NoReturn

import msgspec
import typer

# Exit codes of every command.
DONE, FAILED, USAGE = 0, 1, 2

# A line on stderr every few seconds of long work.
TELL_EVERY = 50_000

Json = Annotated[bool, typer.Option("--json", help="one JSON object on stdout, nothing else")]


def show(answer: object, as_json: bool, text: Callable[[], None]) -> None:
    """Print `answer` as JSON, or let `text` print it for people."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer, enc_hook=str), indent=2).decode() + "\n")
    else:
        text()


def fail(message: str, as_json: bool = False, code: int = FAILED, **more: object) -> NoReturn:
    """Say what is wrong and leave."""
    if as_json:
        sys.stdout.write(msgspec.json.encode({"error": message, **more}, enc_hook=str).decode() + "\n")
    else:
        sys.stderr.write(f"kanhe: {message}\n")
    raise typer.Exit(code)


def lines(pairs: Mapping[str, object]) -> None:
    """`name  value`, aligned."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        typer.echo(f"{name:<{width}}  {_plain(value)}")


def _plain(value: object) -> object:
    """A value as people read it: members side by side, a dash for nothing."""
    if isinstance(value, Mapping):
        value = [f"{name} {_plain(each)}" for name, each in value.items()]
    if isinstance(value, list | tuple):
        value = ", ".join(str(_plain(each)) for each in value)
    return "-" if value is None or value == "" else value


def counted(what: str) -> Callable[[int], None]:
    """Tell on stderr how far long work has come: `counted("entries verified")(n)`, as often as it likes."""
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done - told >= TELL_EVERY:
            told = done
            sys.stderr.write(f"{done} {what}\n")

    return tell
