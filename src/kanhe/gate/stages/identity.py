"""Does the message tell who speaks and how to reach them."""

from kanhe.domain.facts import TextFacts
from kanhe.domain.papers import SenderId
from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import Identity

CODES: Codes = {
    "identity-shown": Says(Effect.ALLOW),
    "identity-left-to-optout": Says(Effect.ADVISE),
    "identity-added": Says(Effect.AMEND),
    "identity-missing": Says(Effect.REFUSE),
}
_OPT_OUT = frozenset({"optout_contact"})
# What else may show a thing, beside the text's own words: while one of these is not known, nothing is missing for sure.
_TOLD_BY = {
    "contact": ("text.links", "text.phones"),
    "optout_contact": ("text.optout_forms",),
    "origin_number": ("sender.type",),
}


def judge(rule: Bound[Identity], case: Case) -> Answer:
    """Allow what shows everything; the way to refuse is the business of the opt-out rules."""
    standing = case.standing
    shown = shown_by(standing.seen, standing.id)
    if standing.template is not None:
        shown |= standing.template.shows
    missing = frozenset(rule.parameters.must_show) - shown
    if not missing:
        return rule["identity-shown"]
    if standing.unsure("text.shows", *(fact for what in sorted(missing) for fact in _TOLD_BY.get(what, ()))):
        return rule[UNKNOWN]
    if missing <= _OPT_OUT:
        return rule["identity-left-to-optout"]
    line = standing.account.identity_line
    covered = line is not None and missing - _OPT_OUT <= with_implied(line.shows)
    return rule["identity-added" if covered and standing.may("identity_line") else "identity-missing"]


def shown_by(seen: TextFacts, sender: SenderId) -> frozenset[str]:
    """What a text and its sender id show together."""
    shown = with_implied(seen.shows)
    if seen.links or seen.phones:
        shown |= {"contact"}
    if seen.optout_forms:
        shown |= _OPT_OUT
    return shown | {"origin_number"} if sender.type in ("numeric", "shortcode") else shown


def with_implied(shows: frozenset[str]) -> frozenset[str]:
    """A telephone number or an address is a contact (vocabulary: shows_implied)."""
    return shows | {"contact"} if "contact_phone" in shows or "postal_address" in shows else shows
