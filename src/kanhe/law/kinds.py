"""The kinds of rules, and what a rule of each kind says: its parameters, typed and frozen.

The words are those of `law/vocabulary.yaml`; a test holds both together. What a pack leaves out has the default given here:
absent, empty, or false.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from kanhe.domain.category import Category


class Kind(StrEnum):
    """What a rule is about. The first twelve are judged per message, the last five fill the duty calendar."""

    LICENCE = "licence"
    AGREEMENT = "agreement"
    REGISTRATION = "registration"
    SENDER_ID = "sender_id"
    CONTENT = "content"
    LABEL = "label"
    IDENTITY = "identity"
    CONSENT = "consent"
    OPT_OUT = "opt_out"
    QUIET_HOURS = "quiet_hours"
    FREQUENCY = "frequency"
    EXEMPTION = "exemption"
    RETENTION = "retention"
    DSR = "dsr"
    COMPLAINT = "complaint"
    BREACH = "breach"
    CROSS_BORDER = "cross_border"


DUTIES: frozenset[Kind] = frozenset({Kind.RETENTION, Kind.DSR, Kind.COMPLAINT, Kind.BREACH, Kind.CROSS_BORDER})
MESSAGE_PATH: frozenset[Kind] = frozenset(Kind) - DUTIES


class Deadline(msgspec.Struct, frozen=True):
    """A length of time as a law writes it."""

    value: int
    unit: str  # immediate, hours, calendar_days, business_days, months


class Window(msgspec.Struct, frozen=True):
    """Wall-clock hours of some weekdays; the end is exclusive and may be 24:00."""

    days: tuple[str, ...]
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class Limit(msgspec.Struct, frozen=True):
    """At most `max` sends of one key in a window."""

    max: int
    per_seconds: int
    key: str
    window: str  # rolling, calendar_day, calendar_week, calendar_month


class Dnc(msgspec.Struct, frozen=True):
    """A do-not-call register that must have been asked."""

    key: str
    registry: str
    max_age_days: int | None
    consent_overrides: bool


class Licence(msgspec.Struct, frozen=True, tag_field="kind", tag="licence"):
    """A licence somebody must hold."""

    holder: str  # operator, account
    key: str
    check: str  # valid, covers_route
    credential: str
    issuer: str
    scope: str
    evidence: tuple[str, ...] = ()


class Registration(msgspec.Struct, frozen=True, tag_field="kind", tag="registration"):
    """An entry somebody must have in a registry."""

    subject: str
    key: str
    registry: str
    per_carrier: bool = False
    if_missing: str = "block"  # block, relabel
    relabel_to: str | None = None
    needs: tuple[str, ...] = ()
    lead_days: int | None = None


class Consent(msgspec.Struct, frozen=True, tag_field="kind", tag="consent"):
    """What consent or basis a message rests on."""

    model: str  # none, source, opt_out, opt_in, opt_in_written
    asking: str | None = None  # needs_consent, once, free
    proof_required: bool = False
    review_required: bool = False
    form: str | None = None
    proof_fields: tuple[str, ...] = ()
    must_state: tuple[str, ...] = ()
    expires_days: int | None = None
    reconfirm_months: int | None = None
    dnc: Dnc | None = None
    exceptions: tuple[str, ...] = ()
    lawful_bases: tuple[str, ...] = ()


class OptOut(msgspec.Struct, frozen=True, tag_field="kind", tag="opt_out"):
    """How a recipient refuses, and how far and how long a refusal reaches."""

    match: str  # any_clear_refusal, any_reasonable, keyword
    scope: str  # sender_category, program, sender_all, all_senders
    effect_deadline: Deadline
    required_in: tuple[Category, ...] = ()
    required_when: str = "always"  # always, first_contact
    insert: str | None = None
    instruction_forms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    free_of_charge: bool = False
    confirmations_max: int = 0
    confirm_within_minutes: int | None = None
    keep_suppressed_months: int | None = None
    no_new_consent_request_days: int | None = None
    facility_valid_days: int | None = None


class QuietHours(msgspec.Struct, frozen=True, tag_field="kind", tag="quiet_hours"):
    """When a message may be dispatched."""

    allow: tuple[Window, ...]
    tz_basis: str = "recipient"  # or fixed:<zone>
    deny_days: tuple[str, ...] = ()
    holiday_calendar: str | None = None
    lifted_by: tuple[str, ...] = ()
    outside: str = "defer"  # defer, refuse
    tighter_profile: tuple[Window, ...] = ()


class Label(msgspec.Struct, frozen=True, tag_field="kind", tag="label"):
    """What a text or a sender name must carry."""

    position: str  # prefix, suffix, anywhere, sender_suffix
    texts: tuple[str, ...] = ()
    match: str = "literal"  # literal, regex
    need: str = "any"  # any, all, by_category
    by_category: Mapping[Category, tuple[str, ...]] = {}
    insert: str | None = None
    if_missing: str = "amend"  # amend, refuse


class Identity(msgspec.Struct, frozen=True, tag_field="kind", tag="identity"):
    """What a message must tell about its sender."""

    must_show: tuple[str, ...]
    where: str = "message"  # message, signalling_and_message


class SenderIdUse(msgspec.Struct, frozen=True, tag_field="kind", tag="sender_id"):
    """Which sender ids may be shown; `None` for a form says nothing of it."""

    alphanumeric: str | None = None
    numeric: str | None = None
    shortcode: str | None = None
    min_len: int | None = None
    max_len: int | None = None
    forbid: tuple[str, ...] = ()
    category_separation: bool = False
    prefix: str | None = None
    suffix: str | None = None
    reserved_prefix: str | None = None


class Frequency(msgspec.Struct, frozen=True, tag_field="kind", tag="frequency"):
    """How many sends in how long a time."""

    limits: tuple[Limit, ...]
    tz_basis: str = "recipient"


class Content(msgspec.Struct, frozen=True, tag_field="kind", tag="content"):
    """What content is refused, read by people, or makes another category of a message."""

    mode: str  # prohibit, restrict, limit
    action: str  # refuse, review, reclassify, no_human_reading
    categories: tuple[str, ...] = ()
    reclassify_to: Category | None = None
    report_to_authority: bool = False
    keep_record: bool = False


class Agreement(msgspec.Struct, frozen=True, tag_field="kind", tag="agreement"):
    """A contract that must be accepted in the version in force."""

    key: str
    parties: str
    must_cover: tuple[str, ...] = ()


class Exemption(msgspec.Struct, frozen=True, tag_field="kind", tag="exemption"):
    """Kinds of rules that are lifted when every condition is proved."""

    lifts: tuple[Kind, ...]
    conditions: tuple[str, ...]


class Retention(msgspec.Struct, frozen=True, tag_field="kind", tag="retention"):
    """How long records must, or may at most, be kept."""

    items: tuple[str, ...]
    counted_from: str
    min_months: int | None = None
    max_months: int | None = None


class Dsr(msgspec.Struct, frozen=True, tag_field="kind", tag="dsr"):
    """What a person may ask about their data, and how soon it is answered."""

    rights: tuple[str, ...]
    respond: Deadline
    extend: Deadline | None = None
    free_of_charge: bool = False


class Complaint(msgspec.Struct, frozen=True, tag_field="kind", tag="complaint"):
    """Where complaints come in, and how soon they are handled."""

    channels: tuple[str, ...]
    mechanism_required: bool = False
    acknowledge: Deadline | None = None
    resolve: Deadline | None = None
    complainant_window_days: int | None = None


class Breach(msgspec.Struct, frozen=True, tag_field="kind", tag="breach"):
    """Who is told of a data breach, and how soon."""

    authority: str
    threshold: str
    notify_authority: Deadline | None = None
    notify_individual: Deadline | None = None


class CrossBorder(msgspec.Struct, frozen=True, tag_field="kind", tag="cross_border"):
    """On what condition data may leave the country."""

    condition: str
    routes: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()


Parameters = (
    Licence
    | Agreement
    | Registration
    | SenderIdUse
    | Content
    | Label
    | Identity
    | Consent
    | OptOut
    | QuietHours
    | Frequency
    | Exemption
    | Retention
    | Dsr
    | Complaint
    | Breach
    | CrossBorder
)

PARAMETERS: dict[Kind, type[Parameters]] = {
    Kind.LICENCE: Licence,
    Kind.AGREEMENT: Agreement,
    Kind.REGISTRATION: Registration,
    Kind.SENDER_ID: SenderIdUse,
    Kind.CONTENT: Content,
    Kind.LABEL: Label,
    Kind.IDENTITY: Identity,
    Kind.CONSENT: Consent,
    Kind.OPT_OUT: OptOut,
    Kind.QUIET_HOURS: QuietHours,
    Kind.FREQUENCY: Frequency,
    Kind.EXEMPTION: Exemption,
    Kind.RETENTION: Retention,
    Kind.DSR: Dsr,
    Kind.COMPLAINT: Complaint,
    Kind.BREACH: Breach,
    Kind.CROSS_BORDER: CrossBorder,
}
assert set(PARAMETERS) == set(Kind)
