"""On what consent, or on what other basis, does the message rest."""

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent as Record
from kanhe.domain.facts import Sent
from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Answer, Ask, Bound, Case, covers
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.local import period_after, period_begins, plus_months
from kanhe.kit.clock import DAY_MS
from kanhe.law.clock import local_date
from kanhe.law.kinds import Consent

CODES: Codes = {
    "basis-recorded": Says(Effect.ALLOW, "basis"),
    "basis-missing": Says(Effect.REFUSE),
    "basis-not-lawful": Says(Effect.REFUSE, "basis"),
    "source-lawful": Says(Effect.ALLOW, "account"),
    "source-unrecorded": Says(Effect.REFUSE),
    "source-unlawful": Says(Effect.REFUSE, "account"),
    "request-complete": Says(Effect.ALLOW),
    "request-incomplete": Says(Effect.REFUSE),
    "asked-before": Says(Effect.REFUSE, "asked_at"),
    "register-listed": Says(Effect.REFUSE, "checked_at"),
    "register-unchecked": Says(Effect.HOLD),
    "not-refused": Says(Effect.ALLOW),
    "consent-given": Says(Effect.ALLOW, "consent"),
    "consent-exception": Says(Effect.ALLOW),
    "ground-on-file": Says(Effect.ALLOW, "consent"),
    "ground-over": Says(Effect.REFUSE, "consent"),
    "consent-missing": Says(Effect.REFUSE),
    "consent-not-active": Says(Effect.REFUSE, "consent"),
    "consent-superseded": Says(Effect.REFUSE, "consent"),
    "consent-other-category": Says(Effect.REFUSE, "consent"),
    "consent-expired": Says(Effect.REFUSE, "consent"),
    "consent-not-reconfirmed": Says(Effect.REFUSE, "consent"),
    "consent-not-written": Says(Effect.REFUSE, "consent"),
    "consent-unproved": Says(Effect.REFUSE, "consent"),
    "consent-incomplete": Says(Effect.REFUSE, "consent"),
    "consent-review-refused": Says(Effect.REFUSE, "consent"),
    "consent-review-pending": Says(Effect.HOLD, "consent"),
    "consent-proof-incomplete": Says(Effect.HOLD, "consent"),
    "consent-frequency-used": Says(Effect.DEFER, "until"),
    "consent-frequency-outlasts-validity": Says(Effect.REFUSE, "until"),
    "consent-frequency-no-moment": Says(Effect.HOLD, "until"),
}
UNLAWFUL_SOURCES = frozenset({"bought", "leaked", "scraped"})


def judge(rule: Bound[Consent], case: Case) -> Answer:
    """Judge by the model of the rule; a request for consent by what its text says."""
    asked = rule.parameters
    if asked.model == "none":
        return _basis(rule, case)
    if asked.model == "source":
        return _source(rule, case)
    if case.category is Category.CONSENT_REQUEST and asked.asking in ("once", "free"):
        return _request(rule, case)
    return _opt_out(rule, case) if asked.model == "opt_out" else _opt_in(rule, case)


def _basis(rule: Bound[Consent], case: Case) -> Finding:
    standing, basis = case.standing, case.standing.basis
    if standing.unsure("basis"):
        return rule[UNKNOWN]
    if basis is None or not basis.recorded:
        return rule["basis-missing"]
    from_template = standing.template is not None and standing.template.basis is not None
    case.note(standing.template.revision if from_template and standing.template else standing.account.revision)
    return rule["basis-recorded" if basis.kind in rule.parameters.lawful_bases else "basis-not-lawful"]


def _source(rule: Bound[Consent], case: Case) -> Finding:
    account = case.standing.account
    if case.standing.unsure("recipient.source"):
        return rule[UNKNOWN]
    if account.recipient_source is None or not account.recipient_source[1]:
        return rule["source-unrecorded"]
    case.note(account.revision)
    return rule["source-unlawful" if account.recipient_source[0] in UNLAWFUL_SOURCES else "source-lawful"]


def _request(rule: Bound[Consent], case: Case) -> Answer:
    """A request says what it must; where asking is free a register may still forbid it; where it is `once`, once."""
    asked, standing = rule.parameters, case.standing
    stated = standing.seen.states | (standing.template.states if standing.template else frozenset())
    if not stated.issuperset(asked.must_state):
        return rule[UNKNOWN if standing.unsure("text.states") else "request-incomplete"]
    if asked.asking == "free":
        return _opt_out(rule, case) if asked.model == "opt_out" else _free(rule)
    return rule[UNKNOWN] if standing.unsure("requests") else _once(rule)


