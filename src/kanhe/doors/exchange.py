"""What a submission of CMPP, SGIP or SMGP says: the three families name the same things differently."""

from collections.abc import Sequence
from typing import NamedTuple

from kanhe.domain.papers import Credential
from kanhe.doors.dialect import Said
from kanhe.doors.drafts import category_of, sender_of, set_times
from kanhe.ports.door import Draft, Refusal
from kanhe.protocols.exchange.content import read_number
from kanhe.protocols.smpp.checks import is_time
from kanhe.protocols.text.joining import Part
from kanhe.world import World


class Form(NamedTuple):
    """The fields of a submission, by what they mean. Times are of SMPP's kind in all three."""

    part: Part
    numbers: Sequence[str]
    service: str
    schedule: str
    validity: str
    receipt: bool
    ref: str | None = None


def said(form: Form, credential: Credential, world: World) -> Said | Refusal:
    """The submission as drafts are made of it."""
    for code, time in (("schedule.form", form.schedule), ("validity.form", form.validity)):
        if not is_time(time):
            return Refusal(code, f"`{time}` is no time of the form yymmddhhmmsstnnp")
    numbers = tuple([read_number(written) or written for written in form.numbers])
    draft = Draft(
        numbers[0],
        "",
        sender_of(form.part.source, credential, world),
        category_of(form.service, credential),
        ref=form.ref,
        receipt_wanted=form.receipt,
    )
    if form.schedule or form.validity:
        set_times(draft, form.schedule, form.validity, world.clock.now_ms())
    return Said(form.part, numbers, draft)
