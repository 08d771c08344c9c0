"""Registers that an operator keeps: brands with their domains and signatures, short-link services."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

# Public short-link services as of 2026; an operator's own register adds to them.
SHORTENERS: Final = frozenset(["bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rb.gy", "buff.ly", "rebrand.ly", "shorturl.at", "s.id", "t.ly", "v.gd", "tiny.cc", "t.cn", "dwz.cn", "url.cn", "suo.im", "suo.nz", "sourl.cn", "6du.in", "mrw.so", "985.so", "u6v.cn", "c1ns.cn", "x.co", "t.hk", "lnk.ink"])  # fmt: skip
# A name of three letters is one edit away from hundreds of honest ones; from six on an edit is an imitation.
EDIT_LABEL_CHARS_MIN: Final = 6
_DRAWN_ALIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "-": ""})


class RegisterFileError(ValueError):
    """A register file is not what it should be."""


class Brand(msgspec.Struct, frozen=True):
    """A brand, what else it is called, where it lives, and the signatures that may name it."""

    brand: str
    aliases: tuple[str, ...] = ()
    kind: str = "other"
    official_domains: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, in lower case."""
        return tuple(name.lower() for name in (self.brand, *self.aliases))


class _Brands(msgspec.Struct, frozen=True):
    brands: tuple[Brand, ...]


class Registers:
    """The brands and short-link services that texts are compared with; hashed by identity, never changed."""

    def __init__(self, brands: Iterable[Brand] = (), shorteners: Iterable[str] = ()) -> None:
        self.brands = tuple(brands)
        self.shorteners = SHORTENERS | frozenset(shorteners)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Each official domain's first label as it is drawn, and the domain."""
        return {_drawn(domain.split(".", 1)[0]): domain for b in self.brands for domain in b.official_domains}

    @cached_property
    def official(self) -> frozenset[str]:
        """All official domains."""
        return frozenset(domain for b in self.brands for domain in b.official_domains)

    @cached_property
    def _by_signature(self) -> dict[str, frozenset[str]]:
        named: dict[str, frozenset[str]] = {}
        for brand in self.brands:
            for name in map(str.lower, brand.signatures):
                named[name] = named.get(name, frozenset()) | frozenset(brand.official_domains)
        return named

    def domains_of(self, signature: str | None) -> frozenset[str]:
        """Answer the domains a signature may link to."""
        return self._by_signature.get(signature.lower(), frozenset()) if signature else frozenset()

    def imitated(self, registrable: str, host: str) -> bool:
        """Tell whether a host imitates a brand's domain: drawn alike, one letter off, or worn as a part."""
        if registrable in self.official or host in self.official:
            return False
        parts = [part for label in host.split(".") for part in (label, *label.split("-"))]
        return any(
            _alike(_drawn(part), label) for part in parts if len(part) >= EDIT_LABEL_CHARS_MIN for label in self.labels
        )


def load_registers(path: Path) -> Registers:
    """Read a register file: JSON with the key `brands`."""
    try:
        return Registers(msgspec.json.decode(path.read_bytes(), type=_Brands).brands)
    except msgspec.DecodeError as error:
        raise RegisterFileError(f"{path.name}: {error}") from error


def _drawn(label: str) -> str:
    return label.replace("rn", "m").replace("vv", "w").translate(_DRAWN_ALIKE)


def _alike(part: str, label: str) -> bool:
    if part == label:
        return True
    return len(label) >= EDIT_LABEL_CHARS_MIN and abs(len(part) - len(label)) <= 1 and _one_edit(part, label)


def _one_edit(a: str, b: str) -> bool:
    """Tell whether one insertion, deletion, change or swap of neighbours turns `a` into `b`."""
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, c in enumerate(a) if c != b[i]), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
