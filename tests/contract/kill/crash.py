"""What stories of crashes look at."""

from tests.journeys.stage import Stage

from kanhe.domain.state import State
from kanhe.ports.door import Answer
from kanhe.sim.papers import ACCOUNT

PRICE = 40_000  # of a segment on the rehearsal's route, micro-units
DAY_S = 86_400


def stored(stage: Stage, answer: Answer) -> State:
    """The state in the store, whatever the board thinks."""
    assert answer.message is not None
    row = stage.platform.store.row(answer.message.id)
    assert row is not None
    return row.state


def money(stage: Stage) -> tuple[int, int]:
    """(spent, reserved) of the rehearsal's account."""
    balance, reserved = stage.platform.store.balance(ACCOUNT)
    return -balance, reserved
