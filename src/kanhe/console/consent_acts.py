"""What is done with a number by hand: a consent is taken back, messages to it are stopped, a refusal is lifted."""

from collections.abc import Mapping
from urllib.parse import urlencode

from msgspec import structs

from kanhe.console import problems
from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.consent_terms import CHOSEN
from kanhe.console.consents import PATH, consent_in, number_of, refusal_in, sender_of, shown_consents
from kanhe.console.desk import Desk
from kanhe.console.faults import BAD_CHOICE, BAD_NUMBER, fault, reason_fault
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Moved, Visit, trouble
from kanhe.domain.category import Category
from kanhe.offices.consenting import withdraw
from kanhe.offices.refusing import lift, refuse
from kanhe.records.reaches import REACHES, Scope, may_put, reaching, scope_of

SENDER_NEEDED = _N("Choose one of its senders")

WITHDRAWS = Asks(
    _N("Take this consent back?"),
    (
        _N("It ends at once, and is a refusal of its entity too: nothing that is on its way leaves."),
        _N("The record stays, with channel and reason."),
    ),
    _N("Yes, take it back"),
)
LIFTS: Mapping[bool, Asks] = {
    True: Asks(
        _N("Lift what the person refused?"),
        (
            _N("Only when the person asked for it: the reason says how you know."),
            _N("Consents that ended with it stay ended."),
        ),
        _N("Yes, lift it"),
    ),
    False: Asks(
        _N("Lift this block?"), (_N("From the next verdict on it stands in nothing's way."),), _N("Yes, lift it")
    ),
}


async def withdraw_consent(desk: Desk, visit: Visit) -> Answer:
    """A person took a consent back, and told somebody: by what channel, in what words."""
    number = number_of(visit.form.get("to", ""))
    found = consent_in(desk, visit, number) if number is not None else None
    if number is None or found is None or not found.ends:
        return trouble(problems.NO_CONSENT)
    channel, why = visit.form.get("channel", ""), visit.form.get("why", "").strip()
    if channel not in CHOSEN:
        return shown_consents(desk, visit, fault(visit, "", BAD_CHOICE))
    if (wrong := reason_fault(visit, why)) is not None:
        return shown_consents(desk, visit, wrong)
    if not is_sure(visit):
        return ask(WITHDRAWS, visit, page_of(visit, number))
    await withdraw(desk.world, found.account_id, number, found.consent, channel, why)
    return Moved(page_of(visit, number))


async def stop_number(desk: Desk, visit: Visit) -> Answer:
    """Stop messages to a number, as far as the scope reaches."""
    number, written = number_of(visit.form.get("to", "")), visit.form.get("scope", "")
    if number is None:
        return shown_consents(desk, visit, fault(visit, "to", BAD_NUMBER))
    scope = Scope(written) if written in set(Scope) else None
    sender = sender_of(desk, visit, visit.form.get("of_sender", ""))
    if scope is None or not may_put(visit.known, scope, visit.known.account):
        return shown_consents(desk, visit, fault(visit, "scope", BAD_CHOICE))
    if REACHES[scope].of_account and sender is None:
        return shown_consents(desk, visit, fault(visit, "of_sender", SENDER_NEEDED))
    channel, note = visit.form.get("channel", ""), visit.form.get("note", "").strip()
    if channel not in CHOSEN:
        return shown_consents(desk, visit, fault(visit, "channel", BAD_CHOICE))
    if (wrong := reason_fault(visit, note, "note")) is not None:
        return shown_consents(desk, visit, wrong)
    model = reaching(scope, sender.account if sender else None, sender, desk.world.clock.now_ms(), channel)
    ticked = frozenset(each.value for each in Category if f"category-{each.value}" in visit.form)
    refusal = structs.replace(model, categories=ticked or model.categories, text=f"{visit.known.name}: {note}")
    await refuse(desk.world, number, refusal)
    return Moved(page_of(visit, number))


async def lift_suppression(desk: Desk, visit: Visit) -> Answer:
    """Take a refusal or block back, with a reason."""
    number = number_of(visit.form.get("to", ""))
    found = refusal_in(desk, visit, number) if number is not None else None
    if number is None or found is None:
        return trouble(problems.NO_CONSENT)
    if not found.lifts:
        return trouble(problems.NOT_ALLOWED)
    why, refusal = visit.form.get("why", "").strip(), found.on_file.refusal
    if (wrong := reason_fault(visit, why)) is not None:
        return shown_consents(desk, visit, wrong)
    if not is_sure(visit):
        of_person = scope_of(refusal) in (Scope.ENTITY, Scope.ALL_SENDERS)
        return ask(LIFTS[of_person], visit, page_of(visit, number))
    await lift(desk.world, number, refusal.id, visit.known.name, why)
    return Moved(page_of(visit, number))


def page_of(visit: Visit, number: int) -> str:
    """The page of a number, as it was asked for."""
    asked = {
        "to": f"+{number}",
        "sender": next(filter(None, map(visit.form.get, ("sender", "of_sender", "given-sender"))), ""),
        "category": visit.form.get("of", ""),
    }
    return f"{PATH}?{urlencode({name: value for name, value in asked.items() if value})}"
