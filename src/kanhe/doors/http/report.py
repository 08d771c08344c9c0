"""The compliance report through the API: an account's own; a user of the platform names the account."""

from datetime import date

from msgspec import Struct

from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.offices.reporting import ComplianceReport, asked_of, report


class ReportQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which days, both inclusive, in the time of the operator's seat; without them the last thirty."""

    since: date | None = None
    until: date | None = None
    account: int | None = None  # for users of the platform


async def show_report(door: Door, call: Call) -> Reply:
    """Show the compliance report of a time: sent, refused by rule, opt-outs, complaints, papers that end."""
    made = await _made(door, call)
    return made if isinstance(made, Reply) else reply(200, made)


async def report_csv(door: Door, call: Call) -> Reply:
    """Give the compliance report as CSV."""
    return await _file(door, call, "csv")


async def report_pdf(door: Door, call: Call) -> Reply:
    """Give the compliance report as PDF."""
    return await _file(door, call, "pdf")


async def _file(door: Door, call: Call, form: str) -> Reply:
    made = await _made(door, call)
    if isinstance(made, Reply):
        return made
    media, make = door.forms[form]
    return Reply(200, make(made, call.language), media.encode())


async def _made(door: Door, call: Call) -> ComplianceReport | Reply:
    """The report that the query asks for: an account's own, or of the account that a user names."""
    query: ReportQuery = call.query
    account = call.account if call.account is not None else query.account
    if query.account not in (None, account):
        return problem("report.not-to-be-had", field="account", language=call.language)
    books, now = door.world.books, door.world.clock.now_ms()
    since, until = ("" if day is None else day.isoformat() for day in (query.since, query.until))
    asked = asked_of(books, now, account if account is not None else "", since, until)
    if asked is None:
        return problem("report.not-to-be-had", language=call.language)
    return await report(books, door.cabinet, asked, now)
