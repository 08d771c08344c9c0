"""What a reviewer does with a paper in force: suspends it, puts it in force again, notes what registries and carriers say."""

from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import fault_of
from kanhe.console.papers import seen, shown_paper
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Moved, Visit
from kanhe.domain.category import Category
from kanhe.domain.dossier import Act
from kanhe.law.words import vocabulary
from kanhe.records import papers, registering
from kanhe.records.checks import Wrong
from kanhe.records.papers import Author
from kanhe.records.reviews import REASON_CHARS_MAX

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
    if not 0 < len(reason) <= REASON_CHARS_MAX:
        code = "review.reason-too-long" if reason else "review.reason-missing"
        return _after(desk, visit, Wrong(code, "", "reason"))
    if says == Act.SUSPEND and not is_sure(visit):
        return ask(SUSPENDS, visit, _at(visit))
    store, books, author = desk.cabinet.dossiers, desk.world.books, _author(desk, visit)
    return _after(
        desk, visit, await papers.decide(store, books, str(visit.id), says, reason, [author.by], author.now), "reason"
    )


async def register_paper(desk: Desk, visit: Visit) -> Answer:
    """Note how far a filing has come."""
    dossier = seen(desk, visit)
    if dossier is None:
        return shown_paper(desk, visit)
    key, carrier, status = (visit.form.get(name, "").strip() for name in ("key", "carrier", "status"))
    store, books = desk.cabinet.dossiers, desk.world.books
    wrong = await registering.register(store, books, dossier, key, carrier, status, _author(desk, visit))
    return _after(desk, visit, wrong, "key")


async def describe_paper(desk: Desk, visit: Visit) -> Answer:
    """Note what is known of a sender's id."""
    dossier = seen(desk, visit)
    if dossier is None:
        return shown_paper(desk, visit)
    traits = [each for each in vocabulary().allowed("sender_traits") if f"trait-{each}" in visit.form]
    categories = [each.value for each in Category if f"category-{each.value}" in visit.form]
    store, books = desk.cabinet.dossiers, desk.world.books
    return _after(
        desk, visit, await registering.describe(store, books, dossier, traits, categories, _author(desk, visit))
    )


def _at(visit: Visit) -> str:
    return f"/console/papers/{visit.id}"


def _author(desk: Desk, visit: Visit) -> Author:
    return Author(visit.known.name, desk.world.clock.now_ms())


def _after(desk: Desk, visit: Visit, wrong: Wrong | None, field: str = "") -> Answer:
    return shown_paper(desk, visit, fault_of(wrong, visit.language, field)) if wrong is not None else Moved(_at(visit))
