"""Drafts become messages: number, text, sender, validity. Whatever could make a commit fail is caught here."""

from collections.abc import Mapping
from typing import Protocol

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.papers import Template, Variable
from kanhe.moderation.templates import KINDS as VARIABLE_KINDS
from kanhe.ports.door import Draft, Refusal, Submission

# A code is worthless after ten minutes, a service text after a day. An offer waits for the next lawful hour, which a holiday
# beside a weekend puts three days off; the carrier is told to give up when the window closes (`Live.usable_until`).
VALIDITY_S: dict[Category, int] = {
    Category.VERIFICATION: 600,
    Category.TRANSACTIONAL: 86_400,
    Category.MARKETING: 259_200,
    Category.PUBLIC_SERVICE: 86_400,
    Category.EMERGENCY: 3_600,
    Category.CONSENT_REQUEST: 259_200,
    Category.TWO_WAY: 86_400,
    Category.P2P: 600,
}
assert set(VALIDITY_S) == set(Category)
# Carriers give up after two to seven days; a longer promise would be ours alone.
VALIDITY_S_MAX = 7 * 86_400
# Beyond a month a schedule is a campaign's business: papers, consents and law may all have changed.
SCHEDULE_AHEAD_S_MAX = 31 * 86_400
# 10 segments of 153 GSM 7 characters; a longer text is refused by the segment count, this only bounds the work before it.
TEXT_CHARS_MAX = 4_000


class NumberPlan(Protocol):
    """What normalise asks of the number plan."""

    def read(self, written: str | int) -> int | Refusal:
        """E.164 digits of a number (digits, or a text with its country), or why it is none."""
        ...


class Normaliser:
    """Turns the drafts of a batch into messages."""

    def __init__(self, numbers: NumberPlan, templates: Mapping[tuple[int, str], Template]) -> None:
        self._numbers = numbers
        self._templates = templates

    def number(self, written: str | int) -> int | Refusal:
        """E.164 digits of a number, or why it is none."""
        return self._numbers.read(written)

    def message(self, submission: Submission, draft: Draft, identifier: int, now: int) -> Message | Refusal:
        """The message of one draft, or what is wrong with it."""
        number = self._numbers.read(draft.to)
        if isinstance(number, Refusal):
            return number
        text = draft.text
        if draft.template is not None:
            filled = self._fill(submission.account, draft)
            if isinstance(filled, Refusal):
                return filled
            text = filled
        if (wrong := _text_fault(text)) is not None:
            return wrong
        expires = self._expires(draft, now)
        if isinstance(expires, Refusal):
            return expires
        return Message(
            id=identifier,
            account=submission.account,
            recipient=number,
            text=text,
            sender=draft.sender,
            category=draft.category,
            accepted_at=now,
            expires_at=expires,
            at=draft.at,
            template=draft.template,
            ref=draft.ref,
            program=draft.program,
            subject=draft.subject,
            requested_at=draft.requested_at,
            live=submission.live,
            receipt_wanted=draft.receipt_wanted,
            door=submission.door,
        )

    def _fill(self, account: int, draft: Draft) -> str | Refusal:
        """The template's text with the draft's params: `{name}` for each variable."""
        template = self._templates.get((account, draft.template or ""))
        if template is None:
            return Refusal("template.unknown", f"there is no template `{draft.template}` in this account", "template")
        text = template.text
        for name, value in (draft.params or {}).items():
            if "{" + name + "}" not in text:
                return Refusal(
                    "template.unknown-variable", f"template `{draft.template}` has no variable `{name}`", "params"
                )
            if not _fits(template.variables.get(name), value):
                return Refusal("template.variable-invalid", f"the value of `{name}` does not fit its kind", "params")
            text = text.replace("{" + name + "}", value)
        if "{" in text and (left := [part.split("}")[0] for part in text.split("{")[1:] if "}" in part]):
            return Refusal(
                "template.variable-missing", f"no value for {', '.join(f'`{name}`' for name in left)}", "params"
            )
        return text

    def _expires(self, draft: Draft, now: int) -> int | Refusal:
        """The instant after which the message has no use."""
        start = now
        if draft.at is not None:
            if draft.at > now + SCHEDULE_AHEAD_S_MAX * 1000:
                return Refusal(
                    "schedule.too-far", f"`at` may lie at most {SCHEDULE_AHEAD_S_MAX // 86_400} days ahead", "at"
                )
            start = max(draft.at, now)
        seconds = VALIDITY_S[draft.category] if draft.validity_s is None else draft.validity_s
        if not 0 < seconds <= VALIDITY_S_MAX:
            return Refusal(
                "validity.out-of-range", f"`validity_s` is between 1 and {VALIDITY_S_MAX}, not {seconds}", "validity_s"
            )
        return start + seconds * 1000


def _fits(variable: Variable | None, value: str) -> bool:
    """Whether a value is of the kind that was approved, and no longer; a variable without a description takes any text."""
    if variable is None:
        return True
    long_enough = variable.max_chars is None or len(value) <= variable.max_chars
    return long_enough and VARIABLE_KINDS[variable.kind][0].fullmatch(value) is not None


def _text_fault(text: str) -> Refusal | None:
    """Why a text cannot be sent: empty, unbounded, or no text at all (unpaired surrogates cannot be encoded)."""
    if not text:
        return Refusal("text.empty", "an empty text is not sent", "text")
    if len(text) > TEXT_CHARS_MAX:
        return Refusal("text.too-long", f"the text has {len(text)} characters; {TEXT_CHARS_MAX} are possible", "text")
    if not text.isascii():
        try:
            text.encode("utf-16-be")
        except UnicodeEncodeError as error:
            return Refusal("text.unpaired-surrogate", f"character {error.start} is half of a surrogate pair", "text")
    return None
