"""A message, from the moment it has an id."""

import msgspec

from kanhe.domain.category import Category


class Message(msgspec.Struct, frozen=True, gc=False):
    """One text to one recipient on behalf of one account. Immutable; what becomes of it is its state."""

    id: int
    account: int
    recipient: int  # E.164 digits as a number, no plus
    text: str
    sender: str  # name of the sender within the account
    category: Category  # as declared by the caller
    accepted_at: int  # ms
    expires_at: int  # ms: after this it has no use
    at: int | None = None  # ms: not before, asked by the caller
    template: str | None = None
    ref: str | None = None  # the caller's own reference
    program: str | None = None
    subject: str | None = None
    requested_at: int | None = None  # ms: when the recipient asked for this very message
    live: bool = True  # False: submitted with a test key, never reaches a real carrier
    receipt_wanted: bool = True
    door: str = "http"

    @property
    def validity_s(self) -> int:
        """Seconds from acceptance to expiry."""
        return (self.expires_at - self.accepted_at) // 1000
