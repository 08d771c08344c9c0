"""How the console says what the tables of papers hold: where they stand, what was done to them, what each field of theirs is."""

from collections.abc import Mapping

from kanhe.console.terms import _N, Term
from kanhe.domain.dossier import Act, Stand
from kanhe.law.words import vocabulary
from kanhe.records.kinds import KINDS

STANDS: Mapping[Stand, Term] = {
    Stand.DRAFT: Term(_N("Draft"), "plain", "pencil"),
    Stand.SUBMITTED: Term(_N("Waits for review"), "wait", "clock"),
    Stand.REVIEW: Term(_N("In review"), "going", "half"),
    Stand.APPROVED: Term(_N("Valid"), "good", "tick"),
    Stand.REFUSED: Term(_N("Refused"), "stop", "cross"),
    Stand.SUSPENDED: Term(_N("Suspended"), "stop", "triangle"),
    Stand.EXPIRED: Term(_N("Over"), "stop", "dash"),
    Stand.WITHDRAWN: Term(_N("Withdrawn"), "plain", "dash"),
    Stand.SUPERSEDED: Term(_N("Replaced"), "plain", "dot"),
}
assert set(STANDS) == set(Stand)
ACTS: Mapping[Act, str] = {
    Act.FILE: _N("Filed"),
    Act.ATTACH: _N("Document handed in"),
    Act.SUBMIT: _N("Submitted for review"),
    Act.CLAIM: _N("Taken into review"),
    Act.RELEASE: _N("Given back to the queue"),
    Act.APPROVE: _N("Approved"),
    Act.REFUSE: _N("Refused"),
    Act.SUSPEND: _N("Suspended"),
    Act.RESUME: _N("Put in force again"),
    Act.EXPIRE: _N("Over"),
    Act.WITHDRAW: _N("Withdrawn"),
    Act.SUPERSEDE: _N("Replaced"),
    Act.REGISTER: _N("Noted what a registry or carrier says"),
    Act.WARN: _N("Warned of its end, days before"),
}
assert set(ACTS) == set(Act)
KIND_WORDS: Mapping[str, str] = {
    "licence": _N("Licence"),
    "qualification": _N("Qualification"),
    "agreement": _N("Agreement"),
    "authority": _N("Authority"),
    "sender": _N("Sender"),
    "template": _N("Template"),
}
assert set(KIND_WORDS) == set(KINDS)
ROLE_WORDS: Mapping[str, str] = {
    "copy": _N("Copy of the paper"),
    "other": _N("Other document"),
    "registration": _N("Business registration"),
    "authorisation": _N("Authorisation"),
    "identity": _N("Identity of the authorised person"),
    "app_filing": _N("Filing of the app"),
    "mandate": _N("Mandate of the authority"),
    "trademark": _N("Trademark certificate"),
    "owner_registration": _N("Registration of the owner of the name"),
}
# How far a filing with a registry or carrier has come.
REGISTRATIONS: Mapping[str, Term] = {
    "active": Term(_N("Filed and accepted"), "good", "tick"),
    "pending": Term(_N("Filed, not answered"), "wait", "clock"),
    "refused": Term(_N("Refused"), "stop", "cross"),
    "expired": Term(_N("Over"), "stop", "dash"),
    "none": Term(_N("Not filed"), "plain", "dash"),
}
assert set(REGISTRATIONS) == set(vocabulary().allowed("registration_status"))

# What is known of a sender's id.
TRAITS: Mapping[str, str] = {
    "registered": _N("Entered in the registry"),
    "assigned": _N("Assigned by the numbering authority"),
    "platform_range": _N("Of the range for technical platforms"),
    "domestic_number": _N("A number of the recipient's country"),
    "digits_only": _N("Only digits"),
    "leading_or_trailing_space": _N("Begins or ends with a space"),
    "contains_unverified": _N("Calls itself unverified"),
    "special_characters": _N("Holds special characters"),
    "generic_name": _N("A name that anybody may use, such as INFO"),
    "hash_without_registration": _N("Begins with the reserved sign and is not registered for it"),
    "unassigned_prefix": _N("Its prefix is in no number plan"),
    "changed_length": _N("Longer than what was assigned"),
    "spoofed_number": _N("Not the number that really sends"),
    "altered_number": _N("Changed on its way"),
    "unregistered_number": _N("Not registered beforehand"),
    "rented_port": _N("A port rented out by its holder"),
    "lent_port": _N("A port lent by its holder"),
    "traded_port": _N("A port bought or sold"),
    "port_of_other_account": _N("A port of another account"),
    "fr_06_07_number": _N("A personal mobile number of France"),
    "international_number": _N("A number of another country"),
    "ordinary_mobile_number": _N("A personal mobile number"),
    "fixed_number": _N("A fixed line"),
    "irregular_foreign_alias": _N("A foreign name that is not accepted"),
    "do_not_originate_number": _N("On a list of numbers that never send"),
}
assert set(TRAITS) == set(vocabulary().allowed("sender_traits"))

