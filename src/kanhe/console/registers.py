"""Registers that others keep: what is on file of each, how old it is, and taking in a new list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.consent_terms import NOTHING, TOO_OLD, VALID
from kanhe.console.desk import Desk
from kanhe.console.faults import BAD_TIME, EMPTY, Fault, by_field, fault, fault_of
from kanhe.console.terms import _N, Term
from kanhe.console.visit import Answer, Moved, Shown, Visit, trouble
from kanhe.domain.users import Permission
from kanhe.kit.clock import DAY_MS, read_ms
from kanhe.law.words import vocabulary
from kanhe.offices.registers import OnFile, Register, import_upload, registers_on_file
from kanhe.ports.change import REASSIGNED
from kanhe.ports.store import ListOnFile
from kanhe.records.cells import Mistake
from kanhe.records.checks import Wrong
from kanhe.records.tables import ImportRefusedError

PATH = "/console/registers"
# Mistakes that a person mends before trying again.
MISTAKES_SHOWN = 20
CHANGED_HANDS = _N("Numbers that changed hands")
FUTURE = _N("This lies in the future")


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a register."""

    on_file: ListOnFile
    days: int  # since it was checked
    term: Term
    ends_at: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One register."""

    key: str
    name: str
    max_age_days: int | None
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Page:
    """All of them, and the form."""

    lines: Sequence[Line]
    keys: Sequence[tuple[str, str]]
    may_bring: bool
    mistakes: Sequence[Mistake]
    more_mistakes: int
    nothing: Term
    written: Mapping[str, str]
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


async def list_registers(desk: Desk, visit: Visit) -> Answer:
    """Every register that a rule asks."""
    return _page(desk, visit)


async def bring_register(desk: Desk, visit: Visit) -> Answer:
    """Put a list in the place of the one before; with a line that is no number nothing is imported."""
    if visit.known.account is not None:
        return trouble(problems.NOT_ALLOWED)
    file, now = visit.files.get("list"), desk.world.clock.now_ms()
    said = visit.form.get("checked_at", "")
    checked_at = read_ms(said, desk.zone) if said else now
    if file is None:
        return _page(desk, visit, fault(visit, "list", EMPTY))
    if checked_at is None or checked_at > now:
        return _page(desk, visit, fault(visit, "checked_at", BAD_TIME if checked_at is None else FUTURE))
    key, scope, prefix = (visit.form.get(name, "").strip() for name in ("register", "scope", "prefix"))
    register = Register(key, checked_at, scope, prefix.removeprefix("+"))
    try:
        done = await import_upload(desk.world, file.name, file.octets, register, answers="answers" in visit.form)
    except ImportRefusedError as error:
        return _page(desk, visit, fault_of(Wrong("import.refused", str(error), "list"), visit.language))
    if done.mistakes:
        wrong = Wrong("import.refused", "", "list")
        return _page(desk, visit, fault_of(wrong, visit.language), mistakes=done.mistakes)
    return Moved(f"{PATH}#r-{key}")


def _page(desk: Desk, visit: Visit, *faults: Fault, mistakes: Sequence[Mistake] = ()) -> Shown:
    now, on_file = desk.world.clock.now_ms(), registers_on_file(desk.world)
    page = Page(
        lines=[_line(each, now) for each in on_file],
        keys=[(each.key, f"{each.key} – {_name(each.key)}") for each in on_file],
        may_bring=visit.known.may(Permission.CONSENTS) and visit.known.account is None,
        mistakes=mistakes[:MISTAKES_SHOWN],
        more_mistakes=max(len(mistakes) - MISTAKES_SHOWN, 0),
        nothing=NOTHING,
        written=visit.form,
        faults=faults,
        wrong=by_field(faults),
    )
    return Shown("registers.html", page, 422 if faults else 200)


def _line(each: OnFile, now: int) -> Line:
    parts = [
        Part(
            one,
            (now - one.checked_at) // DAY_MS,
            TOO_OLD if each.too_old(one.checked_at, now) else VALID,
            each.ends_at(one.checked_at),
        )
        for one in sorted(each.lists, key=lambda one: (one.scope, -one.checked_at))
    ]
    return Line(each.key, _name(each.key), each.max_age_days, parts)


def _name(key: str) -> str:
    return CHANGED_HANDS if key == REASSIGNED else vocabulary().dnc_keys.get(key, key)
