"""Public holidays, from the maintained calendar library; a year it does not have is unknown, never a guess."""

from datetime import date
from functools import lru_cache

import holidays

# Days off that a government decrees year by year, not by a standing law: China's State Council publishes each year's
# arrangement in the November before. Later years are only projected by the library.
DECREED_THROUGH: dict[str, int] = {"CN": 2026}
SATURDAY_SUNDAY = frozenset({5, 6})


@lru_cache(maxsize=4096)  # calendars in use times regions times the two years a deferral can touch
def holidays_of(calendar: str, region: str | None, year: int) -> frozenset[date] | None:
    """The holidays of a year, nationwide and in a region; `None` when the calendar does not have that year."""
    subdivision = region.partition("-")[2] if region else None
    try:
        found = holidays.country_holidays(calendar, subdiv=subdivision, years=year)
    except NotImplementedError:
        return holidays_of(calendar, None, year) if region else None
    has_year = found.start_year <= year <= min(found.end_year, DECREED_THROUGH.get(calendar, year))
    return frozenset(found) if has_year and found else None


def is_holiday(calendar: str, regions: tuple[str, ...], day: date) -> bool | None:
    """Whether a local date is a holiday nationwide, or in any region the number may lie in; `None` = not known."""
    local = tuple(region for region in regions if region.startswith(f"{calendar}-"))
    years = [holidays_of(calendar, region, day.year) for region in local or (None,)]
    if any(year is None for year in years):
        return None
    return any(day in year for year in years if year is not None)


@lru_cache(maxsize=256)
def weekend_of(calendar: str) -> frozenset[int]:
    """The weekdays (Monday = 0) on which a country does not work."""
    return frozenset(holidays.country_holidays(calendar).weekend)


def is_business_day(calendar: str | None, day: date) -> bool:
    """Whether a country works on a day. Holidays of a year nobody knows yet count as worked: a deadline is rather too early."""
    if calendar is None:
        return day.weekday() not in SATURDAY_SUNDAY
    return day.weekday() not in weekend_of(calendar) and not is_holiday(calendar, (), day)
