"""`kanhe ledger`: check the proof, hand it out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kanhe.cli.operate import Config, order, settings_of
from kanhe.cli.output import FAILED, USAGE, Json, counted, fail, lines, show

app = typer.Typer(no_args_is_help=True)
Data = Annotated[Path | None, typer.Option("--data", help="the platform's data folder; none: that of the settings")]


def _folder(data: Path | None, config: Path | None, json: bool) -> Path:
    """A platform's data, or an answer that says what is missing."""
    from kanhe.app.folder import DATABASE, VERIFIER

    data = data or Path(settings_of(config).platform.data)
    if not ((data / DATABASE).exists() and (data / VERIFIER).exists()):
        fail(f"there is no ledger in `{data}`: name the platform's data folder with --data", json, USAGE)
    return data


@app.command("verify")
def verify(
    bundle: Annotated[Path | None, typer.Argument(help="an evidence bundle; none: the whole ledger")] = None,
    data: Data = None,
    key: Annotated[str | None, typer.Option(help="the log's verifier key; none: that of the data folder")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Verify a bundle or the whole ledger; name the first entry that does not fit. Exit code 1 when something does not."""
    if bundle is not None:
        _verify_bundle(bundle, data, config, key, json)
        return
    from kanhe.app.folder import open_ledger
    from kanhe.ledger.verify import verify_store

    with open_ledger(_folder(data, config, json)) as (reader, verifier):
        report = verify_store(reader, verifier, counted("entries verified"))
    fault = report.fault.sentence if report.fault else None
    answer = {
        "origin": report.origin,
        "size": report.size,
        "root": report.root.hex(),
        "checkpoints": report.checkpoints,
    }
    show(
        {**answer, "holds": report.holds, "fault": fault},
        json,
        lambda: lines({**answer, "result": fault or "every entry fits"}),
    )
    if not report.holds:
        raise typer.Exit(FAILED)


def _verify_bundle(bundle: Path, data: Path | None, config: Path | None, key: str | None, json: bool) -> None:
    import msgspec

    from kanhe.app.folder import verifier_of
    from kanhe.ledger.bundle import verify_bundle
    from kanhe.ledger.errors import LedgerError
    from kanhe.ledger.note import parse_verifier_key

    if not bundle.is_file():
        fail(f"there is no file `{bundle}`", json, USAGE)
    trusted = parse_verifier_key(key) if key else verifier_of(_folder(data, config, json))
    try:
        found = verify_bundle(bundle.read_bytes(), trusted)
    except (LedgerError, OSError) as error:
        fail(str(error), json, holds=False)
    show(
        {"holds": True, "bundle": msgspec.to_builtins(found, enc_hook=str)},
        json,
        lambda: typer.echo("the bundle holds"),
    )


@app.command("checkpoint")
def checkpoint(data: Data = None, config: Config = None, json: Json = False) -> None:
    """Print the newest signed checkpoint: copy it somewhere that is not yours to change."""
    from kanhe.app.folder import open_ledger

    with open_ledger(_folder(data, config, json)) as (reader, verifier):
        notes: Sequence[bytes] = reader.checkpoints()
    if not notes:
        fail("no checkpoint yet: nothing has been judged", json)
    text = notes[-1].decode()
    show({"checkpoint": text, "verifier": verifier.text}, json, lambda: typer.echo(text, nl=False))


@app.command("bundle")
def bundle(
    message: int,
    out: Annotated[Path | None, typer.Option(help="write it here instead of stdout")] = None,
    config: Config = None,
) -> None:
    """Write the evidence for one message: entries, proofs, checkpoint, and what may be opened."""
    text = str(order(config, {"do": "evidence", "message": message}, json=False)["bundle"])
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, "utf-8")
