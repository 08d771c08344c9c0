"""What must hold of a paper when it is filed and again when it is approved. Each check says nothing, or what is wrong where."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from kanhe.law.words import vocabulary
from kanhe.moderation.templates import KINDS as VARIABLE_KINDS
from kanhe.protocols.addresses import NAME_OR_NUMBER, fits_nowhere
from kanhe.records.books import APPROVED, PORTS, Books
from kanhe.records.contents import (
    AgreementContent,
    AuthorityContent,
    Content,
    LicenceContent,
    QualificationContent,
    SenderContent,
    TemplateContent,
)

# What nobody looks at again within a year should not go on by itself.
STANDING_DAYS_MAX = 366
_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]{0,30})\}")
_DIGITS = re.compile(r"[0-9]{3,21}")
# GB 32100-2015: 17 places with these weights, 31 signs (no I, O, S, V, Z), and one that makes the sum divisible by 31.
_USCI_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCI_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


class Wrong(NamedTuple):
    """Why something cannot be done with a paper: a reason code of the API."""

    code: str
    detail: str
    field: str | None = None


class Filer(NamedTuple):
    """Whose paper is checked, against which books, on which day."""

    account: int
    books: Books
    today: str


Check = Callable[[Content, Filer], Wrong | None]

# The words of the vocabulary that a field may take.
WORDS: dict[type[Content], tuple[tuple[str, str], ...]] = {
    LicenceContent: (("key", "licence_keys"),),
    QualificationContent: (("kind", "entity_kind"),),
    AgreementContent: (("key", "agreement_keys"),),
}


def words_are_known(content: Content, _: Filer) -> Wrong | None:
    """A key that no rule names would never count."""
    for field, name in WORDS.get(type(content), ()):
        if (word := getattr(content, field)) not in (allowed := vocabulary().allowed(name)):
            return Wrong("body.invalid", f"`{word}` is none of {', '.join(allowed)}", field)
    return None


def standing_order_is_bounded(content: Content, filer: Filer) -> Wrong | None:
    """What an account may send on the word of an authority without an announcement: from which senders, where, for how long."""
    assert isinstance(content, AuthorityContent), "papers of this kind"
    if not content.senders:
        return (
            Wrong("body.invalid", "an area belongs to a standing order: name its senders", "senders")
            if content.area
            else None
        )
    if not content.area:
        return Wrong("body.invalid", "a standing order names the countries or regions that it is for", "area")
    unknown = [name for name in content.senders if (filer.account, name) not in filer.books.senders]
    if unknown:
        return Wrong("sender.unknown", f"the account has no sender `{unknown[0]}`", "senders")
    last = date.fromisoformat(filer.today) + timedelta(days=STANDING_DAYS_MAX)
    if content.valid_to > last.isoformat():
        return Wrong(
            "body.invalid", f"a standing order lasts {STANDING_DAYS_MAX} days at most: until {last}", "valid_to"
        )
    return None


def day_exists(day: str, field: str) -> Wrong | None:
    """A day of the calendar, as ISO 8601 writes it."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return Wrong("body.invalid", f"there is no day `{day}`", field)
    return None


def dates_are_in_order(content: Content, filer: Filer) -> Wrong | None:
    """Dates exist; a term begins today at the latest and is not over."""
    days = {field: day for field in ("valid_from", "valid_to") if (day := getattr(content, field, None))}
    for field, day in days.items():
        if (wrong := day_exists(day, field)) is not None:
            return wrong
    if days.get("valid_to", filer.today) < filer.today:
        return Wrong("paper.over", f"it ended on {days['valid_to']}", "valid_to")
    if days.get("valid_from", filer.today) > filer.today:
        return Wrong("paper.not-begun", f"it begins on {days['valid_from']}", "valid_from")
    return None


def number_is_of_its_register(content: Content, _: Filer) -> Wrong | None:
    """A unified social credit code of China carries a check sign (GB 32100-2015)."""
    if not isinstance(content, QualificationContent) or content.seat != "CN" or content.kind == "person":
        return None
    signs = [_USCI_SIGNS.find(sign) for sign in content.number]
    if len(signs) != 18 or min(signs) < 0:
        return Wrong(
            "body.invalid", "a unified social credit code has 18 digits and capitals without I, O, S, V, Z", "number"
        )
    total = sum(sign * weight for sign, weight in zip(signs, (*_USCI_WEIGHTS, 1), strict=True))
    return (
        Wrong("body.invalid", "the check sign of the unified social credit code does not fit", "number")
        if total % 31
        else None
    )


def agreement_is_published(content: Content, filer: Filer) -> Wrong | None:
    """Only what the operator has published can be accepted."""
    assert isinstance(content, AgreementContent), "a check of agreements"
    published = [version for version, _ in filer.books.operator.agreements.get(content.key, ())]
    if content.version not in published:
        return Wrong("agreement.unpublished", f"published are {', '.join(published) or 'no versions'}", "version")
    return None


def port_is_digits(content: Content, _: Filer) -> Wrong | None:
    """A port is a number."""
    assert isinstance(content, SenderContent), "a check of senders"
    if content.id.type in PORTS and not _DIGITS.fullmatch(content.id.value):
        return Wrong("body.invalid", "a port is 3 to 21 digits", "id.value")
    return None


def id_fits_a_wire(content: Content, _: Filer) -> Wrong | None:
    """What no protocol has room for would be refused with every message."""
    assert isinstance(content, SenderContent), "a check of senders"
    if fits_nowhere(content.id.value):
        return Wrong("sender.unfit", f"a sender id is {NAME_OR_NUMBER.limit}", "id.value")
    return None


def port_is_free(content: Content, filer: Filer) -> Wrong | None:
    """A port belongs to exactly one account (Anti-Telecom and Online Fraud Law of China, art. 31)."""
    assert isinstance(content, SenderContent), "a check of senders"
    owner = filer.books.owner_of(content.id.value) if content.id.type in PORTS else None
    if owner not in (None, filer.account):
        return Wrong("port.bound", f"port `{content.id.value}` belongs to another account", "id.value")
    return None


def entity_is_qualified(content: Content, filer: Filer) -> Wrong | None:
    """Who speaks was verified first."""
    assert isinstance(content, SenderContent), "a check of senders"
    behind = filer.books.qualifications.get((filer.account, content.entity))
    if behind is None or behind.status != APPROVED or (behind.valid_to or filer.today) < filer.today:
        return Wrong("qualification.missing", f"`{content.entity}` has no approved qualification", "entity")
    return None


def variables_are_those_of_the_text(content: Content, _: Filer) -> Wrong | None:
    """Each variable of the text is described, and nothing else is."""
    assert isinstance(content, TemplateContent), "a check of templates"
    assert set(VARIABLE_KINDS) >= {variable.kind for variable in content.variables.values()}, "the shape lists them"
    named, described = set(_VARIABLE.findall(content.text)), set(content.variables)
    if odd := sorted(named ^ described):
        return Wrong(
            "body.invalid",
            f"`{odd[0]}` stands {'in the text' if odd[0] in named else 'in `variables`'} alone",
            "variables",
        )
    if re.search(r"[{}]", _VARIABLE.sub("", content.text)):
        return Wrong("body.invalid", "a brace that belongs to no variable: write `{name}`", "text")
    return None
