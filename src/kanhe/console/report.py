"""The compliance report as page, CSV and PDF: three forms of the same sections, in either language."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent

from kanhe.console import problems
from kanhe.console.consent_terms import CHANNELS
from kanhe.console.desk import Desk
from kanhe.console.paper_terms import KIND_WORDS
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, STATES
from kanhe.console.visit import Answer, Octets, Shown, Visit, trouble
from kanhe.console.words import BABEL, catalogue
from kanhe.domain.channel import Channel
from kanhe.domain.complaint import Source
from kanhe.domain.state import State
from kanhe.kit.pdf import pdf
from kanhe.offices.reporting import Asked, ComplianceReport, asked_of, report

# Cells that a spreadsheet would run.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

SOURCES: Mapping[Source, str] = {
    Source.RECIPIENT: _N("Recipients"),
    Source.CARRIER: _N("Carriers"),
    Source.REGULATOR: _N("Regulators"),
    Source.PLATFORM: _N("The platform itself"),
}
assert set(SOURCES) == set(Source)

Say = Callable[[str], str]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: a title, and labels with their values."""

    title: str
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Report:
    """The page."""

    accounts: Sequence[Pair]
    account: str
    since: str
    until: str
    sections: Sequence[Section]
    query: str


async def show_report(desk: Desk, visit: Visit) -> Answer:
    """The report as a page."""
    asked = _asked(desk, visit)
    if asked is None:
        return trouble(problems.NO_REPORT)
    page = Report(
        Sight(desk.world, visit.known).accounts(),
        str(asked.account),
        asked.since.isoformat(),
        asked.until.isoformat(),
        sections_of(await _made(desk, asked), visit.language),
        f"account={asked.account}&since={asked.since}&until={asked.until}",
    )
    return Shown("report.html", page)


async def report_csv(desk: Desk, visit: Visit) -> Answer:
    """The report as CSV, for a spreadsheet."""
    return await _file(desk, visit, "csv")


async def report_pdf(desk: Desk, visit: Visit) -> Answer:
    """The report as PDF, for a file."""
    return await _file(desk, visit, "pdf")


def as_csv(made: ComplianceReport, language: str) -> bytes:
    """The report for a spreadsheet."""
    written = io.StringIO()
    rows = csv.writer(written)
    for section in sections_of(made, language):
        rows.writerows([_harmless(cell) for cell in (section.title, *pair)] for pair in section.pairs)
    return written.getvalue().encode("utf-8-sig")


def as_pdf(made: ComplianceReport, language: str) -> bytes:
    """The report for a file."""
    lines: list[tuple[str, ...]] = [(catalogue(language).gettext("Compliance report"),), ()]
    for section in sections_of(made, language):
        lines += [(section.title,), *section.pairs, ()]
    return pdf(lines)


Form = Callable[[ComplianceReport, str], bytes]
# The forms that are files: media type, and who makes them.
FORMS: Mapping[str, tuple[str, Form]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "pdf": ("application/pdf", as_pdf),
}


def sections_of(made: ComplianceReport, language: str) -> Sequence[Section]:
    """The report in words."""
    gettext = catalogue(language).gettext
    none = [(gettext("None."), "")]
    return [
        Section(gettext("Compliance report"), [(gettext("Account"), made.name), (gettext("Time"), f"{made.since} – {made.until} ({made.zone})")]),
        Section(gettext("Messages"), list(_messages(made, gettext, language))),
        Section(gettext("Refused, by rule"), list(_refused(made, language)) or none),
        Section(gettext("Refusals by people, and complaints"), list(_people(made, gettext, language))),
        Section(gettext("Papers that end within 60 days, or are over"), list(_papers(made, gettext)) or none),
    ]  # fmt: skip


def _messages(made: ComplianceReport, gettext: Say, language: str) -> Iterator[Pair]:
    yield gettext("All messages"), _count(made.messages, language)
    yield gettext("Handed to carriers"), _count(made.sent, language)
    yield gettext("Segments of these"), _count(made.segments, language)
    for word, count in made.states.items():
        yield gettext(STATES[State[word.upper()]].word), _count(count, language)


def _refused(made: ComplianceReport, language: str) -> Iterator[Pair]:
    for each in made.refused_by:
        yield f"{each.rule or each.code}: {each.words[language]}", _count(each.messages, language)


def _people(made: ComplianceReport, gettext: Say, language: str) -> Iterator[Pair]:
    yield gettext("People who refused"), _count(made.opt_outs, language)
    for channel, count in made.opt_outs_by.items():
        yield f"{gettext('People who refused')} – {gettext(CHANNELS[Channel(channel)])}", _count(count, language)
    yield gettext("Refusals per delivered message"), _share(made.opt_out_rate, language)
    yield gettext("Complaints"), _count(made.complaints, language)
    yield gettext("Complaints per delivered message"), _share(made.complaint_rate, language)
    for source, count in made.complaints_by.items():
        yield f"{gettext('Complaints')} – {gettext(SOURCES[Source(source)])}", _count(count, language)


def _papers(made: ComplianceReport, gettext: Say) -> Iterator[Pair]:
    for each in made.papers:
        yield f"{gettext(KIND_WORDS[each.kind])} {each.key}", each.valid_to or ""


def _asked(desk: Desk, visit: Visit) -> Asked | None:
    """What the query asks for, of accounts that this user sees: the first of them unless it names one."""
    accounts = [i for i, _ in Sight(desk.world, visit.known).accounts()]
    account = visit.query.get("account") or next(iter(accounts), "")
    since, until = visit.query.get("since", ""), visit.query.get("until", "")
    asked = asked_of(desk.world.books, desk.world.clock.now_ms(), account, since, until)
    return asked if asked is not None and str(asked.account) in accounts else None


async def _made(desk: Desk, asked: Asked) -> ComplianceReport:
    return await report(desk.world.books, desk.cabinet, asked, desk.world.clock.now_ms())


async def _file(desk: Desk, visit: Visit, form: str) -> Answer:
    asked = _asked(desk, visit)
    if asked is None:
        return trouble(problems.NO_REPORT)
    media, make = FORMS[form]
    name = f"kanhe-{asked.account}-{asked.since}-{asked.until}.{form}"
    octets = make(await _made(desk, asked), visit.language)
    return Octets(octets, media, (("content-disposition", f'attachment; filename="{name}"'),))


def _count(number: int, language: str) -> str:
    return str(format_decimal(number, locale=BABEL[language]))


def _share(rate: float | None, language: str) -> str:
    return str(format_percent(rate, "0.00%", locale=BABEL[language])) if rate is not None else "–"


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
