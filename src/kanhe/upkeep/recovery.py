"""After a crash: the board as the store knows it. What was claimed and not answered is in doubt, by the one rule for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kanhe.dispatch.board import Live, Part
from kanhe.domain.state import FINAL, State
from kanhe.ports.change import FINAL_WORDS, UNANSWERED
from kanhe.ports.store import Answered, Row, Unsettled
from kanhe.protocols.link import Deferred, InDoubt

FINAL_WORD_OF = {status: state for state, status in FINAL_WORDS.items()}
ACCEPTED_BY_CARRIER = 0


@dataclass(slots=True)
class Recovered:
    """What the journeys go on with."""

    waiting: list[Live] = field(default_factory=list)  # accepted, not claimed: to their outboxes
    due: list[tuple[int, int]] = field(default_factory=list)  # (instant, message)
    claimed: list[Live] = field(default_factory=list)  # handed to a connector: on the board
    reports: list[tuple["LostSession", Deferred | InDoubt]] = field(default_factory=list)  # of their open segments
    untold: list[Row] = field(default_factory=list)  # final, and their SMPP sender has not acknowledged it


class LostSession:
    """The session that ended with our process, as the receipt journey sees it: what it would have said had it lived."""

    def __init__(self, name: str) -> None:
        self.name = name

    def keys(self, message_id: str) -> tuple[str, ...]:
        """Nothing new is named by a session that is gone."""
        return (message_id,)

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        """It brings no receipts."""
        raise AssertionError("a lost session brings no receipts")

    def acknowledge(self, handles: Sequence[object]) -> None:
        """It has nothing to be answered."""
        assert not handles, "a lost session brings no receipts"


def recover(unsettled: Unsettled) -> Recovered:
    """Sort what the store found unsettled."""
    recovered = Recovered()
    for row in unsettled.rows:
        identifier = row.message.id
        if row.state in FINAL:
            recovered.untold.append(row)
        elif row.due is not None:  # also what was claimed once and deferred by a later verdict
            recovered.due.append((row.due, identifier))
        elif row.state not in (State.ACCEPTED, State.DUE):
            continue  # held: a person decides
        elif (claim := unsettled.claimed.get(identifier)) is not None:
            _claimed(_live(row), *claim, unsettled.responses.get(identifier, ()), recovered)
        else:
            live = _live(row)
            live.again = row.state is State.DUE
            recovered.waiting.append(live)
    return recovered


def _live(row: Row) -> Live:
    return Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt)


def _claimed(live: Live, connector: str, at: int, answers: Sequence[Answered], recovered: Recovered) -> None:
    """What was taken stays taken; of the newest claim, what was refused goes again and what has no answer is in doubt."""
    live.state, live.connector = State.CLAIMED, connector
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
    session = LostSession(connector)
    for segment in live.to_send():
        status = refused.get(segment)
        event = InDoubt(live, segment) if status is None else Deferred(live, status, part=segment)
        recovered.reports.append((session, event))
    if not live.in_flight:
        live.state = State.SUBMITTED
    recovered.claimed.append(live)


def _taken(live: Live, answer: Answered) -> None:
    if live.parts[answer.segment] is Part.TAKEN:
        return  # the answer to a second submit of the same segment
    live.parts[answer.segment] = Part.TAKEN
    live.carrier_ids[answer.segment] = answer.carrier_id
    live.price -= live.unit
