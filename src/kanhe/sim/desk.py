"""What becomes of each submission: its fate, its answer, its receipts, the handset and what it says back. Owns no socket."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from msgspec import structs

from kanhe.kit.rng import Rng
from kanhe.protocols.exchange.memory import Recent
from kanhe.protocols.link import Tell, TellInbound, TellReceipt
from kanhe.protocols.pacing import Rate
from kanhe.protocols.server import DoorSession
from kanhe.protocols.states import CarrierState
from kanhe.sim.behaviour import Answer, Behaviour, Fate, Fates
from kanhe.sim.families.dialect import Dialect, Taken
from kanhe.sim.handsets import Counters, Handsets
from kanhe.sim.magic import FATES

# Which counter a refusal moves.
REFUSED: Mapping[Answer, str] = {
    Answer.THROTTLE: "throttled",
    Answer.THROTTLE_ONCE: "throttled",
    Answer.REJECT: "rejected",
}
assert set(Answer) == {*REFUSED, Answer.TAKE, Answer.SILENCE, Answer.DROP}


class Reply(NamedTuple):
    """An answer that is due later."""

    session: DoorSession
    pdu: object
    message_id: str


class Owed(NamedTuple):
    """A receipt or an inbound message that is due later."""

    account: str
    tell: Tell


@dataclass(slots=True)
class Visit:
    """What the submissions of one read share, and what is to happen because of them."""

    session: DoorSession
    account: str
    now: float
    at_ms: int
    at: datetime
    early: list[Tell] = field(default_factory=list)
    answers: list[tuple[object, str]] = field(default_factory=list)
    at_once: list[Tell] = field(default_factory=list)
    strays: list[object] = field(default_factory=list)
    later: defaultdict[float, list[Reply | Owed]] = field(default_factory=lambda: defaultdict(list))


class Desk:
    """Takes submissions, one visit a read, as the behaviour says."""

    def __init__(self, dialect: Dialect, counters: Counters, handsets: Handsets, first_id: int) -> None:
        self._dialect = dialect
        self._counters = counters
        self._handsets = handsets
        self._last_id = first_id
        self._throttled: Recent[object, bool] = Recent()
        self._account_of: Recent[str, str] = Recent()

    def behave(self, behaviour: Behaviour, rng: Rng, now: float) -> None:
        """From now on like this."""
        self._behaviour = behaviour
        self._fates = Fates(behaviour, FATES, rng)
        self._rate = Rate(behaviour.max_per_s, now)

    def account_of(self, number: str) -> str | None:
        """Who sent last from this number."""
        return self._account_of.get(number)

    def take(self, visit: Visit, pdus: Sequence[object]) -> bool:
        """Fill the visit with what is to happen; True when the connection is cut, and nothing after that was taken."""
        return any(self._is_dropped(visit, pdu) for pdu in pdus)

    def _is_dropped(self, visit: Visit, pdu: object) -> bool:
        """One submission; True when the connection is cut instead of taking it."""
        self._counters.submissions += 1
        taken = self._dialect.read(pdu)
        fate = self._fates.of(taken.part.destination)
        answer = self._answer(fate, taken, visit.now)
        if answer is Answer.DROP:
            self._counters.dropped += 1
            return True
        if (refused := REFUSED.get(answer)) is not None:
            self._counters.add(refused)
            visit.session.refuse(pdu, self._dialect.status(answer))
            return False
        self._accept(visit, pdu, taken, fate)
        return False

    def _answer(self, fate: Fate, taken: Taken, now: float) -> Answer:
        """What the fate says, unless the carrier as a whole cuts, throttles, or has throttled this message before."""
        every = self._behaviour.drop_every
        if every and self._counters.submissions % every == 0:
            return Answer.DROP
        if self._behaviour.max_per_s and not self._rate.take(now):
            return Answer.THROTTLE
        if fate.answer is not Answer.THROTTLE_ONCE:
            return fate.answer
        key = (taken.part.destination, taken.part.octets)
        if self._throttled.pop(key):
            return Answer.TAKE
        self._throttled.put(key, True)
        return Answer.THROTTLE

    def _accept(self, visit: Visit, pdu: object, taken: Taken, fate: Fate) -> None:
        """The carrier has it: its answer, its receipts, and what the handset says to it."""
        self._counters.taken += 1
        ids = self._dialect.ids(pdu, self._last_id, fate.hex_ids)
        self._last_id += len(taken.recipients)
        if fate.answer is Answer.SILENCE:
            self._counters.unanswered += 1
        elif fate.answer_s:
            visit.later[fate.answer_s].append(Reply(visit.session, pdu, ids.answer))
        else:
            visit.answers.append((pdu, ids.answer))
            if fate.stray:
                visit.strays.append(pdu)
        if self._account_of.get(taken.part.source) != visit.account:
            self._account_of.put(taken.part.source, visit.account)
        for index, recipient in enumerate(taken.recipients):
            self._arrive(visit, taken, fate, recipient, self._dialect.nth(ids.receipt, index))

    def _arrive(self, visit: Visit, taken: Taken, fate: Fate, recipient: str, message_id: str) -> None:
        """One recipient: the handset, the receipts, the reply."""
        part = taken.part if recipient == taken.part.destination else structs.replace(taken.part, destination=recipient)
        text = self._handsets.take(part, visit.account, visit.at_ms, fate.state is CarrierState.DELIVERED)
        if fate.receipts and taken.receipt:
            tell = TellReceipt(
                None,
                message_id,
                fate.state,
                recipient,
                part.source,
                visit.at,
                visit.at + timedelta(seconds=fate.receipt_s),
                fate.error,
                text if text and text.isascii() else "",
            )
            self._owe(visit, fate, [tell] * fate.receipts)
        if fate.inbound and text is not None:
            reply = TellInbound(None, recipient, part.source, fate.inbound, visit.at)
            visit.later[fate.receipt_s].append(Owed(visit.account, reply))

    def _owe(self, visit: Visit, fate: Fate, tells: Sequence[Tell]) -> None:
        if fate.early:
            visit.early += tells
        elif fate.receipt_s:
            visit.later[fate.receipt_s] += map(partial(Owed, visit.account), tells)
        else:
            visit.at_once += tells
