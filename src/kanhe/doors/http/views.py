"""Messages as the API shows them."""

from collections.abc import Sequence

from kanhe.dispatch.board import Live, Step, unpack_trail
from kanhe.dispatch.unanswered import Unanswered, unanswered
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.doors.http.findings import Words
from kanhe.doors.http.replies import problem_view
from kanhe.doors.http.shapes import (
    Accepted,
    BatchAnswer,
    CheckAnswer,
    MessageView,
    Problem,
    Shorter,
    StepView,
    UnansweredView,
)
from kanhe.kit.clock import iso
from kanhe.ports.door import Answer
from kanhe.ports.store import Row

ACCEPTED = 202


def accepted(answer: Answer, message: Message, verdict: Verdict, state: State, words: Words) -> Accepted:
    """What became of a message that is on file."""
    return Accepted(
        id=str(message.id),
        state=state.word,
        verdict=verdict.outcome.value,
        category=verdict.category.value,
        segments=answer.segments,
        price_micro=answer.price,
        ref=message.ref,
        not_before=None if verdict.not_before is None else iso(verdict.not_before),
        text=verdict.text,
        changes=verdict.changes,
        findings=words.deciding(verdict, message),
        test=not message.live,
    )


def answered(answer: Answer, words: Words, language: str) -> Accepted | Problem:
    """What a sender hears: on file and on its way, or a problem with every reason."""
    if answer.refusal is not None:
        return problem_view(answer.refusal.code, answer.refusal.detail, answer.refusal.field, None, (), language)
    assert answer.message is not None, "what was not refused is a message"
    assert answer.verdict is not None, "and has a verdict"
    assert answer.state is not None, "and a state"
    if answer.state is State.REFUSED:
        findings = words.deciding(answer.verdict, answer.message)
        return problem_view("gate.refused", None, None, answer.message.id, findings, language)
    return accepted(answer, answer.message, answer.verdict, answer.state, words)


def batch_answer(answer: Answer, words: Words, language: str) -> BatchAnswer:
    """The same as one of many."""
    said = answered(answer, words, language)
    if isinstance(said, Problem):
        return BatchAnswer(said.status, problem=said)
    return BatchAnswer(ACCEPTED, message=said)


def checked(answer: Answer, shorter: Shorter | None, words: Words, language: str) -> CheckAnswer:
    """What would become of it."""
    refusal, verdict, message = answer.refusal, answer.verdict, answer.message
    problem = problem_view(refusal.code, refusal.detail, refusal.field, None, (), language) if refusal else None
    would = "refused" if refusal or answer.state is None else answer.state.word
    told = words.everything(verdict, message) if verdict and message else None
    return CheckAnswer(would, answer.segments, answer.price, shorter, told, problem)


def message_view(row: Row, live: Live | None) -> MessageView:
    """A message as it stands: on the board while it is on its way, else as stored."""
    message, verdict = row.message, row.verdict
    stored = unpack_trail(row.trail) if row.trail else []
    state, trail = (live.state, live.trail) if live is not None else (row.state, stored)
    return MessageView(
        id=str(message.id),
        state=state.word,
        to=f"+{message.recipient}",
        text=message.text,
        sender=message.sender,
        category=verdict.category.value,
        verdict=verdict.outcome.value,
        segments=row.segments,
        price_micro=row.price,
        accepted_at=iso(message.accepted_at),
        expires_at=iso(message.expires_at),
        declared_category=message.category.value,
        ref=message.ref,
        at=None if message.at is None else iso(message.at),
        due=None if row.due is None else iso(row.due),
        template=message.template,
        final_text=verdict.text,
        route=verdict.route,
        error=row.error,
        test=not message.live,
        in_doubt=_in_doubt(unanswered(live)),
        trail=_trail(trail),
    )


def _in_doubt(known: Unanswered | None) -> UnansweredView | None:
    return known and UnansweredView(iso(known.since), known.segments, known.sent_again, iso(known.until))


def _trail(trail: Sequence[Step]) -> Sequence[StepView]:
    return [
        StepView(iso(at), what, *(None if word is None else str(word) for word in words)) for at, what, *words in trail
    ]
