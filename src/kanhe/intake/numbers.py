"""The number plan as the intake asks it: written forms in, digits or a refusal out."""

from kanhe.domain.facts import Recipient
from kanhe.law.numbers import NumberPlan, NumberRefused, parse_number
from kanhe.ports.door import Refusal


class Numbers:
    """Reads numbers and places them."""

    def __init__(self, plan: NumberPlan) -> None:
        self._plan = plan

    def adopt(self, plan: NumberPlan) -> None:
        """Go by another number plan: that of other packs."""
        self._plan = plan

    def recipient(self, number: int) -> Recipient:
        """Where a number belongs."""
        return self._plan.recipient(number)

    def read(self, written: str | int) -> int | Refusal:
        """Digits of a number that can exist, or why it is none and what was understood of it."""
        if type(written) is int and self._plan.recipient(written).country is not None:
            return written
        found = parse_number(f"+{written}" if type(written) is int else str(written))
        if isinstance(found, NumberRefused):
            return Refusal(found.code, found.understood, "to")
        return found
