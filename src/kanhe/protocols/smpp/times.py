"""SMPP times (7.1.1): `YYMMDDhhmmsstnnp`, absolute with quarter hours from UTC, or relative (R) as a duration."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

QUARTER = timedelta(minutes=15)
# A relative time has no fixed month: it is counted by days of the average year, as carriers' own limits are in days.
DAYS = {"year": 365, "month": 30}


def read_time(value: str, now: datetime) -> datetime | None:
    """The instant that `value` names; None when it is empty. Its form has been checked (checks.is_time)."""
    if not value:
        return None
    numbers = [int(value[i : i + 2]) for i in range(0, 12, 2)]
    if value[15] == "R":
        year, month, day, hour, minute, second = numbers
        days = year * DAYS["year"] + month * DAYS["month"] + day
        return now + timedelta(days=days, hours=hour, minutes=minute, seconds=second)
    offset = int(value[13:15]) * QUARTER
    local = datetime(2000 + numbers[0], *numbers[1:], int(value[12]) * 100_000, tzinfo=UTC)  # type: ignore[misc,arg-type] # five integers
    return local - offset if value[15] == "+" else local + offset


@lru_cache(maxsize=1_024)
def write_relative(seconds: int) -> str:
    """A duration from now as a relative time, days at the most."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, second = divmod(rest, 60)
    return f"0000{min(days, 30):02}{hours:02}{minutes:02}{second:02}000R"
