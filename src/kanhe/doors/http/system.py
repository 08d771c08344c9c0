"""What machines ask: are we well, what do we count, what does the API look like, what has the ledger signed."""

from kanhe.doors.http import metrics
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import OCTETS, TEXT, Reply, problem


async def healthz(door: Door, call: Call) -> Reply:
    """Say that the process lives."""
    return Reply(200, b"ok\n", TEXT)


async def readyz(door: Door, call: Call) -> Reply:
    """Say whether traffic should come here now."""
    why = "the intake is full" if door.world.intake.full else door.unready()
    return Reply(503, f"{why}\n".encode(), TEXT) if why else Reply(200, b"ready\n", TEXT)


async def show_metrics(door: Door, call: Call) -> Reply:
    """Show the counters and gauges for Prometheus."""
    return Reply(200, metrics.text(door.world, door.counts), TEXT)


async def ledger_checkpoint(door: Door, call: Call) -> Reply:
    """Give the newest signed checkpoint (C2SP tlog-checkpoint)."""
    note = door.proofs.checkpoint() if door.proofs is not None else None
    return Reply(200, note, TEXT) if note is not None else problem("evidence.missing", language=call.language)


async def ledger_tile(door: Door, call: Call) -> Reply:
    """Give a tile or an entry bundle (C2SP tlog-tiles)."""
    octets = door.proofs.tile_at("tile/" + call.args["path"].strip("/")) if door.proofs is not None else None
    return Reply(200, octets, OCTETS) if octets is not None else problem("tile.unknown", language=call.language)
