"""One question on a page of its own, before something that cannot be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kanhe.console.terms import Told
from kanhe.console.visit import Shown, Visit

# The field that says yes.
SURE = "sure"


class Asks(NamedTuple):
    """What is asked before an act, what follows from it, and what the button says that does it."""

    asks: str
    follows: Sequence[str]
    yes: str


@dataclass(frozen=True, slots=True)
class Question:
    """The page: a question, and where its answer goes."""

    asks: Told
    follows: Sequence[str]
    yes: str
    action: str
    back: str
    kept: Sequence[tuple[str, str]]  # fields of the form that led here


def ask(asks: Asks, visit: Visit, back: str, **told: object) -> Shown:
    """Ask it; the answer goes where the form went, with everything that was written."""
    kept = [(name, value) for name, value in visit.form.items() if name not in ("csrf", SURE)]
    question = Question(Told(asks.asks, told), asks.follows, asks.yes, visit.path, back, kept)
    return Shown("question.html", question)


def is_sure(visit: Visit) -> bool:
    """Whether the question was answered with yes."""
    return visit.form.get(SURE) == "yes"
