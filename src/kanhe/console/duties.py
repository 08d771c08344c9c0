"""The duty calendar: what the law asks outside the message path, with its dates; and what was done, by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.law_terms import KINDS
from kanhe.console.limits import PAGE
from kanhe.console.terms import _N, Term
from kanhe.console.visit import Answer, Moved, Shown, Visit, trouble
from kanhe.domain.duty import NOTE_CHARS_MAX, Duty
from kanhe.domain.users import Permission
from kanhe.kit.clock import DAY_MS
from kanhe.law.duties import Work
from kanhe.law.kinds import Kind
from kanhe.records.duties import WAITING_MAX, settle

PATH = "/console/duties"
# Three days: a weekend lies between hearing of it and doing it.
SOON_MS = 3 * DAY_MS
NEWEST = (1 << 63) - 1

WORKS: Mapping[Work, str] = {
    Work.ANSWER: _N("Answer the person"),
    Work.ANSWER_EXTENDED: _N("Answer the person, when the extension was told in time"),
    Work.ACKNOWLEDGE: _N("Acknowledge the complaint"),
    Work.RESOLVE: _N("Resolve the complaint"),
    Work.NOTIFY_AUTHORITY: _N("Notify the authority"),
    Work.NOTIFY_INDIVIDUAL: _N("Notify the persons"),
    Work.MEET_CONDITION: _N("Meet the condition before data leaves the country"),
}
assert set(WORKS) == set(Work)
OVERDUE = Term(_N("Overdue"), "stop", "triangle")
SOON = Term(_N("Due soon"), "wait", "clock")
DUE = Term(_N("Not yet due"), "going", "half")
DONE = Term(_N("Done"), "good", "tick")


@dataclass(frozen=True, slots=True)
class Line:
    """One task."""

    duty: Duty
    work: str
    kind: str
    term: Term


@dataclass(frozen=True, slots=True)
class List:
    """The page."""

    waiting: Sequence[Line]
    done: Sequence[Line]
    may_settle: bool
    note_max: int
    wrong: int  # the task whose note is missing; 0: none


async def list_duties(desk: Desk, visit: Visit) -> Answer:
    """What waits, the most urgent first, and what was done last."""
    return _list(desk, visit)


async def settle_duty(desk: Desk, visit: Visit) -> Answer:
    """Write down that a task is done, and how."""
    duties, note = desk.cabinet.duties, visit.form.get("note", "").strip()
    duty = duties.duty(visit.id)
    if duty is None or visit.known.account is not None:
        return trouble(problems.NO_DUTY)
    if not 0 < len(note) <= NOTE_CHARS_MAX:
        return _list(desk, visit, wrong=duty.id)
    await settle(duties, [duty], desk.world.clock.now_ms(), visit.known.name, note)
    return Moved(PATH)


def _list(desk: Desk, visit: Visit, wrong: int = 0) -> Shown:
    """The operator's calendar; a user of an account has none."""
    duties, now, ours = desk.cabinet.duties, desk.world.clock.now_ms(), visit.known.account is None
    model = List(
        waiting=[_line(each, now) for each in duties.waiting(WAITING_MAX)] if ours else [],
        done=[_line(each, now) for each in duties.done(NEWEST, PAGE)] if ours else [],
        may_settle=visit.known.may(Permission.DECIDE),
        note_max=NOTE_CHARS_MAX,
        wrong=wrong,
    )
    return Shown("duties.html", model, 422 if wrong else 200)


def _line(duty: Duty, now: int) -> Line:
    return Line(duty, WORKS[Work(duty.work)], KINDS[Kind(duty.kind)], _term(duty, now))


def _term(duty: Duty, now: int) -> Term:
    if duty.done_at is not None:
        return DONE
    if duty.overdue(now):
        return OVERDUE
    return SOON if duty.due - now < SOON_MS else DUE
