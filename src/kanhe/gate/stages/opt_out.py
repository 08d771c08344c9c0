"""Has the recipient refused, and does the text say how to refuse."""

from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression
from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Answer, Bound, Case, covers
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.read import expand, unsure_insert
from kanhe.kit.clock import DAY_MS
from kanhe.law.kinds import OptOut

CODES: Codes = {
    "not-refused": Says(Effect.ALLOW),
    "optout-added": Says(Effect.AMEND),
    "optout-missing": Says(Effect.REFUSE),
    "refusal-doubtful": Says(Effect.HOLD, "suppression"),
    "refused": Says(Effect.REFUSE, "suppression"),
}
# Blocks set by the account or the platform: no consent ends them.
BLOCKS = frozenset({"account", "platform"})
DOUBT_HOLDS = frozenset({Category.MARKETING, Category.CONSENT_REQUEST})
ASKED_AGAIN = frozenset({Category.VERIFICATION, Category.TRANSACTIONAL, Category.TWO_WAY})


def judge(rule: Bound[OptOut], case: Case) -> Answer:
    """Refuse whom a refusal reaches; else look whether the text tells how to refuse."""
    if case.standing.unsure("suppressions"):
        return rule[UNKNOWN]
    said = _instruction(rule, case)
    first_only = said.effect is not Effect.ALLOW and rule.parameters.required_when == "first_contact"
    if first_only and case.standing.unsure("history"):
        said, first_only = rule[UNKNOWN], False
    fine = rule["not-refused"]

    def ask(case: Case) -> Finding:
        if case.suppressions and (found := _refusal(rule, case)) is not None:
            return found
        return fine if first_only and _written_before(case) else said

    return ask


def _instruction(rule: Bound[OptOut], case: Case) -> Finding:
    """Whether the text tells how to refuse, where it must."""
    asked, standing = rule.parameters, case.standing
    if case.category not in asked.required_in:
        return rule["not-refused"]
    if standing.unsure("text.optout_forms"):
        return rule[UNKNOWN]
    if standing.seen.optout_forms:
        return rule["not-refused"]
    if not standing.may("optout_line"):
        return rule["optout-missing"]
    if unsure_insert(asked.insert, case):
        return rule[UNKNOWN]
    return rule["optout-missing" if expand(asked.insert, case) is None else "optout-added"]


def _written_before(case: Case) -> bool:
    """Whether this sender's entity has sent this number marketing before."""
    entity = case.standing.sender.entity
    return any(sent.category is Category.MARKETING and sent.entity == entity for sent in case.history)


def _refusal(rule: Bound[OptOut], case: Case) -> Finding | None:
    """The refusal that decides, refusals before doubts."""
    keyword_only = rule.parameters.match == "keyword"
    doubtful: Suppression | None = None
    for record in case.suppressions:
        if not reaches(record, rule.parameters.scope, case) or _ended(record, rule.parameters, case):
            continue
        if keyword_only and record.clarity != "keyword":
            continue
        if record.level not in BLOCKS and case.standing.unsure("consent"):
            return rule[UNKNOWN]  # a later consent may have ended it
        if record.clarity != "doubtful":
            case.note(record.id)
            return rule["refused"]
        if case.category in DOUBT_HOLDS:
            doubtful = record
    if doubtful is None:
        return None
    case.note(doubtful.id)
    return rule["refusal-doubtful"]


def reaches(record: Suppression, scope: str, case: Case) -> bool:
    """Whether a refusal reaches this message: blocks by their own level, the others by the scope of the rule."""
    named = "all" in record.categories or case.category in record.categories
    if record.level == "platform" or record.level == "all_senders":
        return named
    if record.level == "account":
        return named and record.account == case.message.account and _narrowed(record, case)
    if scope == "all_senders":
        return True
    if record.entity != case.standing.sender.entity:
        return False
    if scope == "program":
        return record.program is None or record.program == case.message.program
    return named if scope == "sender_category" else True


def _narrowed(record: Suppression, case: Case) -> bool:
    """An account may block a number for one sender or programme of its own."""
    mine = record.sender is None or record.sender == case.message.sender
    return mine and (record.program is None or record.program == case.message.program)


def _ended(record: Suppression, asked: OptOut, case: Case) -> bool:
    """Whether something the recipient did later ended a refusal."""
    if record.level in BLOCKS:
        return False
    if case.category in ASKED_AGAIN and (case.message.requested_at or 0) > record.at:
        return True
    days = asked.no_new_consent_request_days
    if case.category is Category.CONSENT_REQUEST and days is not None and case.now >= record.at + days * DAY_MS:
        return True
    if case.standing.unsure("consent"):
        return False
    consent = case.consent()
    return (
        consent is not None
        and consent.status == "active"
        and (consent.captured_at, consent.inbound or 0) > (record.at, record.id)
        and covers(consent, case.category)
    )
