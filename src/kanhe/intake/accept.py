"""What a verdict means for the message: its state, when it is looked at again, and how caps count it."""

from kanhe.domain.facts import Sent
from kanhe.domain.message import Message
from kanhe.domain.papers import Sender
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome, Verdict

STATE_OF: dict[Outcome, State] = {
    Outcome.ALLOW: State.ACCEPTED,
    Outcome.AMEND: State.ACCEPTED,
    Outcome.DEFER: State.DEFERRED,
    Outcome.HOLD: State.HELD,
    Outcome.REFUSE: State.REFUSED,
    Outcome.PARK: State.PARKED,
}
assert set(STATE_OF) == set(Outcome)

# What sets money and caps aside when it is judged: everything that may still leave by itself.
CONSUMES = frozenset({State.ACCEPTED, State.DEFERRED})
# A parked message is judged again by itself after this long: a broken stage is mended by people, in minutes.
PARKED_AGAIN_MS = 30_000


def placed(message: Message, verdict: Verdict, now: int) -> tuple[State, int | None]:
    """The state of a judged message and when it is to be looked at again."""
    state = STATE_OF[verdict.outcome]
    if state in CONSUMES:
        due = max(message.at or 0, verdict.not_before or 0)
        return (State.DEFERRED, due) if due > now else (State.ACCEPTED, None)
    return state, (now + PARKED_AGAIN_MS if state is State.PARKED else None)


def counted(message: Message, verdict: Verdict, sender: Sender | None, at: int) -> Sent:
    """How caps count a message from `at` on."""
    return Sent(
        at,
        verdict.category,
        message.account,
        sender.entity if sender else None,
        sender.signature if sender else None,
        message.template,
        message.subject,
        message.id,
    )
