"""The journey of a message as a page tells it: what was committed, claimed, answered and reported, in the order of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.terms import _N, CARRIER_STATES, OUTCOMES, STATES, Term
from kanhe.dispatch.board import Step, unpack_trail
from kanhe.domain.message import Message
from kanhe.domain.state import FINAL, State
from kanhe.domain.verdict import Outcome
from kanhe.ledger.entry import decode_entry
from kanhe.ports.store import Row
from kanhe.protocols.states import CarrierState

GOING, WAIT = "going", "wait"


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: when, a sentence and what it is told."""

    at: int
    says: str
    told: Mapping[str, object]
    tone: str
    shape: str
    term: Term | None = None  # a state that the sentence speaks of


def journey(desk: Desk, row: Row, state: State) -> Iterator[Moment]:
    """From the door to the end, in the order of time."""
    message = row.message
    live = desk.world.board.lives.get(message.id)
    trail = live.trail if live is not None else unpack_trail(row.trail) if row.trail else []
    moments = [*_judged(desk, message), *(_step(step) for step in trail)]
    yield Moment(message.accepted_at, _N("Came in at the %(door)s door"), {"door": message.door.upper()}, GOING, "ring")
    yield from sorted(moments, key=lambda moment: moment.at)
    last = max((moment.at for moment in moments), default=message.accepted_at)
    if state in FINAL:
        term = STATES[state]
        yield Moment(last, _N("End of the journey"), {}, term.tone, term.shape, term)
    elif row.due is not None and state is State.DEFERRED:
        yield Moment(row.due, _N("Is judged again at this time, and may then leave"), {}, WAIT, "clock")
    elif state is State.IN_DOUBT:
        yield Moment(
            message.expires_at, _N("Ends as expired at this time, unless a receipt comes before"), {}, WAIT, "clock"
        )


def _judged(desk: Desk, message: Message) -> Iterator[Moment]:
    """Each entry of the ledger is a verdict or another act that was committed."""
    for stored in desk.entries.entries_of(message.id):
        entry = decode_entry(stored.octets)
        if entry.outcome is None:
            continue
        term = OUTCOMES[entry.outcome]
        yield Moment(entry.instant_ms, JUDGED[entry.outcome], {"index": stored.id}, term.tone, term.shape)


# How a committed verdict is told.
JUDGED: Mapping[Outcome, str] = {
    Outcome.ALLOW: _N("Judged: it may go. Committed as ledger entry %(index)s"),
    Outcome.AMEND: _N("Judged: it may go once amended. Committed as ledger entry %(index)s"),
    Outcome.DEFER: _N("Judged: it must wait. Committed as ledger entry %(index)s"),
    Outcome.HOLD: _N("Judged: a person must decide. Committed as ledger entry %(index)s"),
    Outcome.REFUSE: _N("Judged: it may not go. Committed as ledger entry %(index)s"),
    Outcome.PARK: _N("Parked: a stage of the gate broke. Committed as ledger entry %(index)s"),
}
assert set(JUDGED) == set(Outcome)


def _step(step: Step) -> Moment:
    """A step of the trail, in words."""
    at, what, where, code, said = step
    told = {
        "where": where,
        "segment": where + 1 if isinstance(where, int) else where,
        "code": code,
        "said": said or "–",
    }
    says, tone, shape = STEPS[what, what == "response" and code != 0]
    return Moment(at, says, told, tone, shape, CARRIER_STATES[CarrierState(str(code))] if what == "receipt" else None)


# (what happened, whether the carrier refused) -> how it is told.
STEPS: Mapping[tuple[str, bool], tuple[str, str, str]] = {
    ("claimed", False): (_N("Claimed for connector %(where)s: nobody can take it back from here on"), GOING, "half"),
    ("response", False): (_N("The carrier took segment %(segment)s and calls it %(said)s"), GOING, "half"),
    ("response", True): (_N("The carrier refused segment %(segment)s with status %(code)s"), WAIT, "triangle"),
    ("in_doubt", False): (_N("Segment %(segment)s was written and never answered"), WAIT, "triangle"),
    ("released", False): (_N("A person found that it never arrived: it goes again"), GOING, "half"),
    ("lapsed", False): (_N("No receipt came in time: nothing more is expected"), WAIT, "triangle"),
    ("receipt", False): (_N("Receipt for segment %(segment)s, the carrier's code is %(said)s"), GOING, "dot"),
}
