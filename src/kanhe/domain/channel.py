"""By what channel a person refused: what the record of a refusal names as its source, as reports count it."""

from enum import StrEnum


class Channel(StrEnum):
    """One."""

    REPLY = "reply"  # a message to the sender
    PAGE = "page"  # the recipient's page
    API = "api"  # the account told us
    OPERATOR = "operator"  # the operator told us: console, commands
    COMPLAINT = "complaint"
    LETTER = "letter"
    TELEPHONE = "telephone"
    PERSON = "person"  # at the counter
    EMAIL = "email"
    AUTHORITY = "authority"  # a court, a regulator
    OTHER = "other"  # whatever else a record names: a file, a partner


def channel_of(source: str | None) -> Channel:
    """The channel of a refusal by the source in its record."""
    return Channel(source) if source in _WORDS else Channel.OTHER


_WORDS = frozenset(Channel)
