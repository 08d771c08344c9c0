"""The compliance report of one account over a time: what was sent, what was refused by which rule, who refused and complained.

The page, the CSV and the PDF are three forms of the same sections.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.numbers import format_decimal, format_percent

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.papers import KIND_WORDS
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, STATES
from kanhe.console.visit import Answer, Octets, Shown, Visit, trouble
from kanhe.console.words import BABEL, catalogue
from kanhe.domain.complaint import Source
from kanhe.domain.state import State
from kanhe.domain.verdict import Effect
from kanhe.kit.clock import to_ms
from kanhe.kit.pdf import pdf
from kanhe.law.reasons import reasons
from kanhe.ports.reports import Tally
from kanhe.records.papers import today_of
from kanhe.upkeep.ends import ending, over

# Counting reads every message of the time: a quarter is what regulators ask for, and minutes of a thread at full load.
DAYS_MAX = 92
DAYS = 30
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
class Asked:
    """Of whom, from which day to which (both inclusive)."""

    account: int
    since: date
    until: date


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
    query = f"account={asked.account}&since={asked.since}&until={asked.until}"
    page = Report(
        Sight(desk.world, visit.known).accounts(),
        str(asked.account),
        asked.since.isoformat(),
        asked.until.isoformat(),
        await _sections(desk, visit, asked),
        query,
    )
    return Shown("report.html", page)


async def report_csv(desk: Desk, visit: Visit) -> Answer:
    """The report as CSV, for a spreadsheet."""
    asked = _asked(desk, visit)
    if asked is None:
        return trouble(problems.NO_REPORT)
    written = io.StringIO()
    rows = csv.writer(written)
    for section in await _sections(desk, visit, asked):
        rows.writerows([_harmless(cell) for cell in (section.title, *pair)] for pair in section.pairs)
    return _file(written.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", asked, "csv")


async def report_pdf(desk: Desk, visit: Visit) -> Answer:
    """The report as PDF, for a file."""
    asked = _asked(desk, visit)
    if asked is None:
        return trouble(problems.NO_REPORT)
    sections = await _sections(desk, visit, asked)
    lines: list[tuple[str, ...]] = [(catalogue(visit.language).gettext("Compliance report"),), ()]
    for section in sections:
        lines += [(section.title,), *section.pairs, ()]
    return _file(pdf(lines), "application/pdf", asked, "pdf")


def _asked(desk: Desk, visit: Visit) -> Asked | None:
    """What the query asks for: the first account and the last 30 days unless it says otherwise; None: not to be had."""
    accounts = [int(i) for i, _ in Sight(desk.world, visit.known).accounts()]
    today = date.fromisoformat(today_of(desk.world.books, desk.world.clock.now_ms()))
    try:
        until = date.fromisoformat(visit.query.get("until") or today.isoformat())
        since = date.fromisoformat(visit.query.get("since") or (until - timedelta(days=DAYS - 1)).isoformat())
        account = int(visit.query.get("account") or accounts[0])
    except (ValueError, IndexError, OverflowError):
        return None
    fits = account in accounts and 0 <= (until - since).days < DAYS_MAX
    return Asked(account, since, until) if fits else None


async def _sections(desk: Desk, visit: Visit, asked: Asked) -> Sequence[Section]:
    begins, ends = (
        to_ms(datetime.combine(day, time(), desk.zone)) for day in (asked.since, asked.until + timedelta(days=1))
    )
    tally = await desk.cabinet.reports.tally(asked.account, begins, ends)
    gettext, language = catalogue(visit.language).gettext, visit.language
    about = [
        (gettext("Account"), desk.world.books.accounts[asked.account].name),
        (gettext("Time"), f"{asked.since} – {asked.until} ({desk.zone.key})"),
    ]
    return [
        Section(gettext("Compliance report"), about),
        Section(gettext("Messages"), list(_messages(tally, gettext, language))),
        Section(gettext("Refused, by rule"), list(_refused(tally, language)) or [(gettext("None."), "")]),
        Section(gettext("Refusals by people, and complaints"), list(_people(tally, gettext, language))),
        Section(gettext("Papers that end within 60 days, or are over"), list(_papers(desk, asked, gettext)) or [(gettext("None."), "")]),
    ]  # fmt: skip


def _messages(tally: Tally, gettext: Say, language: str) -> Iterator[Pair]:
    yield gettext("All messages"), _count(sum(tally.states.values()), language)
    yield gettext("Segments"), _count(tally.segments, language)
    for state in State:
        if count := tally.states.get(state):
            yield gettext(STATES[state].word), _count(count, language)


def _refused(tally: Tally, language: str) -> Iterator[Pair]:
    """A message that several rules refuse counts under each."""
    counts: Counter[tuple[str, str]] = Counter()
    for shape, count in tally.refused:
        found = {(f.rule or "", f.code) for f in shape.findings if f.effect is Effect.REFUSE and f.mode == "decides"}
        counts.update(dict.fromkeys(found, count))
    for (rule, code), count in counts.most_common():
        yield f"{rule or code}: {reasons().reasons[code][language].what}", _count(count, language)


def _people(tally: Tally, gettext: Say, language: str) -> Iterator[Pair]:
    delivered, complaints = tally.states.get(State.DELIVERED, 0), sum(tally.complaints.values())
    yield gettext("Refusals that people wrote"), _count(tally.stops, language)
    yield gettext("Refusals per delivered message"), _share(tally.stops, delivered, language)
    yield gettext("Complaints"), _count(complaints, language)
    yield gettext("Complaints per delivered message"), _share(complaints, delivered, language)
    for source, count in tally.complaints.items():
        yield f"{gettext('Complaints')} – {gettext(SOURCES[source])}", _count(count, language)


def _papers(desk: Desk, asked: Asked, gettext: Say) -> Iterator[Pair]:
    store = desk.cabinet.dossiers
    near = [
        (each.dossier, each.version) for each in ending(store, today_of(desk.world.books, desk.world.clock.now_ms()))
    ]
    for dossier, version in [*over(store), *near]:
        if dossier.account == asked.account:
            yield f"{gettext(KIND_WORDS[dossier.kind])} {dossier.key.partition('/')[2]}", version.valid_to or ""


def _count(number: int, language: str) -> str:
    return str(format_decimal(number, locale=BABEL[language]))


def _share(part: int, whole: int, language: str) -> str:
    return str(format_percent(part / whole, "0.00%", locale=BABEL[language])) if whole else "–"


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _file(octets: bytes, kind: str, asked: Asked, suffix: str) -> Octets:
    name = f"kanhe-{asked.account}-{asked.since}-{asked.until}.{suffix}"
    return Octets(octets, kind, (("content-disposition", f'attachment; filename="{name}"'),))
