"""After a crash: the board as the store knows it. What was claimed and not answered is in doubt, by the one rule for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from kanhe.dispatch.board import Live, Part
from kanhe.domain.state import FINAL, State
from kanhe.kit.faults import Faults
from kanhe.ports.change import FINAL_WORDS, UNANSWERED, RawReceipt
from kanhe.ports.store import Answered, Row, Unsettled
from kanhe.protocols.events import Deferred, InDoubt, Receipt
from kanhe.protocols.states import FINAL as FINAL_STATES
from kanhe.protocols.states import CarrierState
from kanhe.upkeep.doubt import Lost

FINAL_WORD_OF = {status: state for state, status in FINAL_WORDS.items()}
ACCEPTED_BY_CARRIER = 0


@dataclass(slots=True)
class Recovered:
    """What the journeys go on with."""

    waiting: list[Live] = field(default_factory=list)  # accepted, not claimed: to their outboxes, to be judged anew
    due: list[tuple[int, int]] = field(default_factory=list)  # (instant, message)
    held: list[Row] = field(default_factory=list)  # a person must decide, or has decided
    claimed: list[Live] = field(default_factory=list)  # handed to a connector: on the board
    reports: list[tuple[Lost, Deferred | InDoubt]] = field(default_factory=list)  # of their open segments
    untold: list[Row] = field(default_factory=list)  # final, and their SMPP sender has not acknowledged it
    receipts: Sequence[RawReceipt] = ()  # kept, and matched to nothing yet


def receipt_again(raw: RawReceipt) -> Receipt:
    """A receipt as it was kept; nobody waits for its answer any more."""
    state = CarrierState(raw.stat)
    return Receipt(None, raw.carrier_id, state, final=state in FINAL_STATES, carrier_code=raw.code)


def recover(unsettled: Unsettled, faults: Faults) -> Recovered:
    """Sort what the store found unsettled; what cannot be sorted stays where it is, or no start would succeed any more."""
    recovered = Recovered(receipts=unsettled.receipts)
    faults.each("recovery", unsettled.rows, partial(_sort, unsettled, recovered))
    return recovered


def _sort(unsettled: Unsettled, recovered: Recovered, row: Row) -> None:
    identifier = row.message.id
    claim, answers = unsettled.claimed.get(identifier), unsettled.responses.get(identifier, ())
    if row.state in FINAL:
        recovered.untold.append(row)
    elif row.due is not None:
        recovered.due.append((row.due, identifier))
        if claim is not None:
            _put_off(_live(row), *claim, answers, recovered)
    elif row.state is State.HELD:
        recovered.held.append(row)
        if claim is not None:
            _put_off(_live(row), *claim, answers, recovered)
    elif row.state not in (State.ACCEPTED, State.DUE):
        return  # parked for good: a row that could not be written
    elif claim is not None:
        _claimed(_live(row), *claim, answers, recovered)
    else:
        recovered.waiting.append(_live(row))


def _live(row: Row) -> Live:
    return Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt)


def _put_off(live: Live, connector: str, at: int, answers: Sequence[Answered], recovered: Recovered) -> None:
    """Claimed once and deferred by a later verdict: what the carrier took of it stays known, and is not sent again."""
    _hear(live, connector, at, answers)
    if live.taken:
        recovered.claimed.append(live)


def _claimed(live: Live, connector: str, at: int, answers: Sequence[Answered], recovered: Recovered) -> None:
    """What was taken stays taken; of the newest claim, what was refused goes again and what has no answer is in doubt."""
    live.state = State.CLAIMED
    refused = _hear(live, connector, at, answers)
    session = Lost(connector)
    for segment in live.to_send():
        status = refused.get(segment)
        event = InDoubt(live, segment) if status is None else Deferred(live, status, part=segment)
        recovered.reports.append((session, event))
    if not live.in_flight:
        live.state = State.SUBMITTED
    recovered.claimed.append(live)


def _hear(live: Live, connector: str, at: int, answers: Sequence[Answered]) -> dict[int, int]:
    """All that the carrier has said, once more; the statuses of those segments that the newest claim saw refused."""
    live.connector = connector
    live.trail.append((at, "claimed", connector, None, None))
    refused: dict[int, int] = {}
    for answer in answers:
        live.trail.append((answer.at, "response", answer.segment, answer.status, answer.carrier_id))
        if answer.status == ACCEPTED_BY_CARRIER:
            _taken(live, answer)
        elif answer.status == UNANSWERED:
            live.resent |= answer.earlier  # this claim was its second submit
        elif answer.status in FINAL_WORD_OF:
            live.final[answer.segment] = FINAL_WORD_OF[answer.status]
        elif not answer.earlier:
            refused[answer.segment] = answer.status
    return refused


def _taken(live: Live, answer: Answered) -> None:
    if live.parts[answer.segment] is Part.TAKEN:
        return  # the answer to a second submit of the same segment
    live.parts[answer.segment] = Part.TAKEN
    live.carrier_ids[answer.segment] = answer.carrier_id
    live.price -= live.unit
