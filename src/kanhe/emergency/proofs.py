"""By whose power messages of authorities go: a confirmed announcement, or a standing order that two people approved.

Either proves conditions of exemptions in the packs, for its own messages and for nobody else's.
"""

from collections.abc import Mapping, Sequence

from kanhe.domain.announcement import DOOR, IN_FORCE, Announcement
from kanhe.domain.facts import Power, Recipient
from kanhe.domain.message import Message
from kanhe.domain.papers import Authority
from kanhe.emergency.rules import authority_of, order_of
from kanhe.gate.classify import OF_AUTHORITIES, declared_category
from kanhe.law.clock import FOREVER_MS, day_end
from kanhe.law.numbers import zones_of_country
from kanhe.records.books import Books
from kanhe.records.papers import today_of

AUTHORITY, SECOND_PERSON, DANGER = "issuer_is_authority", "second_person_approved", "health_or_safety_danger"
# What a standing order may be for that is danger to health or safety.
HEALTH = "health_or_safety"


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

    def powers(self, batch: Sequence[Message], places: Mapping[int, Recipient], now: int) -> dict[int, Power]:
        """By whose power messages of a batch go; an authority that is no longer on file gives none."""
        books, found = self._books, dict[int, Power]()
        if not (self._known or books.orders):
            return found
        for message in batch:
            if message.door == DOOR or (message.account, message.sender) in books.orders:
                power = self._power(message, places[message.recipient], now)
                if power is not None:
                    found[message.id] = power
        return found

    def newest(self, message: Message) -> int:
        """The revision of the paper that a message rests on by its announcement."""
        found = self._known.get(message.ref or "") if message.door == DOOR else None
        paper = self._books.authorities.get((found.account, found.authority)) if found is not None else None
        return paper.revision if paper is not None else 0

    def _power(self, message: Message, place: Recipient, now: int) -> Power | None:
        if message.door == DOOR:
            found = self._known.get(message.ref or "")
            return power_of(self._books, found, now) if found is not None else None
        return _standing(self._books, message, place, now)


def power_of(books: Books, announcement: Announcement, now: int) -> Power | None:
    """What an announcement proves today, once two people stand behind it."""
    paper = authority_of(books, announcement, today_of(books, now))
    return None if paper is None else _power(books, paper, danger=announcement.danger)


def _standing(books: Books, message: Message, place: Recipient, now: int) -> Power | None:
    template = books.templates.get((message.account, message.template or ""))
    category = declared_category(message.category, template.category if template is not None else None)
    if category not in OF_AUTHORITIES:
        return None
    orders = books.orders[message.account, message.sender]
    paper = order_of(orders, category, place, today_of(books, now))
    return None if paper is None else _power(books, paper, danger=HEALTH in paper.warns_of)


def _power(books: Books, paper: Authority, *, danger: bool) -> Power:
    zone = zones_of_country(books.operator.seat)[0]
    until = FOREVER_MS if paper.valid_to is None else day_end(paper.valid_to, zone)
    return Power(paper.revision, until, frozenset({AUTHORITY, SECOND_PERSON, *([DANGER] if danger else [])}))