# What a field of a paper is, and how it is written; `kind.field` where kinds differ.
FIELDS: Mapping[str, tuple[str, str]] = {
    "valid_from": (_N("First day"), ""),
    "valid_to": (_N("Last day"), _N("As on the paper. The day after, nothing goes that rests on it.")),
    "licence.key": (_N("Licence"), ""),
    "licence.number": (_N("Number"), _N("As printed on it.")),
    "holder": (_N("Holder"), _N("As printed on it.")),
    "coverage": (_N("Regions"), _N("One a line: `nationwide`, or codes of ISO 3166-2 such as CN-31.")),
    "services": (_N("What it allows"), _N("In its own words, one a line.")),
    "qualification.entity": (_N("Short name"), _N("By which senders name the entity: letters, digits, dot, dash.")),
    "qualification.name": (_N("Name in full"), _N("As registered.")),
    "qualification.kind": (_N("Kind of entity"), ""),
    "seat": (_N("Country"), _N("Two capitals, such as CN.")),
    "qualification.number": (_N("Number of the register"), _N("In China the unified social credit code.")),
    "authorised_person": (_N("Authorised person"), ""),
    "agreement.key": (_N("Agreement"), ""),
    "agreement.version": (_N("Version"), _N("Those that the operator has published.")),
    "accepted_by": (_N("Accepted by"), _N("The person who may bind the account.")),
    "authority.key": (_N("Short name"), _N("Letters, digits, dot, dash.")),
    "authority.name": (_N("Name in full"), ""),
    "authority.senders": (
        _N("Senders of a standing order"),
        _N("One a line: what these send needs no announcement. None: announcements alone."),
    ),
    "authority.area": (
        _N("Area of a standing order"),
        _N("One a line: countries or their parts, such as CN or US-CA."),
    ),
    "authority.warns_of": (_N("Warns of danger to"), ""),
    "power": (_N("By the power of"), _N("The provision that empowers it.")),
    "categories": (_N("Categories"), ""),
    "sender.name": (_N("Name of the sender"), _N("As messages name it.")),
    "id.type": (_N("Form of the sender id"), ""),
    "id.value": (_N("Sender id"), _N("A port of 3 to 21 digits, or the name that handsets show.")),
    "sender.entity": (_N("Entity"), _N("Those with an approved qualification.")),
    "owner.by": (_N("Whose name it is"), _N("A third party's name needs its authorisation and registration.")),
    "owner.reference": (
        _N("Reference"),
        _N("Number of the filing or trademark, or the name of the third party."),
    ),
    "signature": (_N("Signature"), _N("Without the brackets 【】.")),
    "links": (_N("Link domains"), _N("Hosts that its texts may lead to, one a line: shop.example.com")),
    "template.name": (_N("Name"), _N("Letters, digits, dot, dash.")),
    "template.text": (_N("Text"), _N("Variables stand in braces: {code}")),
    "template.category": (_N("Category"), ""),
    # What stands in a sheet of the operator beside.
    "entity_kind": (_N("Kind of entity"), ""),
    "id.traits": (_N("Traits"), ""),
    "id.port_categories": (_N("Its port was given for"), ""),
    "accepted_at": (_N("Accepted at"), ""),
    "versions": (_N("Version"), ""),
    "variables": (_N("Variables"), _N("One a line: name, kind and most characters, such as: code code 6")),
}
# Values that a paper's fields may take, where they are words.
VALUES: Mapping[str, str] = {
    "alphanumeric": _N("Letters and digits"),
    "numeric": _N("Number"),
    "shortcode": _N("Short code"),
    "entity": _N("The entity's own"),
    "filed_app": _N("Of a filed app or site"),
    "trademark": _N("Its trademark"),
    "third_party": _N("A third party's"),
    "company": _N("Company"),
    "person": _N("Person"),
    "government": _N("Government body"),
    "warning_platform": _N("Warning platform"),
    "charity": _N("Charity"),
    "carrier": _N("Carrier"),
    "emergency": _N("Emergency"),
    "public_service": _N("Public service"),
    **TRAITS,
}


def field_of(kind: str, name: str) -> tuple[str, str] | None:
    """Label and note of a field; None: it is no field that accounts write."""
    return FIELDS.get(f"{kind}.{name}") or FIELDS.get(name)
