"""The model: a weighted n-gram automaton per script, calibrated, that answers a probability and the n-grams behind it.

It is trained elsewhere (`train.py`) and only served here. It may send to review; it never blocks alone.
"""

import json
import lzma
import math
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from kanhe.moderation.normalise import Channel
from kanhe.moderation.tables import HAN

# Spans shown as proof: the heaviest n-grams, enough to point a reader at the words that told.
PROOF_NGRAMS_MAX: Final = 5
_HAN: Final = re.compile(f"[{HAN}]")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[!-~]+|(?:[a-z0-9-]+\.)+[a-z]{2,12}(?:/[!-~]*)?")
_DIGITS: Final = str.maketrans("123456789", "000000000")
# One character stands for an address, so that the model learns that there was one and not whose it was.
ADDRESS_MARK: Final = "\ue003"


class ScriptModel(NamedTuple):
    """The n-grams of one script with their weights; `log-odds = bias + scale * sum(weights of the n-grams present)`."""

    automaton: AhoCorasick
    weights: list[float]
    bias: float
    review_from: float
    strong_from: float


class Model(NamedTuple):
    """The models of all scripts, and the version that verdicts name."""

    version: str
    scripts: dict[str, ScriptModel]


class Opinion(NamedTuple):
    """What the model thinks of a text."""

    script: str
    probability: float
    proof: Callable[[], list[tuple[int, int]]]


def script_of(text: str) -> str:
    """Answer the script whose model reads a text."""
    return "han" if _HAN.search(text) else "latin"


def masked(channel: Channel) -> Channel:
    """Hide what a model must not learn by heart: hosts become one mark, every digit a zero. Spans still lead back."""
    text = channel.text
    if "." in text and _ADDRESS.search(text):
        channel = channel.rewrite(_ADDRESS, lambda _: ADDRESS_MARK)
    return Channel(" " + channel.text.translate(_DIGITS) + " ", [0, *(channel.at or range(len(channel.text))), max(0, len(text) - 1)] if channel.at else None)


def no_model() -> Model:
    """A model that has no opinion."""
    return Model("none", {})
