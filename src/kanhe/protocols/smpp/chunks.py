"""Runs of text and integers, cut where PDUs of one session differ: what is the same again and again is read, checked and written once.

A session's submissions have one service, one sender, one coding; the handset's number and the times stand between them. So these
stand alone, and what is before and behind them are chunks whose octets and values are known from the last PDU. Where a PDU does not
say which texts are its own all of them are (passwords and ids come once), and only integers that follow each other are a chunk.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeAlias

from msgspec import Struct

from kanhe.protocols.smpp.fields import CString, FieldType, Integer

# Field types a pattern can match.
FIXED = (Integer, CString)

# One octet as text. A dict, not a list: an index of -1 must fail.
OCTET: dict[int, str] = {value: chr(value) for value in range(256)}

# How many different chunks one place remembers: the senders and codings of a busy door; beyond it begins anew.
KNOWN_MAX = 4_096

Named: TypeAlias = tuple[str, FieldType]


class Chunk(Struct, frozen=True):
    """Fields that stand together. `shared`: nearly all PDUs of a session have the same ones."""

    fields: tuple[Named, ...]
    shared: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in order."""
        return tuple(name for name, _ in self.fields)

    @property
    def name(self) -> str:
        """The first field stands for all."""
        return self.fields[0][0]


def chunks_of(run: list[Named], own: frozenset[str]) -> list[Chunk]:
    """Cut a run around the texts that each PDU has of its own."""

    def side(field: Named) -> str:
        alone = field[0] in own if own else isinstance(field[1], CString)
        return field[0] if alone else ""

    return [Chunk(tuple(fields), not name) for name, fields in groupby(run, key=side)]


def pattern_of(chunk: Chunk, octets_max: Mapping[str, int]) -> str:
    """The expression of a chunk: one group; the NUL of a text that stands alone is left outside."""
    if chunk.shared:
        return f"({''.join(_fields_pattern(chunk, octets_max))})"
    [text] = _fields_pattern(chunk, octets_max)
    return f"({text[:-1]})\0"


def _fields_pattern(chunk: Chunk, octets_max: Mapping[str, int]) -> Iterator[str]:
    """Possessive: a field that does not fit is never tried shorter."""
    for name, kind in chunk.fields:
        bound = octets_max.get(name, kind.octets_max) if isinstance(kind, CString) else 0
        yield f"[^\0]{{0,{bound - 1}}}+\0" if bound else "."


class Known(dict[Any, Any]):
    """What `make` makes of a key, made once."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= KNOWN_MAX:
            self.clear()
        made = self[key] = self._make(key)
        return made


READ = """
def make(text):
    {names}, = match(text).groups()
    return {values},
"""

WRITE = """
def make(values):
    {names}, = values
    if {wrong}:
        raise ValueError("a text field is too long or holds a NUL")
    return f"{text}"
"""


def known_values(chunk: Chunk, octets_max: Mapping[str, int]) -> Known:
    """The values of a shared chunk by its octets, which its pattern has matched."""
    groups = [f"({part[:-1]})\0" if part != "." else "(.)" for part in _fields_pattern(chunk, octets_max)]
    values = [f"ord({name})" if isinstance(kind, Integer) else name for name, kind in chunk.fields]
    source = READ.format(names=", ".join(chunk.names), values=", ".join(values))
    return Known(defined(source, "make", {"match": re.compile("".join(groups), re.DOTALL).match}))


def known_octets(chunk: Chunk) -> Known:
    """The octets of a shared chunk, as text, by its values; ValueError or KeyError when one does not fit its field."""
    text = "".join([as_text(name, kind) for name, kind in chunk.fields])
    source = WRITE.format(names=", ".join(chunk.names), wrong=wrong(chunk.fields), text=text)
    return Known(defined(source, "make", {"octet": OCTET}))


def as_text(name: str, kind: FieldType) -> str:
    """How an f-string writes a field."""
    return f"{{octet[{name}]}}" if isinstance(kind, Integer) else f"{{{name}}}\\0"


def wrong(fields: Iterable[Named]) -> str:
    """The condition under which one of these texts cannot be written."""
    texts = [(name, kind.octets_max) for name, kind in fields if isinstance(kind, CString)]
    return " or ".join([f'len({name}) >= {bound} or "\\0" in {name}' for name, bound in texts]) or "False"


def defined(source: str, name: str, names: dict[str, Any]) -> Any:
    """The function that `source` spells out; its only input is our own declarations."""
    exec(source, names)  # noqa: S102 - the source is made from pdus.py, never from a peer
    return names[name]
