"""Where it is night: the demo's third message goes to a country whose law defers an offer until the morning, whenever it runs."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kanhe.sim.papers import AMERICA, CHINA_OFFERS


@dataclass(frozen=True, slots=True)
class Place:
    """A recipient, the hours in which an offer may reach him, and an offer that is lawful there by day."""

    zone: str
    opens: int  # local hour
    closes: int
    to: str
    sender: str
    text: str


# Together they leave no hour of the day without a night: China, Rhode Island, California.
PLACES = (
    Place(
        "Asia/Shanghai",
        8,
        22,
        "+8613800138002",
        CHINA_OFFERS,
        "【示例商城】会员日全场八折，客服4000000000，拒收请回复R",
    ),
    Place(
        "America/New_York",
        10,
        17,
        "+14015550123",
        AMERICA,
        "Example Shop: our autumn collection has arrived, members save 20% until Sunday. Reply STOP to opt out",
    ),
    Place(
        "America/Los_Angeles",
        8,
        21,
        "+12135550123",
        AMERICA,
        "Example Shop: our autumn collection has arrived, members save 20% until Sunday. Reply STOP to opt out",
    ),
)


def where_it_is_night(now: datetime) -> Place:
    """The first place whose window is closed at `now`."""
    for place in PLACES:
        if not place.opens <= now.astimezone(ZoneInfo(place.zone)).hour < place.closes:
            return place
    raise AssertionError("one of the places always sleeps")
