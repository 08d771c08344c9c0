"""What a confirmed announcement proves for its own messages, and for nobody else's: conditions of exemptions in the packs."""

from kanhe.domain.announcement import DOOR, IN_FORCE, Announcement
from kanhe.domain.message import Message
from kanhe.domain.papers import NOTHING
from kanhe.emergency.rules import authority_of
from kanhe.records.books import Books
from kanhe.records.papers import today_of

AUTHORITY, SECOND_PERSON, DANGER = "issuer_is_authority", "second_person_approved", "health_or_safety_danger"


class Announced:
    """Confirmed announcements whose messages may still be judged. In memory: the store knows them all."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._known: dict[str, Announcement] = {}

    def put(self, announcement: Announcement) -> None:
        """Its messages may go, or may not any more."""
        if announcement.stage in IN_FORCE:
            self._known[str(announcement.id)] = announcement
        else:
            self._known.pop(str(announcement.id), None)

    def drop(self, identifier: int) -> None:
        """None of its messages is of use any more."""
        self._known.pop(str(identifier), None)

    def proofs(self, message: Message, now: int) -> frozenset[str]:
        """What is proved for a message; an authority that is no longer on file proves nothing."""
        found = self._known.get(message.ref or "") if message.door == DOOR else None
        return proofs_of(self._books, found, now) if found is not None else NOTHING

    def newest(self, message: Message) -> int:
        """The revision of the paper that a message rests on by its announcement."""
        found = self._known.get(message.ref or "") if message.door == DOOR else None
        paper = self._books.authorities.get((found.account, found.authority)) if found is not None else None
        return paper.revision if paper is not None else 0


def proofs_of(books: Books, announcement: Announcement, now: int) -> frozenset[str]:
    """What an announcement proves today, once two people stand behind it."""
    if authority_of(books, announcement, today_of(books, now)) is None:
        return NOTHING
    return frozenset({AUTHORITY, SECOND_PERSON, *([DANGER] if announcement.danger else [])})
