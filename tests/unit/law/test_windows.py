"""Quiet hours and wall clocks: gaps, repeats, several zones, holidays, and when it opens next."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanhe.domain.facts import Recipient
from kanhe.kit.clock import DAY_MS, MINUTE_MS
from kanhe.law.clock import day_end, day_start, instants, transitions
from kanhe.law.holiday import holidays_of, is_business_day, is_holiday
from kanhe.law.kinds import QuietHours, Window
from kanhe.law.load import load_packs
from kanhe.law.questions import WEEK
from kanhe.law.windows import DEFER_DAYS_MAX, Door, Opening, clock_of, next_open

LIBRARY = load_packs()
PARIS = Recipient("FR", (), ("Europe/Paris",))
NEW_YORK = Recipient("US", ("US-NY",), ("America/New_York",))
OREGON = Recipient("US", ("US-OR",), ("America/Los_Angeles", "America/Boise"))
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def hours(start: str, end: str, **more: object) -> QuietHours:
    return QuietHours(allow=(Window(days=WEEK, start=start, end=end),), **more)


def rule(name: str) -> QuietHours:
    found = LIBRARY.rules[name].parameters
    assert isinstance(found, QuietHours)
    return found


def opens(at: str, recipient: Recipient, *rules: QuietHours) -> Opening:
    return next_open(ms(at), ms(at) + DEFER_DAYS_MAX * DAY_MS, lambda _: rules, recipient)


# ------------------------------------------------------------------ wall clocks


@pytest.mark.parametrize(
    ("day", "minute", "zone", "expected"),
    [
        ("2026-07-01", 8 * 60, "Europe/Paris", ["2026-07-01T08:00:00+02:00"]),
        ("2026-03-29", 2 * 60 + 30, "Europe/Paris", ["2026-03-29T03:00:00+02:00"]),  # 02:30 does not exist
        ("2026-10-25", 2 * 60 + 30, "Europe/Paris", ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]),
        ("2026-03-08", 2 * 60, "America/New_York", ["2026-03-08T03:00:00-04:00"]),
        ("2026-10-04", 2 * 60 + 15, "Australia/Lord_Howe", ["2026-10-04T02:30:00+11:00"]),  # half an hour forward
        ("2018-11-04", 0, "America/Sao_Paulo", ["2018-11-04T01:00:00-02:00"]),  # the day begins at one
        ("2011-12-30", 12 * 60, "Pacific/Apia", ["2011-12-31T00:00:00+14:00"]),  # a day that was left out
        ("2026-07-01", 24 * 60, "Asia/Kolkata", ["2026-07-02T00:00:00+05:30"]),
    ],
)
def test_a_wall_time_means_one_instant_two_or_the_first_after_the_gap(
    day: str, minute: int, zone: str, expected: list[str]
):
    assert instants(date.fromisoformat(day), minute, zone) == tuple(ms(text) for text in expected)


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(2010, 1, 2), date(2035, 12, 30)), st.integers(0, 24 * 60))
def test_an_instant_of_a_wall_time_shows_it_or_the_first_later_time_there_is(zone: str, day: date, minute: int):
    asked = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    found = instants(day, minute, zone)
    for at in found:
        shown = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).replace(tzinfo=None)
        before = datetime.fromtimestamp((at - 1) / 1000, ZoneInfo(zone)).replace(tzinfo=None)
        assert shown == asked or (before < asked < shown)
    assert list(found) == sorted(set(found))


def test_local_days_follow_each_other_and_clock_changes_are_found():
    assert day_end("2026-03-29", "Europe/Paris") == day_start("2026-03-30", "Europe/Paris")
    assert day_end("2026-03-29", "Europe/Paris") - day_start("2026-03-29", "Europe/Paris") == 23 * 60 * MINUTE_MS
    assert transitions(date(2026, 10, 25), "Europe/Paris") == (ms("2026-10-25T02:00:00+01:00"),)
    assert transitions(date(2026, 10, 26), "Europe/Paris") == ()


# ------------------------------------------------------------------ open or shut, and until when


@pytest.mark.parametrize(
    ("at", "door"),
    [
        ("2026-11-23T07:59:59.999-05:00", Door.SHUT),
        ("2026-11-23T08:00:00-05:00", Door.OPEN),
        ("2026-11-23T20:59:59.999-05:00", Door.OPEN),
        ("2026-11-23T21:00:00-05:00", Door.SHUT),
    ],
)
def test_the_start_is_inside_and_the_end_is_not(at: str, door: Door):
    assert clock_of(rule("us.quiet.federal"), NEW_YORK).at(ms(at)).door is door


def test_a_number_in_two_zones_is_inside_only_where_both_are():
    clock = clock_of(rule("us.quiet.federal"), OREGON)
    assert clock.at(ms("2026-11-23T07:30:00-08:00")).door is Door.SHUT
    span = clock.at(ms("2026-11-23T12:00:00-08:00"))
    assert (span.since, span.until) == (ms("2026-11-23T08:00:00-08:00"), ms("2026-11-23T20:00:00-08:00"))


def test_a_fixed_zone_ignores_where_the_recipient_is():
    fixed = rule("cn.quiet.marketing")
    assert fixed.tz_basis == "fixed:Asia/Shanghai"
    assert clock_of(fixed, NEW_YORK).at(ms("2026-11-23T12:00:00+08:00")).door is Door.OPEN


def test_a_window_that_repeats_shuts_and_opens_again():
    """Clocks go back from 03:00 to 02:00: a window until 02:30 is open, shut, open, shut."""
    clock = clock_of(hours("01:00", "02:30"), PARIS)
    steps = ["02:00:00+02:00", "02:30:00+02:00", "02:00:00+01:00", "02:30:00+01:00"]
    doors = [clock.at(ms(f"2026-10-25T{step}")).door for step in steps]
    assert doors == [Door.OPEN, Door.SHUT, Door.OPEN, Door.SHUT]
    assert clock.at(ms("2026-10-25T02:00:00+02:00")).until == ms("2026-10-25T02:30:00+02:00")
    assert clock.at(ms("2026-10-25T02:45:00+02:00")).until == ms("2026-10-25T02:00:00+01:00")


@settings(deadline=None)
@given(
    st.sampled_from(["us.quiet.federal", "us.tx.quiet", "us.ri.quiet", "za.quiet.marketing", "fr.quiet.marketing"]),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
    st.integers(ms("2026-01-01T00:00:00+00:00"), ms("2027-12-01T00:00:00+00:00")),
    st.integers(0, 10_000),
)
def test_within_a_span_the_answer_stays_what_it_is(name: str, zones: list[str], now: int, step: int):
    clock = clock_of(rule(name), Recipient("XX", (), tuple(zones)))
    span = clock.at(now)
    assert span.since <= now < span.until
    inside = now + (span.until - 1 - now) * step // 10_000
    assert clock.door(inside) is span.door
    assert clock.door(span.since) is span.door


# ------------------------------------------------------------------ when it opens next


@pytest.mark.parametrize(
    ("name", "recipient", "at", "expected"),
    [
        ("fr.quiet.marketing", PARIS, "2026-03-28T20:30:00+01:00", "2026-03-30T08:00:00+02:00"),
        ("us.quiet.federal", OREGON, "2026-11-23T20:30:00-08:00", "2026-11-24T08:00:00-08:00"),
        ("us.quiet.federal", NEW_YORK, "2026-11-23T12:00:00-05:00", "2026-11-23T12:00:00-05:00"),
        (
            "us.tx.quiet",
            Recipient("US", ("US-TX",), ("America/Chicago", "America/Denver")),
            "2026-11-21T20:00:00-06:00",
            "2026-11-21T20:00:00-06:00",
        ),
        (
            "us.tx.quiet",
            Recipient("US", ("US-TX",), ("America/Chicago", "America/Denver")),
            "2026-11-21T21:00:00-06:00",
            "2026-11-22T13:00:00-06:00",
        ),
        (
            "za.quiet.marketing",
            Recipient("ZA", (), ("Africa/Johannesburg",)),
            "2026-12-16T10:00:00+02:00",
            "2026-12-17T08:00:00+02:00",
        ),
        (
            "in.quiet.promotional",
            Recipient("IN", (), ("Asia/Kolkata",)),
            "2026-11-23T21:00:00+05:30",
            "2026-11-24T10:00:00+05:30",
        ),
        (
            "zz.quiet.marketing",
            Recipient("TH", (), ("Asia/Bangkok",)),
            "2026-11-23T20:00:00+07:00",
            "2026-11-24T09:00:00+07:00",
        ),
    ],
)
def test_a_deferral_ends_at_the_earliest_lawful_moment(name: str, recipient: Recipient, at: str, expected: str):
    assert opens(at, recipient, rule(name)) == Opening(Door.OPEN, ms(expected))


def test_an_opening_that_does_not_exist_is_the_first_instant_after_the_gap():
    assert opens("2026-03-29T00:00:00+01:00", PARIS, hours("02:15", "04:00")).at == ms("2026-03-29T03:00:00+02:00")


def test_an_opening_that_occurs_twice_is_the_first_one_first_and_then_the_second():
    window = hours("02:30", "02:45")
    assert opens("2026-10-25T00:00:00+02:00", PARIS, window).at == ms("2026-10-25T02:30:00+02:00")
    assert opens("2026-10-25T02:45:00+02:00", PARIS, window).at == ms("2026-10-25T02:30:00+01:00")


def test_windows_of_several_rules_intersect():
    both = (rule("us.quiet.federal"), rule("us.ct.quiet"))
    connecticut = Recipient("US", ("US-CT",), ("America/New_York",))
    assert opens("2026-11-23T20:00:00-05:00", connecticut, *both).at == ms("2026-11-24T09:00:00-05:00")


def test_windows_that_never_meet_open_never():
    assert (
        opens("2026-11-23T12:00:00-05:00", NEW_YORK, hours("08:00", "10:00"), hours("11:00", "12:00")).door is Door.SHUT
    )


def test_a_rule_that_begins_while_the_message_waits_counts_from_then():
    later = ms("2026-11-24T00:00:00-05:00")
    early, late = hours("08:00", "21:00"), hours("10:00", "21:00")
    found = next_open(
        ms("2026-11-23T22:00:00-05:00"), later + DAY_MS, lambda at: (early, late) if at >= later else (early,), NEW_YORK
    )
    assert found.at == ms("2026-11-24T10:00:00-05:00")


@settings(deadline=None)
@given(
    st.sampled_from(["us.quiet.federal", "us.tx.quiet", "us.ri.quiet", "fr.quiet.marketing", "za.quiet.marketing"]),
    st.lists(st.sampled_from(ZONES[:5]), min_size=1, max_size=2, unique=True),
    st.integers(ms("2026-01-01T00:00:00+00:00"), ms("2027-12-01T00:00:00+00:00")),
)
def test_the_next_opening_is_inside_and_nothing_before_it_is(name: str, zones: list[str], now: int):
    asked, recipient = rule(name), Recipient("XX", (), tuple(zones))
    found = next_open(now, now + DEFER_DAYS_MAX * DAY_MS, lambda _: (asked,), recipient)
    clock = clock_of(asked, recipient)
    quarter = 15 * MINUTE_MS
    if found.door is Door.SHUT:
        found = Opening(Door.OPEN, now + 3 * DAY_MS)
    else:
        assert clock.door(found.at) is Door.OPEN
    assert all(clock.door(at) is Door.SHUT for at in range(now, min(found.at, now + 3 * DAY_MS), quarter))


# ------------------------------------------------------------------ holidays


def test_a_regional_holiday_counts_where_the_region_is_known():
    second_christmas_day = date(2026, 12, 26)
    assert is_holiday("FR", (), second_christmas_day) is False
    assert is_holiday("FR", ("FR-6AE",), second_christmas_day) is True
    assert is_holiday("FR", ("FR-IDF",), second_christmas_day) is False
    assert is_holiday("FR", ("US-NY",), second_christmas_day) is False
    strasbourg = Recipient("FR", ("FR-6AE",), ("Europe/Paris",))
    assert opens("2026-12-26T10:00:00+01:00", strasbourg, rule("fr.quiet.marketing")).at == ms(
        "2026-12-28T08:00:00+01:00"
    )


def test_a_year_the_calendar_does_not_have_is_unknown_not_a_working_day():
    assert holidays_of("FR", None, 2101) is None
    assert holidays_of("CN", None, 2026) is not None
    assert holidays_of("CN", None, 2027) is None
    assert holidays_of("XX", None, 2026) is None
    tuesday = "2101-11-22T10:00:00+01:00"
    assert clock_of(rule("fr.quiet.marketing"), PARIS).at(ms(tuesday)).door is Door.UNKNOWN
    assert opens(tuesday, PARIS, rule("fr.quiet.marketing")) == Opening(Door.UNKNOWN, ms(tuesday))


def test_a_shut_hour_of_an_unknown_day_is_shut():
    assert clock_of(rule("fr.quiet.marketing"), PARIS).at(ms("2101-11-22T23:00:00+01:00")).door is Door.SHUT


def test_business_days_follow_the_weekend_of_the_country():
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert (is_business_day("SA", friday), is_business_day("SA", sunday)) == (False, True)
    assert (is_business_day("US", friday), is_business_day("US", sunday)) == (True, False)
    assert (is_business_day(None, friday), is_business_day(None, sunday)) == (True, False)
    assert is_business_day("US", date(2026, 11, 26)) is False
