"""What is wrong with a form, in the reader's language: said on top with a link, and again at the field."""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.console.visit import Visit
from kanhe.console.words import catalogue
from kanhe.ports.refusals import REASONS
from kanhe.records.checks import Wrong


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


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """What stands at each field."""
    return {fault.field: fault.what for fault in faults}
