"""What a reviewer does with a paper in force: suspends it, puts it in force again, notes what registries and carriers say."""

from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import fault_of, reason_fault
from kanhe.console.filing import author
from kanhe.console.paper import seen, shown_paper
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Moved, Visit
from kanhe.domain.category import Category
from kanhe.domain.dossier import Act
from kanhe.law.words import vocabulary
from kanhe.records import papers
from kanhe.records.checks import Wrong
from kanhe.records.registering import Filing, describe, register

ACTS = {Act.SUSPEND, Act.RESUME}
SUSPENDS = Asks(
    _N("Suspend this paper?"),
    (_N("From the next verdict on nothing goes that rests on it. It can be put in force again."),),
    _N("Yes, suspend it"),
)


async def decide_paper(desk: Desk, visit: Visit) -> Answer:
    """Suspend it, or put it in force again, with a reason."""
    says, reason = visit.form.get("says", ""), visit.form.get("reason", "").strip()
    if says not in ACTS or seen(desk, visit) is None:
        return shown_paper(desk, visit)
    if (lacking := reason_fault(visit, reason, "reason")) is not None:
        return shown_paper(desk, visit, lacking)
    if says == Act.SUSPEND and not is_sure(visit):
        return ask(SUSPENDS, visit, _at(visit))
    store, books, by = desk.cabinet.dossiers, desk.world.books, author(desk, visit)
    return _after(
        desk, visit, await papers.decide(store, books, str(visit.id), says, reason, [by.by], by.now), "reason"
    )


async def register_paper(desk: Desk, visit: Visit) -> Answer:
    """Note how far a filing has come."""
    dossier = seen(desk, visit)
    if dossier is None:
        return shown_paper(desk, visit)
    registry, carrier, status = (visit.form.get(name, "").strip() for name in ("registry", "carrier", "status"))
    filing = Filing(registry, carrier, status, visit.form.get("since") or None)
    store, books = desk.cabinet.dossiers, desk.world.books
    return _after(desk, visit, await register(store, books, dossier, filing, author(desk, visit)), "registry")


async def describe_paper(desk: Desk, visit: Visit) -> Answer:
    """Note what is known of a sender's id."""
    dossier = seen(desk, visit)
    if dossier is None:
        return shown_paper(desk, visit)
    traits = [each for each in vocabulary().allowed("sender_traits") if f"trait-{each}" in visit.form]
    categories = [each.value for each in Category if f"category-{each.value}" in visit.form]
    store, books = desk.cabinet.dossiers, desk.world.books
    return _after(desk, visit, await describe(store, books, dossier, traits, categories, author(desk, visit)))


def _at(visit: Visit) -> str:
    return f"/console/papers/{visit.id}"


def _after(desk: Desk, visit: Visit, wrong: Wrong | None, field: str = "") -> Answer:
    return shown_paper(desk, visit, fault_of(wrong, visit.language, field)) if wrong is not None else Moved(_at(visit))
