"""Two customers of the platform: one that speaks HTTP to the whole application, one that speaks SMPP over a session of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from kanhe.dispatch.dialer import Dialer
from kanhe.doors.drafts import CATEGORIES
from kanhe.doors.http.asgi import make_app
from kanhe.doors.http.door import make_door
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Event, Rejected, Submitted
from kanhe.protocols.link import ClientSession
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.coding import CODINGS, UDHI
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.text.segments import segments
from kanhe.sim.papers import PASSWORD, SYSTEM_ID
from kanhe.store.sqlite.listings import Listings
from kanhe.webhooks.client import Client
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.target import Targets
from tests.journeys.stage import Stage
from tests.patience import PATIENCE_S

from .scenes import Scenario, number_of

SERVICE_TYPE = {category: name for name, category in CATEGORIES.items()}
# A door answers after its commit, in virtual milliseconds.


@dataclass
class Answered:
    """What a door answered."""

    taken: bool
    status: int
    problem: dict[str, Any] = field(default_factory=dict)


class HttpCustomer:
    """Asks the application that the HTTP server runs; only the octets of HTTP/1.1 are left out."""

    def __init__(self, stage: Stage, keys: dict[str, str]) -> None:
        platform, targets = stage.platform, Targets(frozenset())
        self._lists = Listings(stage.folder / "kanhe.db")
        deliverer = Deliverer(
            platform.store, self._lists, platform.world.books, platform.vault, Client(targets), stage.clock, stage.rng
        )
        door = make_door(
            platform.world, platform.vault, self._lists, targets, deliverer, platform.cabinet, platform.ledger
        )
        self._app, self._keys = make_app(door), keys

    async def send(self, scenarios: Sequence[Scenario]) -> list[Answered]:
        """Each as a request of its own, all at once."""
        return list(await asyncio.gather(*map(self._send, scenarios)))

    async def _send(self, scenario: Scenario) -> Answered:
        to = f"+{number_of(scenario, 'http')}" if scenario.expect.refused_with is None else scenario.to
        body: dict[str, object] = {
            "to": to,
            "sender": scenario.sender,
            "category": scenario.category,
            "text": scenario.text,
        }
        body |= {"validity_s": scenario.validity_s, **scenario.more}
        status, said = await self.ask("POST", "/v1/messages", body, scenario.key)
        return Answered(status < 300, status, said if status >= 300 else {})

    async def ask(self, method: str, path: str, body: object = None, key: str = "live") -> tuple[int, dict[str, Any]]:
        """One request; (status, JSON)."""
        heard: list[dict[str, Any]] = []
        octets = b"" if body is None else msgspec.json.encode(body)
        headers = [(b"authorization", f"Bearer {self._keys[key]}".encode()), (b"content-type", b"application/json")]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [*headers, (b"content-length", b"%d" % len(octets))], "http_version": "1.1", "scheme": "http",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "", "asgi": {"version": "3.0"}, "extensions": {},
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": octets, "more_body": False}

        async def send(event: Any) -> None:
            heard.append(dict(event))

        await self._app(cast("Any", scope), cast("Any", receive), send)
        return heard[0]["status"], msgspec.json.decode(b"".join(event.get("body", b"") for event in heard[1:]))

    def close(self) -> None:
        """Read no more."""
        self._lists.close()


class SmppCustomer:
    """Binds, submits everything of one moment, hears every answer, parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def send(self, scenarios: Sequence[Scenario]) -> list[Answered]:
        """All in one session."""
        done = asyncio.Event()
        common = ClientSettings(window=200)
        settings = CarrierSettings(SYSTEM_ID, PASSWORD, common=common)
        endpoint = ClientEndpoint(
            common, lambda hub, now: SmppClientSession(hub, settings, now), self._stage.rng.random
        )
        answers: dict[int, list[int]] = {place: [] for place in range(len(scenarios))}
        parts = [self._pdus(scenario, place) for place, scenario in enumerate(scenarios)]

        def hear(session: ClientSession, events: Sequence[Event], now: float) -> None:
            for event in events:
                if isinstance(event, Submitted | Rejected):
                    answers[cast("int", event.ref)].append(event.status if isinstance(event, Rejected) else 0)
            if all(len(answers[place]) == len(parts[place]) for place in answers):
                done.set()

        dialer = Dialer(endpoint, "127.0.0.1", self._stage.platform.doors["smpp"], self._stage.clock, hear)
        dialer.start()
        endpoint.submit_many(list(enumerate(parts)), self._stage.clock.monotonic())
        async with asyncio.timeout(PATIENCE_S):
            await done.wait()
        await dialer.stop()
        return [Answered(not any(answers[place]), max(answers[place])) for place in answers]

    def _pdus(self, scenario: Scenario, place: int) -> list[SubmitSm]:
        books, cut = self._stage.platform.world.books, segments(scenario.text)
        shown = books.senders[1, scenario.sender].id.value
        ton, npi = (1, 1) if shown.isdigit() else (5, 0)
        to = number_of(scenario, "smpp") if scenario.expect.refused_with is None else scenario.to.lstrip("+")
        return [
            SubmitSm(
                0, 0, SERVICE_TYPE[scenario.category], ton, npi, shown, 1, 1, str(to), UDHI if cut.with_header else 0,
                0, 0, "", _relative(scenario.validity_s), 0, 0, CODINGS[cut.alphabet], 0, body,
            )
            for body in cut.user_data(place)
        ]  # fmt: skip


def _relative(seconds: int | None) -> str:
    """A validity as 7.1.1.2 writes a stretch of time."""
    if seconds is None:
        return ""
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    return f"0000{days:02}{h:02}{m:02}{s:02}000R"
