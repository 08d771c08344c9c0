"""Double opt-in by message: a yes to a request for consent is a consent, with the question and the answer as its proof.

What the question promised (how often, for how long) binds: it is read out of the text that was sent. A promise that cannot be
read is no part of the proof, and rules that ask for it hold the message.
"""

import re
from typing import NamedTuple

from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent
from kanhe.domain.lot import Lot
from kanhe.domain.message import Message
from kanhe.domain.papers import Sender
from kanhe.kit.clock import DAY_MS

# A request is answered within days or not at all; a "yes" after that belongs to something else.
OPEN_MS = 14 * DAY_MS
CHANNEL, SOURCE = "sms", "reply"
# What only an answer by message proves.
BY_REPLY = frozenset({"double_opt_in_reply", "reply_channel", "reply_text"})

# What a question and its answer prove by themselves.
PROVED = frozenset(
    {"captured_at", "channel", "content_provider", "double_opt_in_reply", "method", "number", "question_text", "recipient"}
    | {"reply_channel", "reply_text", "source", "text_shown"}
)  # fmt: skip
# What a return proves beside what the consent had proved that it returns to.
PROVED_BY_RETURN = frozenset({"reply_channel", "reply_text"})
# What it proves when the question says so.
STATED = frozenset({"type", "purpose"})

_ZH_PERIOD = {"天": "day", "日": "day", "周": "week", "星期": "week", "月": "month"}
_FREQUENCY = (
    re.compile(r"每(?P<period>天|日|周|星期|月)[^0-9。，]{0,8}(?P<most>\d{1,3})\s*[条次]"),
    re.compile(r"(?P<most>\d{1,3})\s*[条次]\s*/\s*(?P<period>天|日|周|星期|月)"),
    re.compile(r"(?P<most>\d{1,3})\s*(?:msgs?|messages?|texts?|offers?)?\s*(?:/|per |a |each )\s*(?P<period>day|week|month)"),
)  # fmt: skip
_DIGITS = {"半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "十": 10, "十二": 12}
_TERM = (
    re.compile(r"(?:有效期|为期|期限)[^0-9半一二两三四五六十。，]{0,4}(?P<count>\d{1,3}|十二|[半一二两三四五六十])\s*个?(?P<unit>年|月|天|日)"),
    re.compile(r"(?:for|valid)\s+(?:for\s+)?(?P<count>\d{1,3}|one)\s+(?P<unit>year|month|day)s?"),
)  # fmt: skip
_UNIT_DAYS = {"年": 365, "月": 30, "天": 1, "日": 1, "year": 365, "month": 30, "day": 1}


class Asked(NamedTuple):
    """A request for consent that somebody may be answering."""

    message: Message
    text: str  # as it was sent
    states: frozenset[str]  # what it says


class Agreed(NamedTuple):
    """A consent by reply: into which lot it goes, and what it says."""

    form: Lot
    number: int
    consent: Consent


class Yes(NamedTuple):
    """An agreement, by whatever way it came."""

    number: int
    at: int  # ms
    channel: str
    source: str
    inbound: int | None = None  # the message that says so


def agreed(asked: Asked, sender: Sender, yes: Yes) -> Agreed:
    """The consent that a yes gives."""
    most, days = frequency_of(asked.text), term_days_of(asked.text)
    told = {name for name, value in (("frequency", most), ("term", days)) if value is not None}
    consent = Consent(
        id=0,
        status="active",
        entity=sender.entity,
        categories=frozenset({Category.MARKETING.value}),
        method="written",
        captured_at=yes.at,
        proof_fields=(PROVED if yes.inbound is not None else PROVED - BY_REPLY) | (STATED & asked.states) | told,
        states=asked.states,
        expires_at=None if days is None else yes.at + days * DAY_MS,
        frequency=most,
        channel=yes.channel,
        proof=f"message {asked.message.id}",
        inbound=yes.inbound,
    )
    form = Lot(0, sender.account, sender.name, sender.entity, yes.source, yes.at, yes.channel, asked.text)
    return Agreed(form, yes.number, consent)


def returned(consent: Consent, at: int, inbound: int) -> Consent:
    """The consent that a person gives anew who returns after a refusal by reply: to the one that the refusal ended.

    The record that ended stays so. The new one has the message as its proof and the old one as the question; it promises no
    more and lasts no longer, and a look at the lot of the old one is a look at the same wording.
    """
    return structs.replace(
        consent,
        id=0,
        status="active",
        captured_at=at,
        proof_fields=consent.proof_fields | PROVED_BY_RETURN,
        reconfirmed_at=None,
        channel=CHANNEL,
        proof=f"consent {consent.id}",
        inbound=inbound,
        ended_at=None,
        ended_by=None,
        ended_inbound=None,
    )


def frequency_of(text: str) -> tuple[int, str] | None:
    """How many messages in which period a text promises at most."""
    found = next((match for pattern in _FREQUENCY if (match := pattern.search(text.lower()))), None)
    if found is None or int(found["most"]) < 1:
        return None
    return int(found["most"]), _ZH_PERIOD.get(found["period"], found["period"])


def term_days_of(text: str) -> int | None:
    """For how many days a text asks."""
    found = next((match for pattern in _TERM if (match := pattern.search(text.lower()))), None)
    if found is None:
        return None
    count = found["count"]
    number = int(count) if count.isdecimal() else _DIGITS.get(count, 1)
    return int(number * _UNIT_DAYS[found["unit"]])
