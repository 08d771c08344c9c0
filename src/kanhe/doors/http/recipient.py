"""The recipient's page, `/r/{code}`: who writes to this number, and how to make it stop or to agree. No script, no cookie, no login.

The code in the address is the key; it opens one number's page about one sender and nothing else.
"""

import base64
import hashlib
from html import escape

from msgspec import Struct

from kanhe.domain.channel import Channel
from kanhe.domain.facts import Suppression
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Name, Written
from kanhe.doors.http.whom import number_and_sender
from kanhe.offices.consenting import agree, refuse_all
from kanhe.records.on_file import consents_of, suppressions_of
from kanhe.records.page_codes import Whose, code_of, whose

HTML = b"text/html; charset=utf-8"
# The last digits are enough to know one's own number again.
DIGITS_SHOWN = 4
STYLE = (
    "body{font:1.05rem/1.7 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1.25rem;color-scheme:light dark}"
    "blockquote{margin:1rem 0;padding:.75rem 1rem;border-left:.25rem solid;white-space:pre-wrap}"
    "button{font:inherit;padding:.6rem 1.4rem;border-radius:.4rem;cursor:pointer}"
)
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = (
    (b"content-security-policy", f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'".encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex"),
)

WORDS = {
    "en": {
        "title": "Messages from {sender}",
        "number": "This page is about messages from {sender} to the number ending in {number}.",
        "open": "You may get offers from {sender} at this number.",
        "refused": "You have refused offers from {sender}. None will be sent.",
        "agreed": "You have agreed. You can refuse at any time, here or by replying STOP.",
        "asked": "{sender} asks for your consent:",
        "refuse": "Send me no more offers",
        "agree": "I agree",
    },
    "zh": {
        "title": "{sender} 的短信",
        "number": "本页关于 {sender} 发往尾号 {number} 的短信。",
        "open": "此号码可能收到 {sender} 的推广短信。",
        "refused": "您已拒收 {sender} 的推广短信，不会再收到。",
        "agreed": "您已同意。您可随时在此页拒收，或回复 TD 退订。",
        "asked": "{sender} 请求您的同意：",
        "refuse": "不再接收推广短信",
        "agree": "我同意",
    },
}


class LinkBody(Struct, forbid_unknown_fields=True):
    """Whose page, about which sender."""

    to: Written
    sender: Name


class LinkView(Struct, frozen=True):
    """The page's address on this host, to be put into a text."""

    code: str
    path: str


async def make_link(door: Door, call: Call) -> Reply:
    """Make the address of the recipient's page for a number: where the person can refuse, or agree to a request."""
    body: LinkBody = call.body
    found = number_and_sender(door, call, body.to, body.sender)
    if isinstance(found, Reply):
        return found
    code = code_of(door.vault, *found)
    return reply(200, LinkView(code, f"/r/{code}"))


async def show_page(door: Door, call: Call) -> Reply:
    """Show a recipient who writes to the number, and how to make it stop."""
    found = whose(door.vault, door.world.books, call.args["code"])
    return _unknown(call) if found is None else _page(door, call, found)


async def refuse_on_page(door: Door, call: Call) -> Reply:
    """Take a recipient's refusal; consents to the sender end with it."""
    found = whose(door.vault, door.world.books, call.args["code"])
    if found is None:
        return _unknown(call)
    if not _refused(door, found):
        await refuse_all(door.world, found.sender, found.number, Channel.PAGE)
    return _page(door, call, found)


async def agree_on_page(door: Door, call: Call) -> Reply:
    """Take a recipient's consent to what the newest request asked."""
    found = whose(door.vault, door.world.books, call.args["code"])
    if found is None:
        return _unknown(call)
    if not _agreed(door, found) and await agree(door.world, found.sender, found.number) is None:
        return problem("link.nothing-asked", language=call.language)
    return _page(door, call, found)


def _unknown(call: Call) -> Reply:
    return problem("link.unknown", language=call.language)


def _page(door: Door, call: Call, found: Whose) -> Reply:
    told = {
        "sender": escape(found.sender.signature or found.sender.name),
        "number": str(found.number)[-DIGITS_SHOWN:],
    }
    words = {name: text.format(**told) for name, text in WORDS[call.language].items()}
    refused, agreed = _refused(door, found), _agreed(door, found)
    parts = [f"<h1>{words['title']}</h1><p>{words['number']}</p>"]
    parts.append(f"<p>{words['refused' if refused else 'agreed' if agreed else 'open']}</p>")
    asked = None if agreed else door.world.acts.question_of(found.sender, found.number, door.world.clock.now_ms())
    code = escape(call.args["code"])
    if asked is not None:
        parts.append(
            f"<p>{words['asked']}</p><blockquote>{escape(asked.text)}</blockquote>{_button(code, 'agree', words)}"
        )
    if not refused:
        parts.append(_button(code, "refuse", words))
    body = (
        f'<!doctype html><html lang="{call.language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words["title"]}</title><style>{STYLE}</style>'
        f"<main>{''.join(parts)}</main></html>"
    )
    return Reply(200, body.encode(), HTML, HEADERS)


def _button(code: str, deed: str, words: dict[str, str]) -> str:
    return f'<form method="post" action="/r/{code}/{deed}"><button>{words[deed]}</button></form>'


def _refusals(door: Door, found: Whose) -> list[Suppression]:
    number, sender = found.number, found.sender
    standing = suppressions_of(door.world.store, number)
    return [each for each in standing if each.level == "sender" and each.entity == sender.entity]


def _refused(door: Door, found: Whose) -> bool:
    return bool(_refusals(door, found)) and not _agreed(door, found)


def _agreed(door: Door, found: Whose) -> bool:
    """Whether an active consent was given after every refusal."""
    consents = consents_of(door.world.store, found.sender.account, found.number)
    given = [each.captured_at for each in consents if each.status == "active" and each.entity == found.sender.entity]
    return bool(given) and max(given) > max((each.at for each in _refusals(door, found)), default=0)
