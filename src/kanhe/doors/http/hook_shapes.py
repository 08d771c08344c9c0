"""Webhooks: the words of their endpoints."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

from kanhe.doors.http.shapes import Name

Event = Literal["message.settled", "inbound.received", "paper.expiring", "paper.decided"]
Events = Annotated[list[Event], Meta(min_length=1)]
Url = Annotated[str, Meta(min_length=1, max_length=2048)]
# A part of an address: letters, digits and a few marks.
HookName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class WebhookBody(Struct, forbid_unknown_fields=True):
    """A new webhook."""

    name: HookName
    url: Url
    events: Events = field(default_factory=lambda: ["message.settled", "inbound.received"])


class WebhookChange(Struct, forbid_unknown_fields=True):
    """What is to be different."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class WebhookView(Struct, frozen=True, omit_defaults=True):
    """A webhook; its secret is shown once, when it is made or changed."""

    name: Name
    url: str
    events: Sequence[str]
    enabled: bool
    secret: str | None = None


class Webhooks(Struct, frozen=True):
    """All webhooks of the account."""

    webhooks: Sequence[WebhookView]


class DeadLetter(Struct, frozen=True):
    """A delivery that was given up, with the body that was not taken."""

    id: str
    webhook: str
    given_up_at: str
    attempts: int
    body: Raw


class DeadLetters(Struct, frozen=True):
    """One page, newest first."""

    dead_letters: Sequence[DeadLetter]
    next: str | None


class Replayed(Struct, frozen=True):
    """A delivery that is under way again."""

    id: str
    webhook: str
