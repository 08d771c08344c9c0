"""The console as a browser meets it: the whole platform on loopback, with messages of every kind in it."""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from kanhe.app.platform import Platform
from kanhe.console.sessions import COOKIE, invite
from kanhe.domain.dossier import Attached, Dossier
from kanhe.domain.users import Role
from kanhe.kit.clock import from_ms
from kanhe.records.contents import LicenceContent
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author, attach, file_new
from kanhe.sim.papers import ACCOUNT, CHINA, CHINA_OFFERS

PARCEL = "【示例商城】您的包裹已送达驿站，请凭取件码领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
CODE = "482913"
SCAN = b"%PDF-1.7 a scan"
DIGEST = hashlib.sha256(SCAN).hexdigest()
LONG_CODE = f"【示例商城】您的验证码是 {CODE}，五分钟内有效，请勿告诉他人。" + "如非本人操作请忽略本短信。" * 5

# More than a page of the list.
PARCELS = 60

AXE = (Path(__file__).parent / "axe-4.14.1.min.js").read_text("utf-8")
SERIOUS = {"serious", "critical"}
RUN_AXE = (
    "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})).violations"
)

FORM_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]
    set_cookies: list[str]


@dataclass
class Visitor:
    """A browser without script: keeps its cookies by hand."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: str | aiohttp.FormData | None = None, **headers: str) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {"Cookie": cookie} if cookie else {}
        if isinstance(body, str):
            told |= FORM
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, self.base + path, data=body, headers=told, allow_redirects=False) as response,
        ):
            answer = Answer(
                response.status,
                await response.text(errors="replace"),
                response.headers,
                response.headers.getall("Set-Cookie", []),
            )
        for each in answer.set_cookies:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: str = "", **headers: str) -> Answer:
        return await self.ask("POST", path, body, **headers)

    async def send(self, path: str, **fields: str) -> Answer:
        """A form of ours, with what is written in it."""
        return await self.post(path, urlencode({**fields, "csrf": await self.form_token()}))

    async def hand_in(self, path: str, name: str, octets: bytes, field: str = "document", **fields: str) -> Answer:
        """A form of ours with a file."""
        form = aiohttp.FormData(
            {**fields, "csrf": await self.form_token()}, default_to_multipart=True, quote_fields=False
        )
        form.add_field(field, io.BytesIO(octets), filename=name)
        return await self.ask("POST", path, form)

    async def form_token(self) -> str:
        found = FORM_TOKEN.search((await self.get("/console/patterns")).text)
        assert found is not None, "a page for users holds a form"
        return found[1]


@dataclass
class Site:
    """The running platform and what is in it."""

    platform: Platform
    base: str
    delivered: str  # id of a verification code, two segments
    refused: str  # id of an offer without consent
    paper: str  # id of a licence that ends soon, with a document
    review: str  # its item in the review queue

    def at(self, path: str) -> str:
        """An address of the table, with what is in this platform."""
        owner = self.platform.console.people.users()[0].id
        known = {
            "users/{id}": f"users/{owner}",
            "reviews/{id}": f"reviews/{self.review}",
            "papers/{id}": f"papers/{self.paper}",
            "{digest}": DIGEST,
            "{id}": self.delivered,
        }
        for name, value in (known | {"{rule}": "cn.consent.commercial"}).items():
            path = path.replace(name, value)
        return path

    def named(self, path: str) -> str:
        """An address of the tests, with what is in this platform."""
        return path.format(
            delivered=self.delivered,
            refused=self.refused,
            paper=self.paper,
            review=self.review,
            user=self.platform.console.people.users()[0].id,
        )

    async def link(self, name: str, role: Role, account: int | None = None) -> str:
        path = await invite(self.platform.console, name, role, account)
        assert path is not None
        return path

    async def visitor(self, role: Role, account: int | None = None) -> Visitor:
        """Somebody of a role, logged in."""
        visitor = Visitor(self.base)
        await visitor.post(await self.link(f"{role} {account or 'all'}", role, account))
        assert visitor.cookies[COOKIE]
        return visitor


async def licence(platform: Platform) -> str:
    """A licence of the account that waits for review, and ends in 25 days."""
    world, cabinet = platform.world, platform.cabinet
    author = Author("key demo", world.clock.now_ms())
    ends = (from_ms(author.now) + timedelta(days=25)).date().isoformat()
    content = LicenceContent(
        "cn.value_added_telecom", "A2.B1-20250001", "示例商城有限公司", ends, coverage=["nationwide"]
    )
    made = await file_new(cabinet.dossiers, world.books, world.ids.next(), ACCOUNT, KINDS["licence"], content, author)
    assert isinstance(made, Dossier)
    assert await cabinet.files.keep(SCAN, sealed=True) == DIGEST
    scan = Attached(
        made.id, 1, DIGEST, "copy", "许可证.pdf", "application/pdf", len(SCAN), author.now, author.by, sealed=True
    )
    assert await attach(cabinet.dossiers, world.books, made, scan, author.now) is None
    return str(made.id)


def parcel(number: int) -> dict[str, str]:
    return {"to": f"+{number}", "text": PARCEL, "sender": CHINA, "category": "transactional"}


def code(number: int) -> dict[str, str]:
    return {"to": f"+{number}", "text": LONG_CODE, "sender": CHINA, "category": "verification"}


def offer(number: int) -> dict[str, str]:
    return {"to": f"+{number}", "text": OFFER, "sender": CHINA_OFFERS, "category": "marketing"}


class Tab:
    """A page that remembers what the browser complained about."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if _is_ours(said.text) else None)

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)


def _is_ours(text: str) -> bool:
    """Pages that say 404 or 422 are meant; everything else the browser dislikes is a mistake, the policy's refusals first."""
    return "status of 4" not in text


# Places between the top of a page and what a test looks for.
TABS_MAX = 60


async def enter(site: Site, chromium: Any, role: Role, *, script: bool = True) -> Tab:
    """A user of this role, logged in by the link."""
    context = await chromium.new_context(java_script_enabled=script)
    tab = Tab(await context.new_page(), site.base)
    await tab.open(await site.link(f"{role} in a browser", role))
    await tab.page.click("main button")
    return tab


async def to(tab: Tab, selector: str) -> None:
    """Go to a place by the tab key."""
    for _ in range(TABS_MAX):
        await tab.page.keyboard.press("Tab")
        if await tab.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"no way to `{selector}` by keyboard")
