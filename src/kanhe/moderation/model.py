"""The model: a weighted n-gram automaton per script, calibrated, that answers a probability and the n-grams behind it.

It is trained elsewhere (`train.py`) and only served here. It may send to review; it never blocks alone.
"""

import json
import lzma
import math
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import ascii_uppercase
from typing import Final, NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from kanhe.moderation.evidence import Evidence
from kanhe.moderation.normalise import Channel
from kanhe.moderation.reading import OPT_OUT
from kanhe.moderation.tables import small_words
from kanhe.moderation.verdict import Span

# Spans shown as proof: the heaviest n-grams, enough to point a reader at the words that told.
PROOF_NGRAMS_MAX: Final = 5
# Training rounds weights to four digits. Whole numbers add up to the same in any order.
WEIGHT_UNITS: Final = 10_000
# A model file of 10,000 n-grams is 400 kB of JSON; a larger one is not ours.
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
# One character stands for an address that is not filed, so that the model learns that there was one and not whose it was.
ADDRESS_MARK: Final = "\ue003"
# So stand one character each for a number that one may call and for any other long number: who was called is nothing to learn.
LINE_MARK, NUMBER_MARK = "\ue004", "\ue005"
LONG_NUMBER_DIGITS_MIN: Final = 7
_LONG_NUMBER: Final = re.compile(r"\+?[0-9](?:[ -]?[0-9]){6,}")
_MOBILE: Final = re.compile(r"1(?:[ -]?\d){10}")
_ADDRESS: Final = re.compile(r"https?://[!-~]+|(?<![a-z0-9-])(?:[a-z0-9-]+\.)+[a-z]{2,12}(?:/[!-~]*)?")
# Which digits stand there tells nothing, and how many only whether it is a number to text to: five and six digits are.
# Written without `+`, a search skips to the first digit instead of trying every place.
_DIGITS: Final = re.compile("[0-9][0-9]*")
COUNT_DIGITS_MAX: Final = 4
DIGIT, LONGER_MARK = "0", "\ue007"
# Facts that the model sees as characters of their own behind the text.
_FACT_MARKS: Final = {name: chr(0xE010 + i) for i, name in enumerate(("link_unregistered", "contact", "reach", "handle", "amount", "signed", "link_shortener", "disguised"))}  # fmt: skip
# Lawful chat is short, capitals are what lures shout: each is told in steps, the last step means "or more".
_LENGTH_STEP, _LENGTH_STEPS = 18, 9
_CAPITALS_STEPS: Final = 5
_LENGTHS, _CAPITALS = ([chr(first + i) for i in range(16)] for first in (0xE030, 0xE040))
_CAPITAL: Final = ascii_uppercase.encode()
_LETTERS: Final = re.compile(r"[^\W\d_]")
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f]")
# One small word of another language may be a name or a slip.
FOREIGN_WORDS_MIN: Final = 2


class ModelFileError(ValueError):
    """A model file is not what it should be."""


class ScriptFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model of one script as stored. `probability = sigmoid(slope * (bias + sum of weights) + shift)`."""

    ngrams: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    slope: float
    shift: float
    review_from: float
    strong_from: float


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All scripts, with what they were made from."""

    version: str
    scripts: dict[str, ScriptFile]
    trained_on: dict[str, int] = {}


class ScriptModel(NamedTuple):
    """The model of one script, ready."""

    automaton: AhoCorasick
    file: ScriptFile
    weights: tuple[int, ...]  # in ten-thousandths


class Model(NamedTuple):
    """The models of all scripts, and the version that verdicts name."""

    version: str
    scripts: dict[str, ScriptModel]


class Opinion(msgspec.Struct, frozen=True, gc=False):
    """What the model thinks of a text."""

    script: str
    probability: float
    review: bool
    strong: bool


def no_model() -> Model:
    """A model that has no opinion."""
    return Model("none", {})


@cache
def seed_model() -> Model:
    """The model that the package ships."""
    return parse((files(__package__) / "data" / "seed.model.xz").read_bytes())


def load_model(path: Path) -> Model:
    """Read a model file; an error names it."""
    try:
        return parse(path.read_bytes())
    except ModelFileError as error:
        raise ModelFileError(f"`{path.name}`: {error}") from error


def parse(raw: bytes) -> Model:
    """Build the automata of a model file's bytes."""
    try:
        file = msgspec.json.decode(lzma.LZMADecompressor().decompress(raw, max_length=FILE_BYTES_MAX), type=ModelFile)
    except (lzma.LZMAError, msgspec.DecodeError) as error:
        raise ModelFileError(f"not a model file: {error}") from error
    return ready(file)


def ready(file: ModelFile) -> Model:
    """Build the automata of a model."""
    if any(len(s.ngrams) != len(s.weights) or not s.ngrams for s in file.scripts.values()):
        raise ModelFileError("not a model file: n-grams and weights do not match")
    return Model(
        file.version,
        {name: _ready(script) for name, script in file.scripts.items()},
    )


def _ready(script: ScriptFile) -> ScriptModel:
    weights = tuple([round(weight * WEIGHT_UNITS) for weight in script.weights])
    return ScriptModel(AhoCorasick(script.ngrams, matchkind=MatchKind.Standard), script, weights)


