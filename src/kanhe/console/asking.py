"""One question on a page of its own, before something that cannot be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.console.terms import Told
from kanhe.console.visit import Shown, Visit

# The field that says yes.
SURE = "sure"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what follows, and how to go back."""

    asks: Told
    follows: Sequence[str]
    yes: str
    action: str
    back: str
    kept: Sequence[tuple[str, str]] = ()  # fields of the form that led here


def ask(question: Question) -> Shown:
    """The page."""
    return Shown("question.html", question)


def is_sure(visit: Visit) -> bool:
    """Whether the question was answered with yes."""
    return visit.form.get(SURE) == "yes"


def kept(visit: Visit) -> Sequence[tuple[str, str]]:
    """Everything that was written, to be sent again with the answer."""
    return [(name, value) for name, value in visit.form.items() if name not in ("csrf", SURE)]
