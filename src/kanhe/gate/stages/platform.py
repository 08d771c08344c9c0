"""The platform's own checks: is the account, the sender, the template, the number, a route there and in order."""

from collections.abc import Iterator, Mapping

from kanhe.domain.category import Category
from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Ask, Case
from kanhe.gate.classify import OF_AUTHORITIES, authority_unknown
from kanhe.gate.findings import Codes, Says
from kanhe.gate.stages.opt_out import BLOCKS, reaches
from kanhe.protocols.text.segments import CountAs
from kanhe.protocols.text.substitutions import has_astral, is_spared

OWN: Mapping[str, Codes] = {
    "gate": {"stage-failed": Says(Effect.HOLD), "nothing-allows": Says(Effect.REFUSE)},
    "account": {
        "account-active": Says(Effect.ALLOW, "account"),
        "account-unknown": Says(Effect.REFUSE),
        "account-not-active": Says(Effect.REFUSE, "account"),
    },
    "sender": {
        "sender-approved": Says(Effect.ALLOW, "sender"),
        "sender-unknown": Says(Effect.REFUSE),
        "sender-not-approved": Says(Effect.REFUSE, "sender"),
        "sender-ended": Says(Effect.REFUSE, "sender"),
    },
    "template": {
        "template-approved": Says(Effect.ALLOW, "template"),
        "template-unknown": Says(Effect.REFUSE),
        "template-not-approved": Says(Effect.REFUSE, "template"),
        "template-ended": Says(Effect.REFUSE, "template"),
    },
    "category": {
        "category-not-carried": Says(Effect.REFUSE),
        "category-promotes": Says(Effect.ADVISE, "span"),
        "category-without-authority": Says(Effect.ADVISE),
        "category-by-authority": Says(Effect.ALLOW, "authority"),
        "category-unsure": Says(Effect.HOLD),
        "authority-unknown": Says(Effect.HOLD),
    },
    "number": {"number-unknown": Says(Effect.REFUSE)},
    "route": {"route-found": Says(Effect.ALLOW, "route"), "no-route": Says(Effect.REFUSE)},
    "moderation": {
        "text-clear": Says(Effect.ALLOW),
        "text-blocked": Says(Effect.REFUSE),
        "text-for-review": Says(Effect.HOLD),
        "text-released": Says(Effect.ALLOW),
        "text-not-read": Says(Effect.ADVISE),
    },
    "review": {"review-released": Says(Effect.ALLOW, "review"), "review-refused": Says(Effect.REFUSE, "review")},
    "substitution": {
        "text-substituted": Says(Effect.AMEND),
        "text-as-written": Says(Effect.ADVISE),
        "text-beyond-route": Says(Effect.REFUSE),
    },
    "suppression": {
        "number-not-blocked": Says(Effect.ALLOW),
        "number-blocked": Says(Effect.REFUSE, "suppression"),
        "suppressions-unknown": Says(Effect.HOLD),
    },
    "schedule": {
        "scheduled": Says(Effect.DEFER, "until"),
        "validity-over": Says(Effect.REFUSE, "until"),
        "schedule-no-moment": Says(Effect.HOLD, "until"),
    },
}

Rows = Mapping[str, Finding]
# Offers and questions stay what they are, whether or not their text promotes.
PROMOTES_ANYWAY = frozenset({Category.MARKETING, Category.CONSENT_REQUEST})
# A note is one number: the first character of a span above, the one behind its last below. Texts are shorter than 4,000 characters.
SPAN_BITS = 16


