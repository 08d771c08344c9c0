"""What a response or a receipt makes of a message: one function a kind, on one message, moving its state and its money."""

from kanhe.billing.purse import Moves, Purse
from kanhe.dispatch.board import Live, Part
from kanhe.domain.category import RESENT_WHEN_IN_DOUBT
from kanhe.domain.state import FINAL, State
from kanhe.protocols.events import Deferred, InDoubt, Receipt, Rejected, Submitted, Throttled
from kanhe.protocols.states import Action, CarrierState

# A refusal of these kinds says nothing against the message: the segment goes again while the message is of use.
GOES_AGAIN = frozenset(
    {Action.RETRY, Action.THROTTLE, Action.REBIND, Action.HOLD_UNTIL_ALLOWED, Action.HOLD_UNTIL_NEXT_DAY}
)

# The carrier's final word, in our terms; what it does not name is undelivered.
FINAL_WORD: dict[CarrierState, State] = {
    CarrierState.DELIVERED: State.DELIVERED,
    CarrierState.EXPIRED: State.EXPIRED,
}


class Settlement:
    """What one batch of responses and receipts did."""

    def __init__(self, purse: Purse, now: int) -> None:
        self.purse = purse
        self.now = now
        self.moves = Moves()
        self.done: list[Live] = []  # have reached a final state
        self.again: list[Live] = []  # go back to their outbox

    def taken(self, live: Live, event: Submitted) -> None:
        """The carrier took a segment: it is paid for, once, however late it says so."""
        live.trail.append((self.now, "response", event.part, 0, event.message_id))
        if live.parts[event.part] is Part.TAKEN or live.state in FINAL:
            return  # the answer to a second submit of the same segment, or one that nobody waits for any more
        self.purse.capture(self.moves, live.message.account, live.unit)
        live.price -= live.unit
        self._answered(live, event.part, Part.TAKEN)

    def refused(self, live: Live, event: Rejected | Throttled | Deferred) -> None:
        """The carrier refused a segment, for good or for the moment."""
        action = event.action if isinstance(event, Rejected) else Action.RETRY
        live.trail.append((self.now, "response", event.part, event.status, action.value))
        if live.parts[event.part] is not Part.TAKEN:
            again = action in GOES_AGAIN and self.now < live.message.expires_at
            self._answered(live, event.part, Part.AGAIN if again else Part.REFUSED)

    def doubted(self, live: Live, event: InDoubt) -> None:
        """A segment was written and never answered."""
        live.trail.append((self.now, "in_doubt", event.part, None, None))
        if live.parts[event.part] is not Part.TAKEN:
            self._answered(live, event.part, Part.DOUBT)

    def reported(self, live: Live, segment: int, receipt: Receipt) -> None:
        """A receipt for one segment: the message is delivered when all are, failed when one is."""
        live.trail.append((self.now, "receipt", segment, receipt.state.value, receipt.carrier_code))
        if receipt.final and live.state not in FINAL:
            live.final[segment] = FINAL_WORD.get(receipt.state, State.UNDELIVERED)
            self._conclude(live)

    def lapsed(self, live: Live) -> None:
        """Nobody will speak of it any more."""
        live.trail.append((self.now, "lapsed", None, None, None))
        self._finish(live, State.EXPIRED)

    def _answered(self, live: Live, part: int, became: Part) -> None:
        """One segment less in flight; when it was the last, the worst segment decides for the message."""
        live.parts[part] = became
        live.in_flight -= live.in_flight > 0
        if live.in_flight or live.state in FINAL:
            return
        match max(live.parts):
            case Part.TAKEN if live.state is not State.SUBMITTED:
                live.move(State.SUBMITTED)
                self._conclude(live)
            case Part.REFUSED:
                self._finish(live, State.UNDELIVERED)
            case Part.DOUBT if live.state is State.CLAIMED:
                self._in_doubt(live)
            case Part.AGAIN if live.state is State.CLAIMED:
                self._goes_again(live)
            case _:
                pass

    def _in_doubt(self, live: Live) -> None:
        """Sent again at most once, and only where a second copy does less harm than none."""
        live.move(State.IN_DOUBT)
        if live.verdict.category in RESENT_WHEN_IN_DOUBT and not live.resent and self.now < live.message.expires_at:
            live.resent = True
            self._goes_again(live)

    def _goes_again(self, live: Live) -> None:
        live.reopen()
        self.again.append(live)

    def _conclude(self, live: Live) -> None:
        """The state that the final words of the segments add up to."""
        if live.state is not State.SUBMITTED:
            return
        for word in live.final:
            if word is not None and word is not State.DELIVERED:
                self._finish(live, word)
                return
        if None not in live.final:
            self._finish(live, State.DELIVERED)

    def _finish(self, live: Live, state: State) -> None:
        """A final state: what is still reserved goes back."""
        if live.price:
            self.purse.release(self.moves, live.message.account, live.price)
            live.price = 0
        live.move(state)
        self.done.append(live)