def to_bytes(file: ModelFile) -> bytes:
    """Answer the bytes of a model file; the same model gives the same bytes."""
    return lzma.compress(json.dumps(msgspec.to_builtins(file), ensure_ascii=False, sort_keys=True).encode(), preset=9)


def script_of(evidence: Evidence) -> str:
    """Answer the script whose model reads a text; `other` has none: nobody taught us those languages."""
    if evidence.is_chinese:
        return "han"
    text = evidence.normal.folded.text
    if not text.isascii() and 2 * len(_LATIN.findall(text)) < len(_LETTERS.findall(text)):
        return "other"
    english, others = small_words()
    if others.isdisjoint(words := text.split()):
        return "latin"
    foreign = len(others.intersection(words))
    return "other" if foreign >= FOREIGN_WORDS_MIN and foreign > len(english.intersection(words)) else "latin"


def opinion(evidence: Evidence, model: Model) -> Opinion | None:
    """Answer the probability that a text should not pass, or `None` where no model reads its script."""
    name = script_of(evidence)
    if (script := model.scripts.get(name)) is None:
        return None
    matches = script.automaton.find_matches_as_indexes(seen(evidence), overlapping=True)
    weights = script.weights
    score = script.file.bias + sum({number: weights[number] for number, _, _ in matches}.values()) / WEIGHT_UNITS
    probability = _sigmoid(script.file.slope * score + script.file.shift)
    return Opinion(name, probability, probability >= script.file.review_from, probability >= script.file.strong_from)


def proof(evidence: Evidence, model: Model) -> tuple[Span, ...]:
    """Answer where the heaviest n-grams stand in the text as sent."""
    script = model.scripts[script_of(evidence)]
    found: list[tuple[float, Span]] = []
    for channel in _channels(evidence):
        matches = script.automaton.find_matches_as_indexes(channel.text, overlapping=True)
        found += [(script.file.weights[n], channel.span(start, end)) for n, start, end in matches]
    heaviest = sorted(found, key=lambda hit: (-hit[0], hit[1].start))[:PROOF_NGRAMS_MAX]
    return tuple(dict.fromkeys(span for weight, span in heaviest if weight > 0))


def seen(evidence: Evidence) -> str:
    """Answer the text as the model sees it: folded, addresses and digits masked, sounds, then marks for facts."""
    read = evidence.normal.folded.text
    for pattern, mark in _masks(evidence):
        read = pattern.sub(mark, read)
    if evidence.sounds is not None and evidence.is_chinese:
        read = f"{read} {evidence.sounds.text}"
    return f" {_DIGITS.sub(_digit_mark, read)} {_marks(evidence)}"


def _channels(evidence: Evidence) -> list[Channel]:
    """The same texts with their places, and without the marks that stand nowhere."""
    channels = [evidence.normal.folded]
    for pattern, mark in _masks(evidence):
        channels = [channels[0].rewrite(pattern, mark)]
    if evidence.sounds is not None and evidence.is_chinese:
        channels.append(evidence.sounds)
    return [channel.rewrite(_DIGITS, _digit_mark) for channel in channels]


def _masks(evidence: Evidence) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
    """What stands in a text, beside digits, that is nothing to learn, and the mark that takes its place."""
    masks: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = []
    if evidence.addressed:
        masks.append((_ADDRESS, _unfiled if "link_unregistered" in evidence.facts else _nothing))
    # How to refuse is what the law demands, and the gate adds it: neither its words nor its number count for or against a text.
    if evidence.refusals:
        masks += [(OPT_OUT[form], _nothing) for form in dict(evidence.refusals)]
    if evidence.things.digits_longest >= LONG_NUMBER_DIGITS_MIN:
        masks.append((_LONG_NUMBER, _number_mark))
    return masks


def _nothing(_: re.Match[str]) -> str:
    return ""


def _unfiled(_: re.Match[str]) -> str:
    return ADDRESS_MARK


def _number_mark(match: re.Match[str]) -> str:
    """A number to call is written with a plus, a nought or, in China, as eleven digits from one; others count orders."""
    digits = match.group()
    return LINE_MARK if digits[0] in "+0" or _MOBILE.fullmatch(digits) else NUMBER_MARK


def _digit_mark(match: re.Match[str]) -> str:
    return DIGIT if len(match.group()) <= COUNT_DIGITS_MAX else LONGER_MARK


def _marks(evidence: Evidence) -> str:
    sent = evidence.normal.sent
    octets = sent.encode("utf-8", "replace")
    capitals = len(octets) - len(octets.translate(None, _CAPITAL))
    facts = sorted([_FACT_MARKS[name] for name in evidence.facts if name in _FACT_MARKS])
    length = _LENGTHS[min(_LENGTH_STEPS, len(evidence.normal.folded.text) // _LENGTH_STEP)]
    return " ".join([*facts, length, _CAPITALS[min(_CAPITALS_STEPS, 10 * capitals // max(1, len(sent)))]])


def _sigmoid(x: float) -> float:
    return round(1.0 / (1.0 + math.exp(-x)), 6) if x > -40.0 else 0.0
