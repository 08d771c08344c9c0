"""What the content engine says of a text: asked directly, and as part of a message's explanation."""

from msgspec import structs

from kanhe.domain.message import Message
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.moderation_shapes import (
    LabelView,
    LinkView,
    MessageExplanation,
    ModerationBody,
    ModerationView,
    SpanView,
    TodayView,
    VersionsView,
    Word,
)
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Sentence
from kanhe.judging import judged_today
from kanhe.kit.clock import iso
from kanhe.moderation.policy import taxonomy
from kanhe.moderation.verdict import Label, Span, Suggestion, Verdict
from kanhe.ports.store import Row

WORDS: dict[Suggestion, Word] = {
    Suggestion.NOTE: "note",
    Suggestion.PASS: "pass",
    Suggestion.REVIEW: "review",
    Suggestion.BLOCK: "block",
}
assert set(WORDS) == set(Suggestion)


async def check_text(door: Door, call: Call) -> Reply:
    """Ask what the content engine finds in a text, with the span, rule and version of each finding."""
    if (slow_down := door.keys.pace(call.scope.credential)) is not None:
        return slow_down
    body: ModerationBody = call.body
    now = door.world.clock.now_ms()
    asked = Message(
        0, call.scope.account, 0, body.text, body.sender or "", body.category, now, now, template=body.template
    )
    return reply(200, moderation_view(door.world.content.examine(asked), body.text))


async def explain_message(door: Door, call: Call) -> Reply:
    """Explain the verdict on a message: every finding with its sentences and citations, the places in the text that told, and what would be said of it today."""
    row = call.scope.message(call.id)
    if row is None:
        return problem("message.unknown", language=call.language)
    told, message = door.words.everything(row.verdict, row.message), row.message
    text = message.text if row.verdict.text is None else row.verdict.text
    seen = moderation_view(door.world.content.examine(message, row.verdict.text), text) if text else None
    return reply(200, MessageExplanation(**structs.asdict(told), moderation=seen, today=_today(door, row)))


def _today(door: Door, row: Row) -> TodayView | None:
    """What would be said of a message now."""
    said = judged_today(door.world, row.message)
    if said is None:
        return None
    return TodayView(
        outcome=said.outcome,
        category=said.category.value,
        pack_digest=said.shape.pack_digest.hex(),
        differs=said.outcome is not row.verdict.outcome,
        not_before=None if said.not_before is None else iso(said.not_before),
        text=said.text,
        findings=door.words.deciding(said, row.message),
    )


def moderation_view(verdict: Verdict, text: str) -> ModerationView:
    """A verdict, each span with what stands there."""
    return ModerationView(
        suggestion=WORDS[verdict.suggestion],
        score=verdict.score,
        labels=[_label(label, text) for label in verdict.labels],
        obfuscation=verdict.obfuscation,
        versions=VersionsView(verdict.versions.policy, verdict.versions.model, verdict.versions.normaliser),
        decisive=None if verdict.decisive is None else _span(verdict.decisive, text),
        links=[LinkView(link.host, link.flags, _span(link.span, text)) for link in verdict.reading.links],
        phones=verdict.reading.phones,
        signature=verdict.reading.signature,
        promotional=verdict.reading.promotional,
    )


def _label(label: Label, text: str) -> LabelView:
    category = taxonomy()[label.category]
    spans = [_span(span, text) for span in label.spans]
    return LabelView(
        category=label.category,
        names=Sentence(category.en, category.zh),
        suggestion=WORDS[label.suggestion],
        score=label.score,
        source=label.source.value,
        rule=label.rule,
        version=label.version,
        spans=spans,
        people=category.people,
    )


def _span(span: Span, text: str) -> SpanView:
    return SpanView(span.start, span.end, text[span.start : span.end])
