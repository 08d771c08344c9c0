"""The duty calendar: deadlines, tasks of a case, and how long records are kept."""

from datetime import date, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanhe.domain.facts import Recipient
from kanhe.law.duties import Case, Keeping, Work, due, keeping, plus_months, request, tasks
from kanhe.law.kinds import DUTIES, Deadline, Kind
from kanhe.law.load import load_packs
from kanhe.law.rules import Rule

LIBRARY = load_packs()
PARIS = Recipient("FR", (), ("Europe/Paris",))


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "unit", "at", "zone", "calendar", "expected"),
    [
        (0, "immediate", "2026-11-23T10:00:00+00:00", "UTC", None, "2026-11-23T10:00:00+00:00"),
        (72, "hours", "2026-11-23T10:00:00+00:00", "UTC", None, "2026-11-26T10:00:00+00:00"),
        (72, "hours", "2026-03-28T10:00:00+01:00", "Europe/Paris", "FR", "2026-03-31T11:00:00+02:00"),
        (30, "calendar_days", "2026-11-23T23:59:59+08:00", "Asia/Shanghai", "CN", "2026-12-24T00:00:00+08:00"),
        (30, "calendar_days", "2026-11-24T00:00:00+08:00", "Asia/Shanghai", "CN", "2026-12-25T00:00:00+08:00"),
        (10, "business_days", "2026-11-23T10:00:00-05:00", "America/New_York", "US", "2026-12-09T00:00:00-05:00"),
        (3, "business_days", "2026-11-19T10:00:00+03:00", "Asia/Riyadh", "SA", "2026-11-25T00:00:00+03:00"),
        (1, "months", "2026-01-31T10:00:00+00:00", "Europe/London", "GB", "2026-03-01T00:00:00+00:00"),
        (1, "months", "2026-11-30T10:00:00+00:00", "Europe/London", "GB", "2026-12-31T00:00:00+00:00"),
    ],
)
def test_a_deadline_ends_with_its_last_day(
    value: int, unit: str, at: str, zone: str, calendar: str | None, expected: str
):
    assert due(Deadline(value, unit), ms(at), zone, calendar) == ms(expected)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 120))
def test_months_keep_the_day_or_take_the_last(day: date, months: int):
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and plus_months(date(later.year, later.month, 1), 1).toordinal() - 1 == later.toordinal()
    )


def test_a_breach_makes_a_task_of_every_seat_and_the_most_urgent_comes_first():
    selection = LIBRARY.select(PARIS, "CN", "DE", ms("2026-11-23T10:00:00+00:00"))
    case = Case(Kind.BREACH, ms("2026-11-23T10:00:00+00:00"), "Europe/Paris", "FR")
    found = tasks(selection.duties, case, LIBRARY.packs)
    assert {task.rule.id for task in found} == {
        "cn.breach.personal_data",
        "cn.breach.incident_report",
        "eu.breach.notify",
    }
    assert [task.due for task in found] == sorted(task.due for task in found)
    four_hours = next(task for task in found if task.rule.id == "cn.breach.incident_report")
    assert (four_hours.work, four_hours.due) == (Work.NOTIFY_AUTHORITY, ms("2026-11-23T14:00:00+00:00"))


def test_a_request_is_answered_in_its_term_and_the_extension_follows_on():
    selection = LIBRARY.select(PARIS, "FR", "FR", ms("2026-11-23T10:00:00+01:00"))
    case = Case(Kind.DSR, ms("2026-11-23T10:00:00+01:00"), "Europe/Paris", "FR", right="access")
    found = [(task.work, task.due) for task in tasks(selection.duties, case, LIBRARY.packs)]
    assert found == [
        (Work.ANSWER, ms("2026-12-24T00:00:00+01:00")),
        (Work.ANSWER_EXTENDED, ms("2027-02-24T00:00:00+01:00")),
    ]
    assert tasks(selection.duties, msgspec.structs.replace(case, right="dance"), LIBRARY.packs) == ()


def test_an_erasure_is_answered_and_leaves_what_the_law_orders_to_keep():
    selection = LIBRARY.select(Recipient("CN", (), ("Asia/Shanghai",)), "CN", "CN", ms("2026-11-23T10:00:00+08:00"))
    case = Case(Kind.DSR, ms("2026-11-23T10:00:00+08:00"), "Asia/Shanghai", "CN", right="delete")
    answer = request(selection.duties, case, LIBRARY.packs)
    assert answer.granted
    assert {task.rule.id for task in answer.tasks} == {"cn.dsr.requests"}
    kept = {one.item: one.min_months for one in answer.kept}
    assert kept["opt_in_out_events"] == 6
    assert "personal_data" not in kept
    access = request(selection.duties, msgspec.structs.replace(case, right="access"), LIBRARY.packs)
    assert (access.granted, access.kept) == (True, ())


def test_every_rule_of_the_duty_calendar_becomes_a_task_or_a_term_of_keeping():
    at = ms("2026-11-23T10:00:00+00:00")
    silent = set()
    for rule in LIBRARY.rules.values():
        if rule.kind in DUTIES - {Kind.RETENTION} and not tasks([rule], Case(rule.kind, at, "UTC"), LIBRARY.packs):
            silent.add(rule.id)
    assert all(LIBRARY.rules[name].kind is Kind.COMPLAINT for name in silent), silent  # channels without a term
    kept = {rule.id for one in keeping(LIBRARY.rules.values()) for rule in one.rules}
    assert kept == {rule.id for rule in LIBRARY.rules.values() if rule.kind is Kind.RETENTION}


def retention(minimum: int | None, maximum: int | None) -> Rule:
    rule = LIBRARY.rules["fr.retention.prospect"]
    parameters = msgspec.structs.replace(rule.parameters, min_months=minimum, max_months=maximum)
    return msgspec.structs.replace(rule, parameters=parameters)


@pytest.mark.parametrize(
    ("terms", "minimum", "maximum", "storage_only_after", "erase_after"),
    [
        ([(None, None)], None, None, None, None),
        ([(6, None), (5, None)], 6, None, None, None),
        ([(None, 36), (None, 24)], None, 24, None, 24),
        ([(6, None), (None, 36)], 6, 36, None, 36),
        ([(60, None), (None, 36)], 60, 36, 36, 60),
    ],
)
def test_the_longest_minimum_and_the_shortest_maximum_count(
    terms: list[tuple[int | None, int | None]],
    minimum: int | None,
    maximum: int | None,
    storage_only_after: int | None,
    erase_after: int | None,
):
    (kept,) = keeping(retention(*term) for term in terms)
    assert isinstance(kept, Keeping)
    assert (kept.min_months, kept.max_months) == (minimum, maximum)
    assert (kept.storage_only_after, kept.erase_after) == (storage_only_after, erase_after)
