"""How a simulated carrier behaves: settings for all messages, chances per message, and the fate they give to one of them."""

from collections.abc import Mapping
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

from kanhe.kit.rng import Rng
from kanhe.protocols.states import CarrierState

Percent = Annotated[float, Meta(ge=0, le=100)]
# A day: longer waits are no rehearsal.
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Count = Annotated[int, Meta(ge=0)]
AtLeastOne = Annotated[int, Meta(ge=1)]


class Answer(StrEnum):
    """What the carrier does with a submission."""

    TAKE = "take"
    REJECT = "reject"
    THROTTLE = "throttle"
    THROTTLE_ONCE = "throttle_once"  # the same message is taken when it comes again
    SILENCE = "silence"  # taken, and never answered
    DROP = "drop"  # not taken: the connection is cut instead


class Fate(Struct, frozen=True, gc=False):
    """All that happens to one submission."""

    answer: Answer = Answer.TAKE
    answer_s: float = 0.0
    state: CarrierState = CarrierState.DELIVERED
    error: str = "000"
    receipts: int = 1
    receipt_s: float = 0.0
    early: bool = False  # the receipt leaves before the answer
    hex_ids: bool = False  # the answer's id is hexadecimal, the receipt's decimal
    stray: bool = False  # one answer more than was asked for
    inbound: str = ""  # what the handset answers


class Behaviour(Struct, frozen=True, kw_only=True):
    """The settings of a simulated carrier; every one may change while it runs."""

    answer_s: Seconds = 0.0  # wait before a response
    receipt_s: Seconds = 0.02  # wait before a receipt
    receipt_state: CarrierState = CarrierState.DELIVERED
    receipt_error: str = "000"
    shuffle: bool = False  # receipts that are due together leave in any order
    hex_ids: bool = False  # ids hexadecimal in responses, decimal in receipts

    no_receipt_percent: Percent = 0.0
    failed_percent: Percent = 0.0  # receipts that say undeliverable
    early_percent: Percent = 0.0  # receipts before the response
    twice_percent: Percent = 0.0  # receipts sent twice
    throttle_percent: Percent = 0.0
    reject_percent: Percent = 0.0
    silence_percent: Percent = 0.0  # taken and never answered; the receipt still comes
    late_percent: Percent = 0.0  # answered only after late_s
    stray_percent: Percent = 0.0  # answered, and something else answered too that nobody asked
    reply_percent: Percent = 0.0  # the handset answers with reply_text

    late_s: Seconds = 60.0
    reply_text: str = "STOP"
    drop_every: Count = 0  # cut the connection at every so many submissions; 0: never
    max_per_s: Annotated[float, Meta(ge=0)] = 0.0  # throttle what comes faster; 0: no limit
    read_pause_s: Seconds = 0.0  # slow reading: wait after each read
    window: AtLeastOne = 100_000  # unanswered submissions of one session, from its bind on
    receipt_window: AtLeastOne = 100  # unanswered receipts of one session, from its connection on
    magic: bool = True  # the last digits of a number decide about it (sim/magic.py)


class BehaviourError(ValueError):
    """A setting nobody knows, or a value it cannot have."""


TYPES: Mapping[str, Any] = get_type_hints(Behaviour, include_extras=True)


def changed(behaviour: Behaviour, changes: Mapping[str, object]) -> Behaviour:
    """The behaviour with some settings changed; values may be text, as from a command line."""
    return msgspec.structs.replace(behaviour, **{name: _value(name, value) for name, value in changes.items()})


def _value(name: str, value: object) -> object:
    if name not in TYPES:
        raise BehaviourError(f"`{name}` is no setting; the settings are {', '.join(TYPES)}")
    try:
        return msgspec.convert(value, TYPES[name], strict=False)
    except msgspec.ValidationError as error:
        raise BehaviourError(f"`{name}` cannot be `{value}`") from error


# Which setting makes which fate; the first row that decides the answer wins, so the rarer come first.
CHANCES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("throttle_percent", {"answer": Answer.THROTTLE}),
    ("reject_percent", {"answer": Answer.REJECT}),
    ("silence_percent", {"answer": Answer.SILENCE}),
    ("late_percent", {}),
    ("stray_percent", {"stray": True}),
    ("early_percent", {"early": True}),
    ("twice_percent", {"receipts": 2}),
    ("no_receipt_percent", {"receipts": 0}),
    ("failed_percent", {"state": CarrierState.UNDELIVERABLE, "error": "021"}),
    ("reply_percent", {}),
)


class Fates:
    """The fate of each submission: by its number's last digits, else by chance, else the usual one."""

    def __init__(self, behaviour: Behaviour, magic: Mapping[str, Mapping[str, Any]], rng: Rng) -> None:
        self._rng = rng
        self._usual = Fate(
            answer_s=behaviour.answer_s,
            state=behaviour.receipt_state,
            error=behaviour.receipt_error,
            receipt_s=behaviour.receipt_s,
            hex_ids=behaviour.hex_ids,
        )
        self._magic = {digits: _fate(self._usual, row) for digits, row in magic.items()} if behaviour.magic else {}
        self._digits = len(next(iter(magic), ""))
        extra: dict[str, Mapping[str, Any]] = {
            "late_percent": {"answer_s": behaviour.late_s},
            "reply_percent": {"inbound": behaviour.reply_text},
        }
        self._chances = [
            (getattr(behaviour, name) / 100, {**row, **extra.get(name, {})})
            for name, row in CHANCES
            if getattr(behaviour, name)
        ]
        self._mixed: dict[tuple[bool, ...], Fate] = {}

    def of(self, number: str) -> Fate:
        """What happens to a submission to this number."""
        magic = self._magic.get(number[-self._digits :]) if self._magic else None
        if magic is not None:
            return magic
        return self._by_chance() if self._chances else self._usual

    def _by_chance(self) -> Fate:
        """Every combination of chances is one fate, made once."""
        drawn = tuple(self._rng.random() < share for share, _ in self._chances)
        fate = self._mixed.get(drawn)
        if fate is None:
            rows = [row for (_, row), hit in zip(self._chances, drawn, strict=True) if hit]
            fate = self._mixed[drawn] = _fate(self._usual, reduce(or_, map(dict, reversed(rows)), {}))
        return fate


def _fate(usual: Fate, row: Mapping[str, Any]) -> Fate:
    return msgspec.structs.replace(usual, **row)