def _once(rule: Bound[Consent]) -> Ask:
    complete, repeated = rule["request-complete"], rule["asked-before"]

    def ask(case: Case) -> Finding:
        asked = [request.at for request in case.requests] + [sent.at for sent in case.history if _asks(sent, case)]
        if not asked:
            return complete
        case.note(max(asked))
        return repeated

    return ask


def _asks(sent: Sent, case: Case) -> bool:
    """A request that was accepted earlier counts at once, also while it waits for the carrier; not against itself."""
    me = case.message
    return sent.category is Category.CONSENT_REQUEST and sent.account == me.account and sent.message != me.id


def _free(rule: Bound[Consent]) -> Answer:
    complete = rule["request-complete"]
    if rule.parameters.dnc is None:
        return complete
    return lambda case: complete if (found := _register(rule, case)) is None else found


def _opt_out(rule: Bound[Consent], case: Case) -> Answer:
    """Nobody refused, no register forbids it, and a basis stands where one is asked."""
    asked, basis = rule.parameters, case.standing.basis
    good = rule["not-refused"]
    if asked.lawful_bases:
        if case.standing.unsure("basis"):
            good = rule[UNKNOWN]
        elif basis is None or not basis.recorded or basis.kind not in asked.lawful_bases:
            good = rule["basis-missing"]
    if asked.dnc is None:
        return good
    return lambda case: _not_refused(rule, case, good) if (found := _register(rule, case)) is None else found


def _not_refused(rule: Bound[Consent], case: Case, good: Finding) -> Finding:
    """Where no register stands in the way: because of what is on file of the recipient, if there is anything."""
    if good.effect is not Effect.ALLOW or not rule.parameters.exceptions:
        return good
    return _ground(rule, case) or good


def _register(rule: Bound[Consent], case: Case) -> Finding | None:
    """What a do-not-call register makes of the message; None when it does not stand in the way."""
    asked, dnc = rule.parameters, rule.parameters.dnc
    assert dnc is not None, "asked only of rules with a register"
    if dnc.consent_overrides and _overridden(rule, case):
        return None
    if case.standing.unsure("dnc"):
        return rule[UNKNOWN]
    answer = case.dnc(dnc.key)
    if answer is not None and answer.listed:
        if dnc.consent_overrides and case.standing.unsure("consent", *(("proofs",) if asked.exceptions else ())):
            return rule[UNKNOWN]  # what goes before the register may be on file
        case.note(answer.checked_at)
        return rule["register-listed"]
    if dnc.max_age_days is None or asked.model != "opt_out":
        return None
    if answer is None or case.now - answer.checked_at > dnc.max_age_days * DAY_MS:
        return rule["register-unchecked"]
    case.lower(answer.checked_at + dnc.max_age_days * DAY_MS + 1)
    return None


def _overridden(rule: Bound[Consent], case: Case) -> bool:
    """A valid consent, or a proved exception, goes before the register."""
    exceptions = rule.parameters.exceptions
    if not case.standing.proofs.isdisjoint(exceptions) or (exceptions and case.ground(exceptions, rule.zone)):
        return True
    record = None if case.standing.unsure("consent") else case.consent()
    return record is not None and _fault(rule, record, case) is None


def _opt_in(rule: Bound[Consent], case: Case) -> Answer:
    """A valid consent, or a proved exception in its place; then what the rule asks of the consent itself."""
    standing = case.standing
    without = _without_consent(rule, case)
    if standing.unsure("consent", "sender.entity") and without.effect is not Effect.ALLOW:
        return rule[UNKNOWN]
    given, register, decided = (
        rule["consent-given"],
        rule.parameters.dnc is not None,
        without is rule["consent-missing"],
    )

    def ask(case: Case) -> Finding:
        record = case.consent()
        if register and (found := _register(rule, case)) is not None:
            return found
        code = _fault(rule, record, case) if record is not None else None
        if (record is None or code is not None) and (found := _ground(rule, case)) is not None:
            return found
        if record is None or (code is not None and not decided):
            return without if without.effect is Effect.ALLOW else _over(rule, case) or without
        code = code or _unfinished(rule, record, case)
        if code is None:
            case.notes.append(record.id)
            return given
        case.note(_next_period(rule, record, case) if code == "consent-frequency-used" else record.id)
        return rule[code]

    return ask


