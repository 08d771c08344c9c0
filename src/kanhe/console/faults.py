"""What is wrong with a form, in the reader's language: said on top with a link, and again at the field."""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.console.terms import _N
from kanhe.console.visit import Visit
from kanhe.console.words import catalogue
from kanhe.ports.refusals import REASONS
from kanhe.records.checks import Wrong
from kanhe.records.reviews import lacking_in

# What only a form can be wrong about.
EMPTY = _N("Fill this in")
MISFIT = _N("This does not fit")
BAD_CHOICE = _N("This is none of the choices")
BAD_NUMBER = _N("This is no number with a country: write it like +8613800138000")
BAD_TIME = _N("This is no date and time: write it like 2026-07-01T09:00")


class Fault(NamedTuple):
    """One thing that is wrong."""

    field: str  # of the form; empty: of the whole
    what: str
    next: str
    detail: str = ""  # as the API says it, with the value that is meant
    name: str = ""  # of the field, where a list of many needs it


def fault(visit: Visit, field: str, what: str) -> Fault:
    """A fault that only the console knows, from a sentence of the catalogue."""
    return Fault(field, catalogue(visit.language).gettext(what), "")


def fault_of(wrong: Wrong, language: str, field: str = "") -> Fault:
    """A refusal of the platform as a fault of a form."""
    says = REASONS[wrong.code]
    what, then = (says.zh, says.next_zh) if language == "zh" else (says.en, says.next_en)
    return Fault(wrong.field or field, what, then, wrong.detail)


def reason_fault(visit: Visit, reason: str, field: str = "") -> Fault | None:
    """What is wrong with the reason that a form gives: none, or too long."""
    denied = lacking_in(reason)
    return None if denied is None else fault_of(Wrong(denied.value, ""), visit.language, field)


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """What stands at each field."""
    return {fault.field: fault.what for fault in faults}
