"""How what a gateway sends an SP reads: Deliver, Report, UserRpt; on the SP's listener, or down its own link."""

from kanhe.protocols.events import Inbound, NumberState, Receipt
from kanhe.protocols.exchange.inbox import Reading
from kanhe.protocols.sgip.pdus import Deliver, Report, UserRpt
from kanhe.protocols.sgip.report import FAILED, outcome_of

# UserCondition (4.3.3).
CONDITIONS = {0: "closed", 1: "stopped_for_debt", 2: "normal"}


class Readings:
    """The readings of a gateway's deliveries."""

    def read(self, delivery: Deliver | Report | UserRpt) -> Reading:
        """Say what a delivery is. A report's message id is the sequence of its Submit."""
        match delivery:
            case Report():
                outcome = outcome_of(delivery)
                return Receipt(
                    delivery,
                    delivery.SubmitSequenceNumber.hex(),
                    outcome.state,
                    outcome.final,
                    str(delivery.ErrorCode) if delivery.State == FAILED else "",
                    delivery,
                    action=outcome.action,
                )
            case UserRpt():
                state = CONDITIONS.get(delivery.UserCondition, str(delivery.UserCondition))
                return NumberState(delivery.UserNumber, state)
            case Deliver():
                return Inbound(delivery)

    def content_of(self, delivery: Deliver | Report | UserRpt) -> tuple[object, object]:
        """A command that is sent again keeps its sequence and its content."""
        return delivery.Sequence, delivery
