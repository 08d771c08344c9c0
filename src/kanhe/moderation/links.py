"""Addresses in a text: found, taken apart, and compared with the registers."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from kanhe.moderation.normalise import Normal, known_suffix, registrable_of
from kanhe.moderation.registers import Registers
from kanhe.moderation.tables import look_alikes
from kanhe.moderation.verdict import Link

FLAGS: Final = {
    "unregistered": "the domain is not filed for this sender",
    "shortener": "the target is hidden behind a short link",
    "raw_ip": "a bare internet address in place of a name",
    "userinfo": "text before an @ pretends to be the host",
    "mixed_script": "the name mixes scripts",
    "look_alike": "the name imitates the domain of a registered brand",
    "split": "the address was spelled out or spaced apart",
    "program": "the link loads a program",
    "doubtful": "the name is of a kind that is bought by the thousand: a cheap ending, or letters and digits without sense",
}
# A name of one or two letters with a path behind it is a short link, listed or not.
SHORT_LABEL_CHARS_MAX: Final = 2
# Hosts repeat from message to message; 4,096 of them are about half a megabyte.
HOSTS_REMEMBERED: Final = 4_096
# Endings that registries give away, and labels such as `svxzsb09` or `hrp-85`.
_DOUBTFUL: Final = re.compile(
    r"\.(?:top|vip|cc|xyz|icu|club|tk|ml|ga|cf|gq|buzz|cyou|rest|sbs|click|link|work|loan|win|bid|men|ren|wang|ltd)(?:\.|$)|(?:^|\.)[a-z]+-?\d{2,}\."
)
_SPELLED_OUT: Final = re.compile(r"[\s点。·•∙⋅‧(\[{]")
_GLANCE: Final = re.compile(r"\.(?:[a-z]|\d{1,3}\.\d)")
# Under these a two-part name without scheme or path is an address; elsewhere ("shore.the") it is a forgotten space.
_BARE_SUFFIXES: Final = frozenset(["com", "cn", "net", "org", "info", "biz", "top", "vip", "xyz", "cc", "club", "shop", "site", "online", "app", "io", "tk", "ml", "icu", "ltd", "wang", "ink", "ren", "uk", "de", "fr", "jp", "kr", "tw", "hk", "eu", "us", "edu", "gov", "example"])  # fmt: skip
_ADDRESS: Final = re.compile(r"(?:(?P<scheme>[a-z]{3,5}://)|(?<![a-z0-9-]))(?P<user>[a-z0-9._%+-]+@)?(?P<host>(?:[a-z0-9\u0370-\u058f\u00e0-\u024f-]+\.)+[a-z][a-z0-9-]+|\d{1,3}(?:\.\d{1,3}){3}(?=[:/])|(?<=//)\d{8,10})(?P<port>:\d{2,5})?(?P<path>/[!-~]*)?")  # fmt: skip


class Host(NamedTuple):
    """A host name taken apart once: what is registered, and what it says about itself."""

    registrable: str
    flags: tuple[str, ...]


def find(normal: Normal, registers: Registers, allowed: frozenset[str]) -> tuple[Link, ...]:
    """Answer every address of the text with the flags that apply to it."""
    return tuple(_find(normal, registers, allowed))


def _find(normal: Normal, registers: Registers, allowed: frozenset[str]) -> Iterator[Link]:
    for match in _ADDRESS.finditer(normal.folded.text):
        if not _is_address(match):
            continue
        span = normal.folded.span(match.start(), match.end())
        host = match["host"]
        known = take_apart(host, registers)
        flags = set(known.flags)
        flags.update(_flags_of(match, normal.sent[span.start : span.end], known.registrable))
        if known.registrable not in allowed and host not in allowed:
            flags.add("unregistered")
        yield Link(host, tuple(sorted(flags)), span)


def may_stand_in(text: str) -> bool:
    """Tell at a glance whether a text may hold an address."""
    return "//" in text or ("." in text and _GLANCE.search(text) is not None)


@lru_cache(maxsize=HOSTS_REMEMBERED)
def take_apart(host: str, registers: Registers) -> Host:
    """Answer the registrable domain of a host and what the registers say of it."""
    if host.replace(".", "").isdigit():
        return Host(host, ("raw_ip",))
    registrable = registrable_of(host)
    flags = []
    if registrable in registers.shorteners or host in registers.shorteners:
        flags.append("shortener")
    if _DOUBTFUL.search(host) is not None:
        flags.append("doubtful")
    if registers.imitated(registrable, host):
        flags.append("look_alike")
    return Host(registrable, tuple(flags))


def _is_address(match: re.Match[str]) -> bool:
    host, named = match["host"], match["scheme"] or match["host"].startswith("www.")
    if match["user"] and not match["scheme"] and not match["path"]:
        return False  # a mail address
    if host[-1].isdigit() and host.replace(".", "").isdigit():
        return True
    if not known_suffix(host):
        return False
    return bool(named or match["path"] or host.rsplit(".", 1)[-1] in _BARE_SUFFIXES)


def _flags_of(match: re.Match[str], sent: str, registrable: str) -> Iterator[str]:
    if match["user"]:
        yield "userinfo"
    if match["path"] and len(registrable.split(".", 1)[0]) <= SHORT_LABEL_CHARS_MAX:
        yield "shortener"
    if match["path"] and match["path"].rsplit("?", 1)[0].endswith((".apk", ".exe", ".ipa", ".mobileconfig")):
        yield "program"
    visible = [c for c in sent if c.isalpha()]
    if any(
        c in look_alikes()[1] or unicodedata.name(c, "").startswith(("GREEK", "CYRILLIC"))
        for c in visible
        if not c.isascii()
    ):
        yield "mixed_script"
    if _SPELLED_OUT.search(sent.strip()):
        yield "split"
