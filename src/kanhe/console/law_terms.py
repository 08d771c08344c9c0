"""How the console says what the tables of the law hold: kinds of rules, their force, what a finding rests on."""

from collections.abc import Mapping

from kanhe.console.terms import _N
from kanhe.gate.findings import Mode
from kanhe.law.kinds import Kind
from kanhe.law.rules import PENALTIES_BESIDES, Binding, Enforce

KINDS: Mapping[Kind, str] = {
    Kind.LICENCE: _N("Licence"),
    Kind.AGREEMENT: _N("Agreement"),
    Kind.REGISTRATION: _N("Registration and filing"),
    Kind.SENDER_ID: _N("Sender id"),
    Kind.CONTENT: _N("Content"),
    Kind.LABEL: _N("Label"),
    Kind.IDENTITY: _N("Identity"),
    Kind.CONSENT: _N("Consent"),
    Kind.OPT_OUT: _N("Opt-out"),
    Kind.QUIET_HOURS: _N("Quiet hours"),
    Kind.FREQUENCY: _N("Frequency"),
    Kind.EXEMPTION: _N("Exemption"),
    Kind.RETENTION: _N("Retention"),
    Kind.DSR: _N("A person's request"),
    Kind.COMPLAINT: _N("Complaint"),
    Kind.BREACH: _N("Breach"),
    Kind.CROSS_BORDER: _N("Cross-border transfer"),
}
assert set(KINDS) == set(Kind)

BINDINGS: Mapping[Binding, str] = {
    Binding.STATUTE: _N("Statute"),
    Binding.REGULATION: _N("Regulation"),
    Binding.CODE: _N("Code"),
    Binding.CARRIER: _N("Carrier's rule"),
    Binding.VENDOR: _N("Vendor's rule"),
    Binding.GUIDANCE: _N("Guidance"),
    Binding.HOUSE: _N("House rule"),
}
assert set(BINDINGS) == set(Binding)

ENFORCED: Mapping[Enforce, str] = {
    Enforce.HARD: _N("Always decides"),
    Enforce.SOFT: _N("Decides unless switched off with a reason"),
    Enforce.ADVISE: _N("Advises only"),
}
assert set(ENFORCED) == set(Enforce)

MODES: Mapping[Mode, str] = {
    Mode.DECIDES: _N("Decides"),
    Mode.ADVISES: _N("Advises only"),
    Mode.SWITCHED: _N("Switched off by the operator"),
    Mode.LIFTED: _N("Lifted by an exemption"),
    Mode.DROPPED: _N("Of a route that was not taken"),
}
assert set(MODES) == set(Mode)

# The stages as reason codes name them: the kinds of rules, and the platform's own checks.
STAGES: Mapping[str, str] = {kind.value: word for kind, word in KINDS.items()} | {
    "gate": _N("Gate"),
    "account": _N("Account"),
    "sender": _N("Sender"),
    "template": _N("Template"),
    "category": _N("Category"),
    "number": _N("Number"),
    "route": _N("Route"),
    "moderation": _N("Content moderation"),
    "review": _N("Review"),
    "suppression": _N("Suppression"),
    "schedule": _N("Schedule"),
    "money": _N("Money"),
}

# What a finding notes: an instant, or the record it rests on.
SLOTS: Mapping[str, str] = {
    "account": _N("Account"),
    "asked_at": _N("Asked at"),
    "basis": _N("Basis"),
    "checked_at": _N("Checked at"),
    "consent": _N("Consent"),
    "holder": _N("Holder"),
    "review": _N("Review"),
    "operator": _N("Platform operator"),
    "route": _N("Route"),
    "sender": _N("Sender"),
    "span": _N("Characters"),
    "suppression": _N("Suppression"),
    "template": _N("Template"),
    "until": _N("Until"),
}
EVIDENCE: Mapping[str, str] = {
    "primary": _N("Seen in the law's own text"),
    "secondary": _N("Seen in another's account of the law"),
    "none": _N("Not seen in a source"),
}
CONFIDENCE: Mapping[str, str] = {
    "high": _N("high confidence"),
    "medium": _N("medium confidence"),
    "low": _N("low confidence"),
}
# What a breach may cost besides money, as packs name it.
PENALTIES: Mapping[str, str] = {
    "confiscation": _N("Unlawful gains are taken"),
    "suspension": _N("Business suspended"),
    "licence_revocation": _N("Licence revoked"),
    "public_notice": _N("Named in public"),
    "public_security_penalty": _N("Penalty by the police"),
    "detention": _N("Detention"),
    "personal_liability": _N("Persons answer for it"),
    "disconnection": _N("Cut off from the network"),
    "criminal": _N("Criminal"),
}
assert set(PENALTIES) == set(PENALTIES_BESIDES)
SUBJECTS: Mapping[str, str] = {
    "sender": _N("The sender"),
    "operator": _N("The operator"),
    "both": _N("Sender and operator"),
}