def _without_consent(rule: Bound[Consent], case: Case) -> Finding:
    """What is found where there is no valid consent."""
    exceptions = rule.parameters.exceptions
    if not case.standing.proofs.isdisjoint(exceptions):
        return rule["consent-exception"]
    return rule[UNKNOWN if exceptions and case.standing.unsure("proofs") else "consent-missing"]


def _ground(rule: Bound[Consent], case: Case) -> Finding | None:
    """What is on file of this recipient in the place of a consent."""
    exceptions = rule.parameters.exceptions
    ground = case.ground(exceptions, rule.zone) if exceptions else None
    if ground is None:
        return None
    case.note(ground.id)
    return rule["ground-on-file"]


def _over(rule: Bound[Consent], case: Case) -> Finding | None:
    """What was on file and holds no more, or not yet, or not for this."""
    exceptions = rule.parameters.exceptions
    over = case.grounds(exceptions) if exceptions else ()
    if not over:
        return None
    case.note(over[-1].id)
    return rule["ground-over"]


def _fault(rule: Bound[Consent], record: Record, case: Case) -> str | None:
    """Why a consent is not valid under a rule, or None."""
    asked = rule.parameters
    if record.status == "superseded":
        return "consent-superseded"
    if record.status != "active" or record.captured_at >= case.now:
        return "consent-not-active"
    if not covers(record, case.category):
        return "consent-other-category"
    if _ended(rule, record, case):
        return "consent-expired"
    if asked.reconfirm_months is not None:
        confirmed = max(record.captured_at, record.reconfirmed_at or 0)
        until = plus_months(confirmed, asked.reconfirm_months, rule.zone)
        if case.now >= until:
            return "consent-not-reconfirmed"
        case.lower(until)
    if asked.model == "opt_in_written" and record.method != "written":
        return "consent-not-written"
    if asked.proof_required and not record.proof_fields:
        return "consent-unproved"
    return None if record.states.issuperset(asked.must_state) else "consent-incomplete"


def _ended(rule: Bound[Consent], record: Record, case: Case) -> bool:
    """Past its own end or the term of the rule; notes the end that is to come."""
    days = rule.parameters.expires_days
    for end in (record.expires_at, None if days is None else record.captured_at + days * DAY_MS):
        if end is not None:
            if case.now >= end:
                return True
            case.lower(end)
    return False


def _unfinished(rule: Bound[Consent], record: Record, case: Case) -> str | None:
    """What keeps a valid consent from carrying this message now."""
    asked = rule.parameters
    if asked.review_required and record.review != "approved":
        return "consent-review-pending" if record.review == "pending" else "consent-review-refused"
    if not record.proof_fields.issuperset(asked.proof_fields):
        return "consent-proof-incomplete"
    return "consent-frequency-used" if record.frequency is not None and _used_up(rule, record, case) else None


def _used_up(rule: Bound[Consent], record: Record, case: Case) -> bool:
    """Whether this period's sends on a consent, here and earlier in the batch, are as many as were agreed."""
    most, per = _agreed(record)
    return max(record.sent_in_period + case.spent, _sent_since(rule, record, case, per)) >= most


def _sent_since(rule: Bound[Consent], record: Record, case: Case, per: str) -> int:
    """Sends of this entity that the consent carries in the period at hand, wherever that is longest; of the batch too."""
    me, entity = case.message.id, case.standing.sender.entity
    sends = [
        sent.at
        for sent in case.history
        if sent.entity == entity and sent.message != me and covers(record, sent.category)
    ]
    if not sends:
        return 0
    return max(
        sum(period_begins(local_date(at, zone), per) == period_begins(local_date(case.now, zone), per) for at in sends)
        for zone in _zones(rule, case)
    )


def _next_period(rule: Bound[Consent], record: Record, case: Case) -> int:
    """When the next period of an agreed frequency begins, wherever the recipient may be."""
    _, per = _agreed(record)
    return max(period_after(local_date(case.now, zone), per, zone) for zone in _zones(rule, case))


def _agreed(record: Record) -> tuple[int, str]:
    """How many messages in which calendar period."""
    assert record.frequency is not None, "asked only where a frequency was agreed"
    return record.frequency[0], "calendar_" + record.frequency[1]


def _zones(rule: Bound[Consent], case: Case) -> tuple[str, ...]:
    return case.standing.place.zones or (rule.zone,)
