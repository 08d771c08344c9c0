"""Consents of every account, for those who run the platform: what a number agreed to, and taking it back by hand."""

from collections.abc import Sequence

from msgspec import Struct

from kanhe.domain.facts import Consent
from kanhe.doors.http.consent_shapes import Consents
from kanhe.doors.http.consents import consent_view
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import AccountId, Name, Reason, Written
from kanhe.doors.http.whom import number_of
from kanhe.offices.consenting import withdraw
from kanhe.records.on_file import consents_of


class OfAccount(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which number, to which account's senders."""

    to: Written
    account: AccountId


class ByHand(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which number, to which account's senders; by what channel the person took it back, and in what words."""

    to: Written
    account: AccountId
    channel: Name  # letter, telephone, shop ...
    why: Reason


async def list_any_consents(door: Door, call: Call) -> Reply:
    """List what a number agreed to, of an account's senders."""
    query: OfAccount = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    found = _on_file(door, call, query.account, number)
    return reply(200, Consents([consent_view(door, number, each) for each in found], None))


async def withdraw_any_consent(door: Door, call: Call) -> Reply:
    """Note that a person took a consent back: by what channel, and in what words. Nothing that is on its way leaves."""
    query: ByHand = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    found = next((each for each in _on_file(door, call, query.account, number) if each.id == call.id), None)
    if found is None:
        return problem("consent.unknown", language=call.language)
    if found.status != "active":
        return problem("consent.ended", language=call.language)
    ended = await withdraw(door.world, query.account, number, found, query.channel, query.why)
    return reply(200, consent_view(door, number, ended))


def _on_file(door: Door, call: Call, account: int, number: int) -> Sequence[Consent]:
    """What a number agreed to, if the user may see the account."""
    if call.user.account not in (None, account):
        return ()
    return consents_of(door.world.store, account, number)