def standing_findings(rows: Rows, case: Case, zone: str) -> Iterator[Finding]:
    """What the papers alone say; dates of papers go by the operator's own zone."""
    standing = case.standing
    active = standing.account.status == "active"
    case.note(standing.account.revision)
    yield rows["account-active" if active else "account-not-active"]
    yield _paper(rows, case, "sender", standing.sender.status, standing.sender.valid_to, standing.sender.revision, zone)
    if (template := standing.template) is not None:
        yield _paper(rows, case, "template", template.status, template.valid_to, template.revision, zone)
    elif standing.template_missing:
        yield rows["template-unknown"]
    if case.category is Category.P2P:
        yield rows["category-not-carried"]
    if case.route is None:
        yield rows["no-route"]
    else:
        case.note(case.route.revision)
        yield rows["route-found"]
    if (reviewed := standing.reviewed) is not None:
        case.note(reviewed.review)
        yield rows["review-released" if reviewed.released else "review-refused"]
    yield rows[_moderated(standing.seen.suggestion, case.category, standing.released)]


def _by_authority(rows: Rows, case: Case) -> Finding | None:
    """By whose power a message of an authority is one; it ends with the last day of the paper."""
    power = case.standing.power
    if power is None or case.category not in OF_AUTHORITIES:
        return None
    case.changes_at(power.until)
    case.note(power.paper)
    return rows["category-by-authority"]


def category_found(rows: Rows, case: Case) -> Finding | Ask | None:
    """Why a message is judged as something else than it was declared to be, and where its text says so; None when it is not."""
    standing, declared = case.standing, case.standing.declared
    if standing.settled is not None:
        return None
    if standing.unsure("text.promotional") and declared not in PROMOTES_ANYWAY:
        return rows["category-unsure"]
    if case.category is declared:
        return rows["authority-unknown"] if authority_unknown(standing) else _by_authority(rows, case)
    if not standing.seen.promotional:
        return rows["category-without-authority"] if declared in OF_AUTHORITIES else None
    promotes = rows["category-promotes"]

    def ask(case: Case) -> Finding:
        start, end = case.facts.texts[case.message.text].promotion or (0, 0)
        case.note(start << SPAN_BITS | end)
        return promotes

    return ask


def _paper(rows: Rows, case: Case, what: str, status: str, valid_to: str | None, revision: int, zone: str) -> Finding:
    case.note(revision)
    if status != "approved":
        return rows[f"{what}-not-approved"]
    return rows[f"{what}-approved" if case.serves(None, valid_to, zone) else f"{what}-ended"]


def _moderated(suggestion: str, category: Category, released: bool) -> str:
    """The content engine only suggests a review; what people write to each other is put before nobody."""
    if suggestion == "review":
        if category is Category.TWO_WAY:
            return "text-not-read"
        return "text-released" if released else "text-for-review"
    return "text-blocked" if suggestion == "block" else "text-clear"


def not_blocked(rows: Rows, case: Case) -> Finding | Ask:
    """A block of the account or the platform stands whatever the law of the place says of refusals."""
    if case.standing.unsure("suppressions"):
        return rows["suppressions-unknown"]
    free, blocked = rows["number-not-blocked"], rows["number-blocked"]

    def ask(case: Case) -> Finding:
        for record in case.suppressions:
            if record.level in BLOCKS and reaches(record, "sender_category", case):
                case.note(record.id)
                return blocked
        return free

    return ask


def carries_characters(rows: Rows, case: Case) -> Ask | None:
    """Whether a route carries the characters of a text, as they are or in other forms; None where it takes all as they are."""
    route, spares = case.route, may_spare(case)
    if route is None or (route.astral == "send" and not spares):
        return None
    changed, kept, beyond = rows["text-substituted"], rows["text-as-written"], rows["text-beyond-route"]
    on_astral = {"send": kept, "strip": changed, "refuse": beyond}[route.astral]

    def ask(case: Case) -> Finding:
        if case.standing.final:
            return kept
        if on_astral is not kept and has_astral(case.text):
            return on_astral
        return changed if spares and is_spared(case.text) else kept

    return ask


def may_spare(case: Case) -> bool:
    """Whether typographic characters may leave in their GSM 7 forms and the price falls; never in an approved template."""
    standing, route = case.standing, case.route
    if route is None or route.count_as != CountAs.BY_ENCODING or standing.template is not None:
        return False
    return route.substitutions or "substitutions" in standing.account.amendments
