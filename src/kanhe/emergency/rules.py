"""Who may ask for an announcement, who may confirm it: always two different people."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import structs

from kanhe.domain.announcement import MOVES, Act, Announcement, Word
from kanhe.domain.category import Category
from kanhe.domain.facts import Recipient
from kanhe.domain.papers import Authority
from kanhe.records.books import APPROVED, Books
from kanhe.records.kinds import KINDS

# A city sends a warning to its people in portions; each portion is looked at by two people.
NUMBERS_MAX = 100_000
# A reason is a sentence or two for auditors.
REASON_CHARS_MAX = 500


class Denied(StrEnum):
    """Why it is not done."""

    UNKNOWN = "announcement.unknown"
    DECIDED = "announcement.decided"
    SAME_PERSON = "announcement.second-person-needed"
    NO_REASON = "announcement.reason-missing"
    NO_AUTHORITY = "authority.missing"


def act(found: Announcement, word: Word) -> Announcement | Denied:
    """Put a person's word on an announcement."""
    if word.act not in MOVES[found.stage]:
        return Denied.DECIDED
    if not 0 < len(word.reason.strip()) <= REASON_CHARS_MAX:
        return Denied.NO_REASON
    asked = found.word(Act.ASK)
    if word.act is Act.CONFIRM and asked is not None and asked.user == word.user:
        return Denied.SAME_PERSON
    return structs.replace(found, stage=MOVES[found.stage][word.act], words=(*found.words, word))


def authority_of(books: Books, found: Announcement, today: str) -> Authority | None:
    """The authority on file by whose power it may go today; None: there is none, not for this category, or not any more."""
    paper = books.authorities.get((found.account, found.authority))
    return paper if paper is not None and serves(paper, found.category, today) else None


def order_of(orders: Iterable[Authority], category: Category, place: Recipient, today: str) -> Authority | None:
    """The standing order under which an account may send to a place without an announcement; None: there is none."""
    return next((paper for paper in orders if serves(paper, category, today) and _stands(paper, place)), None)


def serves(paper: Authority, category: Category, today: str) -> bool:
    """Whether an authority on file speaks in a category on a day."""
    return (
        paper.status == APPROVED
        and category.value in paper.categories
        and (paper.valid_from is None or paper.valid_from <= today)
        and (paper.valid_to is None or today <= paper.valid_to)
    )


def _stands(paper: Authority, place: Recipient) -> bool:
    """Whether as many people as the kind takes approved it, and the place lies in its area, wherever that may be."""
    inside = place.country in paper.area or (bool(place.regions) and paper.area.issuperset(place.regions))
    return inside and len(set(paper.people)) >= KINDS["authority"].people
