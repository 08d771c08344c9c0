"""What a crash left is taken up: waiting, due, claimed; the final states that their senders have not acknowledged."""

from collections.abc import Mapping

import structlog

from kanhe.carriers.links import Connector
from kanhe.dispatch.board import Live
from kanhe.journey import take_up
from kanhe.ports.change import RawReceipt
from kanhe.ports.door import News
from kanhe.upkeep.recovery import receipt_again, recover
from kanhe.world import World, to_outbox, to_reviewers

log = structlog.get_logger()


def take_up_unsettled(world: World, connectors: Mapping[str, Connector]) -> list[News]:
    """Everything without an end goes back to where it stood; the ends that are still to be told."""
    now = world.clock.now_ms()
    recovered = recover(world.store.unsettled(), world.faults)
    for due, message in recovered.due:
        world.due.add(message, due)
    for live in recovered.claimed:
        _known_again(world, connectors, live)
    for live in recovered.waiting:
        live.again = True  # a paper that was struck out meanwhile has left no revision to be seen by
        to_outbox(world, live)
    for row in recovered.held:
        to_reviewers(world, row.message, row.verdict)
        if row.message.id in world.reviewed:
            take_up(world, row)
    for raw in recovered.receipts:
        _held_again(world, connectors, raw, now)
    world.reports.put(recovered.reports)
    log.info("recovered", waiting=len(recovered.waiting), claimed=len(recovered.claimed), due=len(recovered.due))
    return [News(row.message, row.state, now, "", row.segments) for row in recovered.untold]


def _known_again(world: World, connectors: Mapping[str, Connector], live: Live) -> None:
    """Put a claimed message back on the board, its segments under the keys of their carrier."""
    world.board.put(live)
    for segment, carrier_id in enumerate(live.carrier_ids):
        if carrier_id is not None:
            keys = _keys(connectors, live.connector, carrier_id)
            world.board.know(live.connector, keys, carrier_id, live, segment)


def _held_again(world: World, connectors: Mapping[str, Connector], raw: RawReceipt, now: int) -> None:
    """A receipt that nothing was found for waits for its response once more."""
    forms = _keys(connectors, raw.connector, raw.carrier_id)
    world.early.hold(raw.connector, forms, raw.number, receipt_again(raw), now)


def _keys(connectors: Mapping[str, Connector], name: str, carrier_id: str) -> tuple[str, ...]:
    """The forms of an id in which its carrier may name it; of a connector that is gone the id as it came."""
    connector = connectors.get(name)
    return connector.keys(carrier_id) if connector else (carrier_id,)
