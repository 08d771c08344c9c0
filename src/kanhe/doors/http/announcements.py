"""Announcements of authorities: users of the platform ask and confirm; never the key of an account."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.announcement import Act, Announcement, Stage, Word
from kanhe.domain.category import Category
from kanhe.doors.http.book_shapes import PageQuery
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.messages import ID_MAX
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Name, Written
from kanhe.emergency.rules import NUMBERS_MAX
from kanhe.gate.explain import Explained
from kanhe.kit.clock import iso
from kanhe.offices.announcing import Announcements, Asked, Preview
from kanhe.records.checks import Wrong

# A hundred thousand numbers, each with its plus, quotes and comma, and a text.
OCTETS_MAX = 2 * 1024 * 1024
Reason = Annotated[str, Meta(max_length=2000)]


class AnnouncementBody(Struct, forbid_unknown_fields=True):
    """What the first of two people asks for."""

    account: int
    authority: Name  # key of the paper
    sender: Name
    category: Literal["emergency", "public_service"]
    text: str
    numbers: Annotated[list[Written], Meta(max_length=NUMBERS_MAX)]
    why: Reason
    danger: bool = False  # to health or safety
    validity_s: Annotated[int, Meta(ge=1)] | None = None


class AnnouncementDecision(Struct, forbid_unknown_fields=True):
    """The second person's word; anybody may stop what is on its way."""

    says: Literal["confirm", "refuse", "stop"]
    reason: Reason


class WordView(Struct, frozen=True):
    """What one person did."""

    at: str
    by: str
    act: str
    reason: str


class PreviewView(Struct, frozen=True):
    """What the gate would say of the numbers of one country."""

    country: str
    numbers: int
    verdict: str
    segments: int
    price_micro: int
    lifted: Sequence[str]  # rules
    findings: Sequence[Explained]  # that decide


class AnnouncementView(Struct, frozen=True):
    """One announcement. Its messages carry its id as their reference."""

    id: str
    account: str
    authority: str
    sender: str
    category: str
    danger: bool
    text: str
    numbers: int
    stage: str
    handed: int
    became: Mapping[str, int]
    words: Sequence[WordView]
    preview: Sequence[PreviewView]  # while it waits for its second person


class AnnouncementList(Struct, frozen=True):
    """One page, newest first."""

    announcements: Sequence[AnnouncementView]
    next: str | None


async def list_announcements(door: Door, call: Call) -> Reply:
    """List announcements, newest first."""
    query: PageQuery = call.query
    before = ID_MAX if query.before is None else query.before
    found = _announcements(door).store.page(call.account, before, query.limit)
    views = [_view(each) for each in found]
    return reply(200, AnnouncementList(views, views[-1].id if len(views) == query.limit else None))


async def ask_announcement(door: Door, call: Call) -> Reply:
    """Ask for an announcement of an authority on file. Nothing leaves before another person confirms it."""
    body: AnnouncementBody = call.body
    asked = Asked(
        body.account, body.authority, body.sender, Category(body.category), body.danger,
        body.text, body.numbers, body.why, body.validity_s,
    )  # fmt: skip
    made = await _announcements(door).ask(asked, call.user)
    return await _told(door, call, made, 201)


async def show_announcement(door: Door, call: Call) -> Reply:
    """Show an announcement; while it waits, with what the gate would say of it and which rules it lifts."""
    found = _announcements(door).store.announcement(call.id)
    if found is None or call.account not in (None, found.account):
        return problem("announcement.unknown", language=call.language)
    return await _told(door, call, found, 200)


async def decide_announcement(door: Door, call: Call) -> Reply:
    """Confirm what another person asked for, refuse it, or stop what is on its way."""
    body: AnnouncementDecision = call.body
    made = await _announcements(door).decide(call.id, call.user, Act(body.says), body.reason)
    return await _told(door, call, made, 200)


def _announcements(door: Door) -> Announcements:
    assert door.staff is not None, "the platform gives its door announcements"
    return door.staff.announcements


async def _told(door: Door, call: Call, made: Announcement | Wrong, status: int) -> Reply:
    if isinstance(made, Wrong):
        return problem(made.code, made.detail or None, field=made.field, language=call.language)
    shown = await _announcements(door).preview(made) if made.stage is Stage.ASKED else ()
    return reply(status, _view(made, shown))


def _view(found: Announcement, preview: Sequence[Preview] = ()) -> AnnouncementView:
    return AnnouncementView(
        id=str(found.id),
        account=str(found.account),
        authority=found.authority,
        sender=found.sender,
        category=found.category,
        danger=found.danger,
        text=found.text,
        numbers=found.count,
        stage=found.stage,
        handed=found.handed,
        became=found.became,
        words=[_word(word) for word in found.words],
        preview=[_preview(each) for each in preview],
    )


def _word(word: Word) -> WordView:
    return WordView(iso(word.at), word.name, word.act, word.reason)


def _preview(each: Preview) -> PreviewView:
    return PreviewView(
        each.country, each.numbers, each.outcome.value, each.segments, each.cost, each.lifted, each.decided
    )
