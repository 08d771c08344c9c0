"""How the console says what people agreed to and refused."""

from collections.abc import Mapping

from kanhe.console.terms import _N, Term
from kanhe.domain.channel import Channel
from kanhe.law.words import vocabulary
from kanhe.records.reaches import Scope

# Where a consent stands.
GIVEN = Term(_N("Given"), "good", "tick")
PENDING = Term(_N("Given; its proof waits for a look"), "wait", "clock")
DISPROVED = Term(_N("Given; its proof was refused"), "stop", "cross")
ENDED = Term(_N("Past its term"), "stop", "dash")
WITHDRAWN = Term(_N("Withdrawn"), "stop", "cross")
VOID = Term(_N("Void: the number changed hands"), "stop", "dash")

STANDS = Term(_N("Stands"), "stop", "cross")
LIFTED = Term(_N("Taken back"), "plain", "dash")
LISTED = Term(_N("Listed"), "stop", "cross")
NOT_LISTED = Term(_N("Not listed"), "good", "tick")
NOT_ASKED = Term(_N("No answer on file"), "plain", "dash")
VALID = Term(_N("Answers hold"), "good", "tick")
NOTHING = Term(_N("No list on file"), "plain", "dash")
TOO_OLD = Term(_N("Too old"), "wait", "triangle")

SCOPES: Mapping[Scope, str] = {
    Scope.SENDER: _N("One sender"),
    Scope.ENTITY: _N("The entity behind a sender: the person refused"),
    Scope.ACCOUNT: _N("Everything the account sends"),
    Scope.PLATFORM: _N("Everybody on this platform"),
    Scope.ALL_SENDERS: _N("All senders: the person refused everybody"),
}
assert set(SCOPES) == set(Scope)

# By what way somebody told us.
CHANNELS: Mapping[Channel, str] = {
    Channel.REPLY: _N("Reply by message"),
    Channel.PAGE: _N("The recipient's page"),
    Channel.API: _N("API"),
    Channel.OPERATOR: _N("Operator"),
    Channel.COMPLAINT: _N("Complaint"),
    Channel.LETTER: _N("Letter"),
    Channel.TELEPHONE: _N("Telephone"),
    Channel.PERSON: _N("In person"),
    Channel.EMAIL: _N("Email"),
    Channel.AUTHORITY: _N("Authority or court"),
    Channel.OTHER: _N("By another way"),
}
assert set(CHANNELS) == set(Channel)
# Those that a person may choose; the rest are the platform's own.
CHOSEN = (
    Channel.LETTER, Channel.TELEPHONE, Channel.PERSON, Channel.EMAIL, Channel.COMPLAINT, Channel.AUTHORITY, Channel.OPERATOR,
)  # fmt: skip


def way_of(source: str | None) -> str:
    """By what way, as a record says it; a record may name others."""
    return CHANNELS[Channel(source)] if source in set(Channel) else source or ""


METHODS: Mapping[str, str] = {
    "written": _N("In writing"),
    "express": _N("Expressly"),
    "inferred": _N("Inferred"),
    "oral": _N("Orally"),
}
assert set(METHODS) == set(vocabulary().allowed("consent_method"))
# What the wording said, which the law may want it to say.
STATES: Mapping[str, str] = {
    "type": _N("What kind of messages"),
    "frequency": _N("How often"),
    "term": _N("For how long"),
    "purpose": _N("What for"),
    "sender_name": _N("Who sends"),
    "contact": _N("How to reach the sender"),
    "may_withdraw": _N("That it can be withdrawn"),
    "data_kinds": _N("Which data are used"),
    "goods_classes": _N("Which goods"),
    "automated_texts": _N("That the messages are automated"),
    "number": _N("To which number"),
    "not_condition_of_purchase": _N("That no purchase depends on it"),
}
assert set(STATES) == set(vocabulary().allowed("states"))
# What the proof shows.
PROOF_FIELDS: Mapping[str, str] = {
    "captured_at": _N("When it was given"),
    "text_shown": _N("The wording shown"),
    "signature": _N("A signature"),
    "method": _N("How it was given"),
    "source": _N("Where it came from"),
    "purpose": _N("What for"),
    "recipient": _N("Who agreed"),
    "content_provider": _N("Who makes the content"),
    "type": _N("What kind of messages"),
    "frequency": _N("How often"),
    "term": _N("For how long"),
    "channel": _N("By what way"),
    "question_text": _N("The question that was sent"),
    "reply_text": _N("The reply that came"),
    "double_opt_in_reply": _N("The reply that confirmed it"),
    "relationship_end": _N("When the relation ended"),
    "notice": _N("The notice that was given"),
    "reply_channel": _N("How to answer"),
    "consent_template": _N("The approved consent template"),
    "number": _N("To which number"),
    "form4": _N("Form 4 (South Africa)"),
}
assert set(PROOF_FIELDS) == set(vocabulary().allowed("proof_fields"))
