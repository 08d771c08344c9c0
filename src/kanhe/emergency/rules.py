"""Who may ask for an announcement, who may confirm it: always two different people."""

from enum import StrEnum

from msgspec import structs

from kanhe.domain.announcement import MOVES, Act, Announcement, Word
from kanhe.domain.papers import Authority
from kanhe.records.books import APPROVED, Books

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
    serves = (
        paper is not None
        and paper.status == APPROVED
        and found.category.value in paper.categories
        and (paper.valid_from is None or paper.valid_from <= today)
        and (paper.valid_to is None or today <= paper.valid_to)
    )
    return paper if serves else None
