"""What `POST /v1/moderation/check` takes, and how a verdict of the content engine is shown there and in explanations."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.domain.verdict import Outcome
from kanhe.doors.http.shapes import ExplanationView, Sentence
from kanhe.gate.explain import Explained

# The longest text that is judged as a message.
TEXT_CHARS_MAX = 4_000
Word = Literal["note", "pass", "review", "block"]
Place = Annotated[int, Meta(ge=0, description="in Unicode characters of the text as it was sent")]


class ModerationBody(Struct, forbid_unknown_fields=True):
    """A text, and as whose message it would go."""

    text: Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS_MAX)]
    sender: str | None = None  # its signature, filed links and numbers count
    category: Category = Category.TRANSACTIONAL
    template: str | None = None  # the approved template that the text fills; else it is looked for


class SpanView(Struct, frozen=True):
    """Characters of the text as it was sent, from `start` up to, not including, `end`."""

    start: Place
    end: Place
    quote: str


class LabelView(Struct, frozen=True):
    """One thing found, with its proof."""

    category: str
    names: Sentence
    suggestion: Word
    score: float
    source: Literal["rule", "model", "registry", "normaliser"]
    rule: str
    version: str
    spans: Sequence[SpanView]
    people: int  # different persons that a release takes


class VersionsView(Struct, frozen=True):
    """What judged: the same versions and the same question give the same answer."""

    policy: str
    model: str
    normaliser: str


class LinkView(Struct, frozen=True):
    """An address in the text, and what is odd about it."""

    host: str
    flags: Sequence[str]
    span: SpanView


class ModerationView(Struct, frozen=True):
    """What the content engine says of a text."""

    suggestion: Word
    score: float
    labels: Sequence[LabelView]
    obfuscation: Mapping[str, int]  # each disguise that was undone, and how often
    versions: VersionsView
    decisive: SpanView | None  # cut out, the suggestion is no longer to block
    links: Sequence[LinkView]
    phones: Sequence[str]
    signature: str | None
    promotional: bool


class TodayView(Struct, frozen=True, omit_defaults=True):
    """What the rules, papers and records of this moment would say of a message."""

    outcome: Outcome
    category: str
    pack_digest: str
    differs: bool  # from the verdict it has
    not_before: str | None = None
    text: str | None = None  # the final text when the gate would change it
    findings: Sequence[Explained] = ()  # those that would decide


class MessageExplanation(ExplanationView, frozen=True, omit_defaults=True):
    """Why a message went, waits or was refused, what stands in its text that told, and what would be said of it now."""

    moderation: ModerationView | None = None  # by today's rules; nothing once the text is erased
    today: TodayView | None = None  # the same message handed in now; nothing once the text is erased
