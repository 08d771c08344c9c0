"""Who looked at what: the record that no role can change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.limits import PAGE
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.users import Look

NEWEST = 1 << 62
# Where what was looked at has its page, by the last word of the view's name; everything else is a message.
PLACES: Mapping[str, str | None] = {
    "announcement": "/console/announcements",
    "consent": None,
    "document": "/console/papers",
    "paper": "/console/papers",
    "proof": "/console/reviews",
    "review": "/console/reviews",
    "rule": "/console/rules",
    "suppression": None,
    "user": "/console/users",
    "version": "/console/papers",
}
# What the record of looks calls the pages, by the names of their views.
LOOKS: Mapping[str, str] = {
    "overview": _N("Overview"),
    "list_messages": _N("List of messages"),
    "show_message": _N("Message"),
    "ask_packet": _N("Read a packet"),
    "read_packet": _N("Read a packet"),
    "open_message": _N("Opened number and codes"),
    "verify_message": _N("Verified the proof"),
    "download_evidence": _N("Downloaded the bundle"),
    "list_rules": _N("List of rules"),
    "show_rule": _N("Rule"),
    "show_start": _N("Task list"),
    "list_papers": _N("List of papers"),
    "list_duties": _N("List of duties"),
    "settle_duty": _N("Wrote down that a duty is done"),
    "show_paper": _N("Paper"),
    "decide_paper": _N("Suspended a paper, or put it in force again"),
    "register_paper": _N("Noted what a registry or carrier says"),
    "describe_paper": _N("Noted what is known of a sender id"),
    "download_document": _N("Opened a document of a paper"),
    "new_paper": _N("Form for a paper"),
    "file_paper": _N("Filed a paper"),
    "new_version": _N("Form for a paper"),
    "file_version": _N("Filed a version of a paper"),
    "attach_document": _N("Handed in a document of a paper"),
    "withdraw_paper": _N("Withdrew a paper"),
    "list_editions": _N("Versions of agreements"),
    "publish_agreement": _N("Published a version of an agreement"),
    "show_consents": _N("Looked a number up: consents and refusals"),
    "add_consent": _N("Put a consent on file by hand"),
    "open_consent": _N("Opened the proof of a consent"),
    "withdraw_consent": _N("Took a consent back by hand"),
    "stop_number": _N("Stopped messages to a number"),
    "lift_suppression": _N("Lifted a refusal or block"),
    "list_registers": _N("Registers"),
    "bring_register": _N("Took in a list of a register"),
    "show_report": _N("Compliance report"),
    "report_csv": _N("Compliance report as CSV"),
    "report_pdf": _N("Compliance report as PDF"),
    "list_reviews": _N("Review queue"),
    "show_review": _N("Item of the review queue"),
    "open_proof": _N("Opened the proof of a consent"),
    "claim_review": _N("Took an item of the queue in hand"),
    "give_back_review": _N("Gave an item of the queue back"),
    "decide_review": _N("Decided an item of the queue"),
    "list_announcements": _N("List of announcements"),
    "show_announcement": _N("Announcement"),
    "new_announcement": _N("Form for an announcement"),
    "ask_announcement": _N("Asked for an announcement"),
    "decide_announcement": _N("Decided an announcement"),
    "list_users": _N("Users"),
    "invite_user": _N("Invited a user"),
    "show_user": _N("User"),
    "change_user": _N("Changed the role of a user"),
    "link_user": _N("Made a login link"),
    "key_user": _N("Made a key of the API for a user"),
    "close_user": _N("Closed a user"),
    "list_looks": _N("Looks"),
    "patterns": _N("Components"),
    "logout": _N("Log out"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One look."""

    at: int
    user: str
    what: str
    about: str
    path: str | None  # of what it was about, where that has a page


@dataclass(frozen=True, slots=True)
class List:
    """A page of looks."""

    lines: Sequence[Line]
    older: str | None


async def list_looks(desk: Desk, visit: Visit) -> Answer:
    """A page of looks, newest first."""
    before = visit.query.get("before", "")
    looks = desk.people.looks(int(before) if before.isdecimal() and len(before) < 19 else NEWEST, PAGE)
    names = {user.id: user.name for user in desk.people.users()}
    lines = [
        Line(
            look.at,
            names.get(look.user, str(look.user)),
            LOOKS.get(look.what, look.what),
            look.about,
            _place(look),
        )
        for look in looks
    ]
    return Shown("looks.html", List(lines, f"/console/looks?before={looks[-1].seq}" if len(looks) == PAGE else None))


def _place(look: Look) -> str | None:
    place = PLACES.get(look.what.rpartition("_")[2], "/console/messages")
    return f"{place}/{look.about}" if look.about and place else None
