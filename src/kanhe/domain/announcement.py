"""An announcement: one text of an authority to many numbers, asked for by one person and confirmed by another."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from kanhe.domain.category import Category

# The door by which its messages come in: no customer's door has this name.
DOOR = "announcement"


class Stage(StrEnum):
    """How far it has come."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  # on its way into the intake
    SENT = "sent"  # all of it was taken by the intake
    REFUSED = "refused"
    STOPPED = "stopped"  # what the intake had not taken by then never goes


class Act(StrEnum):
    """What somebody does to it."""

    ASK = "ask"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    STOP = "stop"
    FINISH = "finish"


MOVES: dict[Stage, dict[Act, Stage]] = {
    Stage.ASKED: {Act.CONFIRM: Stage.CONFIRMED, Act.REFUSE: Stage.REFUSED},
    Stage.CONFIRMED: {Act.STOP: Stage.STOPPED, Act.FINISH: Stage.SENT},
    Stage.SENT: {},
    Stage.REFUSED: {},
    Stage.STOPPED: {},
}
assert set(MOVES) == set(Stage)

# By whose word its messages may go.
IN_FORCE = frozenset({Stage.CONFIRMED, Stage.SENT})


class Word(msgspec.Struct, frozen=True):
    """What one person did."""

    at: int  # ms
    user: int
    name: str
    act: Act
    reason: str


class Announcement(msgspec.Struct, frozen=True):
    """One; its numbers stand apart."""

    id: int
    account: int
    authority: str  # key of the paper
    sender: str
    category: Category
    danger: bool  # to health or safety: what some exemptions ask for
    text: str
    validity_s: int
    count: int  # numbers
    stage: Stage
    words: tuple[Word, ...]
    handed: int = 0  # numbers whose messages the intake has taken
    became: Mapping[str, int] = {}  # what it answered: state, or the code of a refusal, with how many

    def word(self, act: Act) -> Word | None:
        """Who did that."""
        return next((word for word in self.words if word.act is act), None)
