"""After a crash: the board as the store knows it. What was claimed and not answered is in doubt, by the one rule for all."""

from dataclasses import dataclass, field

from kanhe.dispatch.board import Live, Part
from kanhe.domain.state import FINAL, State
from kanhe.ports.store import Row, Unsettled
from kanhe.protocols.link import InDoubt
from kanhe.receipts.settle import Settlement


@dataclass(slots=True)
class Recovered:
    """What the journeys go on with."""

    waiting: list[Live] = field(default_factory=list)  # accepted, not claimed: to their outboxes
    due: list[tuple[int, int]] = field(default_factory=list)  # (instant, message)
    on_their_way: list[Live] = field(default_factory=list)  # submitted or in doubt: on the board, waiting for receipts
    again: list[Live] = field(default_factory=list)  # in doubt and worth a second submit
    untold: list[Row] = field(default_factory=list)  # final, and their SMPP sender has not acknowledged it


def recover(unsettled: Unsettled, settlement: Settlement) -> Recovered:
    """Sort what the store found unsettled; `settlement` collects what in-doubt messages do to states and money."""
    recovered = Recovered()
    for row in unsettled.rows:
        identifier = row.message.id
        if row.state in FINAL:
            recovered.untold.append(row)
        elif identifier in unsettled.claimed:
            _claimed(row, unsettled, settlement, recovered)
        elif row.due is not None:
            recovered.due.append((row.due, identifier))
        elif row.state in (State.ACCEPTED, State.DUE):
            live = _live(row)
            live.again = row.state is State.DUE
            recovered.waiting.append(live)
    recovered.again = settlement.again
    return recovered


def _live(row: Row) -> Live:
    return Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt)


def _claimed(row: Row, unsettled: Unsettled, settlement: Settlement, recovered: Recovered) -> None:
    """A message that a connector had: its answered segments stand, the others are in doubt."""
    connector, claimed_at = unsettled.claimed[row.message.id]
    live = _live(row)
    live.state = State.CLAIMED
    live.connector = connector
    live.trail.append((claimed_at, "claimed", connector, None, None))
    for segment, status, carrier_id in unsettled.responses.get(row.message.id, ()):
        live.trail.append((claimed_at, "response", segment, status, carrier_id))
        if status == 0:
            live.parts[segment] = Part.TAKEN
            live.carrier_ids[segment] = carrier_id
            live.price -= live.unit
    open_segments = live.to_send()
    if not open_segments:
        live.state = State.SUBMITTED
    for segment in open_segments:
        settlement.doubted(live, InDoubt(live, segment))
    if live.state is not State.DUE:
        recovered.on_their_way.append(live)
