"""Whom a request is about: the number that is written in it, and the account's sender; or why there is none."""

from kanhe.domain.papers import Sender
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem
from kanhe.law.numbers import NumberRefused, parse_number


def number_of(written: str, call: Call) -> int | Reply:
    """The number that is written."""
    found = parse_number(written)
    if isinstance(found, NumberRefused):
        return problem(found.code, found.understood, field="to", language=call.language)
    return found


def sender_of(door: Door, call: Call, name: str | None) -> Sender | Reply:
    """The account's sender of a name."""
    found = door.world.books.senders.get((call.scope.account, name or ""))
    return found if found is not None else problem("sender.unknown", field="sender", language=call.language)


def number_and_sender(door: Door, call: Call, written: str, name: str) -> tuple[int, Sender] | Reply:
    """Both, of a request that names both."""
    number = number_of(written, call)
    if isinstance(number, Reply):
        return number
    sender = sender_of(door, call, name)
    return sender if isinstance(sender, Reply) else (number, sender)
