"""What drafts of all protocol doors have in common: how a customer names category, sender, number and times."""

import re
from collections.abc import Mapping

from kanhe.domain.category import Category
from kanhe.domain.papers import Credential
from kanhe.domain.verdict import Effect
from kanhe.kit.clock import from_ms, to_ms
from kanhe.ports.door import Answer, Draft
from kanhe.protocols.smpp.times import read_time
from kanhe.world import World

# A customer says the category of a message in SMPP's service_type (5.2.11: up to five characters, otherwise ours to define), or in
# Service_Id, ServiceType, ServiceID of the others.
CATEGORIES: dict[str, Category] = {
    "OTP": Category.VERIFICATION,
    "TXN": Category.TRANSACTIONAL,
    "MKT": Category.MARKETING,
    "PUB": Category.PUBLIC_SERVICE,
    "EMG": Category.EMERGENCY,
    "ASK": Category.CONSENT_REQUEST,
    "2WAY": Category.TWO_WAY,
}


def category_of(service: str, credential: Credential) -> Category:
    """The category that a service code stands for: its own, or the credential's."""
    return CATEGORIES.get(service.upper(), credential.category)


# Codes of refusals before the gate: `text.too-long`, `number-impossible`.
WORDS = re.compile(r"[.-]")


def sender_of(source: str, credential: Credential, world: World) -> str:
    """The name of the sender that a source address means, or the credential's own."""
    return world.books.sender_names.get((credential.account, source)) or credential.sender or source


def set_times(draft: Draft, schedule: str, validity: str, now_ms: int) -> None:
    """Schedule and validity as the submission says them; the validity counts from the schedule."""
    now = from_ms(now_ms)
    scheduled, until = read_time(schedule, now), read_time(validity, now)
    if scheduled is not None:
        draft.at = to_ms(scheduled)
    if until is not None:
        draft.validity_s = int((until - (scheduled or now)).total_seconds())


def status_of(answer: Answer, of_code: Mapping[str, int], of_stage: Mapping[str, int], other: int) -> int:
    """The status of a refusal: by the first word of its code before the gate, or by the stage that decided there."""
    if answer.refusal is not None:
        return of_code.get(WORDS.split(answer.refusal.code, 1)[0], other)
    findings = answer.verdict.shape.findings if answer.verdict is not None else ()
    decided = (of_stage.get(finding.stage) for finding in findings if finding.effect is Effect.REFUSE)
    return next((status for status in decided if status is not None), other)
