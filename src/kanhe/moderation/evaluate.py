"""What stands behind `kanhe moderation eval` and `kanhe bench moderation`: figures.

Plain functions from labelled texts to dicts that print as JSON. Files are JSON lines: `text`, `label` (ham or spam), and, where known,
`category`, `lang`, `group`, `techniques`.
"""

import gc
import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kanhe.moderation import policy as policies
from kanhe.moderation.engine import Moderator, weigh
from kanhe.moderation.model import ready
from kanhe.moderation.policy import Policy
from kanhe.moderation.registers import Registers, load_registers
from kanhe.moderation.train import Row, train
from kanhe.moderation.verdict import NOTHING_KNOWN, Suggestion

# The share of lawful texts wrongly held at which recall is compared.
FALSE_POSITIVE_SHARE: Final = 0.005
# Of the groups, this many tenths are kept from training where figures on unseen texts are wanted.
HELD_OUT_TENTHS: Final = 3
# The benchmark's texts: fills of so many templates, each distinct.
BENCH_TEXTS: Final = 20_000
CACHED_TEXTS: Final = 5_000
# A few hundred milliseconds of judging each text the whole way, as if none of its shape had been seen.
WHOLE_TEXTS: Final = 5_000


class RowFileError(ValueError):
    """A line that is no labelled text; says which."""


class Judged(NamedTuple):
    """A labelled text and what came of it."""

    row: Row
    score: float
    suggestion: Suggestion

    @property
    def spam(self) -> bool:
        """Whether it must not pass unreviewed."""
        return self.row.label == "spam"

    @property
    def caught(self) -> bool:
        """Whether it does not pass unreviewed."""
        return self.suggestion >= Suggestion.REVIEW


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """Read labelled texts; an error names file and line."""
    decoder, rows = msgspec.json.Decoder(Row), []
    for path in paths:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                rows.append(decoder.decode(line))
            except msgspec.DecodeError as error:
                raise RowFileError(f"{path.name}, line {number}: {error}") from error
    return rows


def evaluate(paths: Sequence[Path], policy: Policy | None = None, *, brands: Path | None = None) -> dict[str, object]:
    """Judge labelled texts with a policy, or the shipped one, and answer the figures, by language and category."""
    if not (rows := read_rows(paths)):
        raise RowFileError("no labelled texts in these files")
    policy = policy or policies.load(registers=load_registers(brands) if brands is not None else None)
    return {"versions": msgspec.to_builtins(policy.versions), **figures(judge_rows(rows, policy))}


def evaluate_unseen(
    paths: Sequence[Path], *, known: Sequence[Path] = (), brands: Path | None = None
) -> dict[str, object]:
    """Train on seven tenths of the groups, and on all that is `known`; answer the figures on the groups never seen."""
    rows = read_rows(paths)
    if not any(map(_held_out, rows)):
        raise RowFileError("no group of these texts is held out: three in ten are, so more groups are needed")
    seen = train([row for row in rows if not _held_out(row)] + read_rows(known))
    registers = load_registers(brands) if brands is not None else Registers()
    policy = policies.load(registers=registers, model=ready(seen))
    return {"trained_on": seen.trained_on, **figures(judge_rows([row for row in rows if _held_out(row)], policy))}


def _held_out(row: Row) -> bool:
    return int.from_bytes(hashlib.sha256((row.group or row.text).encode()).digest()[:4], "big") % 10 < HELD_OUT_TENTHS


def judge_rows(rows: Iterable[Row], policy: Policy) -> list[Judged]:
    """Judge labelled texts."""
    return [Judged(row, (verdict := weigh(row.text, row.context, policy)).score, verdict.suggestion) for row in rows]


def figures(judged: Sequence[Judged]) -> dict[str, object]:
    """Answer the figures of judged texts, all together and by language."""
    languages = sorted({j.row.lang for j in judged})
    return {
        "texts": len(judged),
        "all": _figures(judged),
        "by_lang": {lang or "unknown": _figures([j for j in judged if j.row.lang == lang]) for lang in languages},
        "recall_by_category": recall_by_category(judged),
        "recall_by_technique": recall_by_technique(judged),
        "lawful_blocked": [j.row.id or j.row.text for j in judged if not j.spam and j.suggestion is Suggestion.BLOCK],
    }


def recall_by_category(judged: Iterable[Judged]) -> dict[str, float]:
    """Answer the share of each category's texts that do not pass unreviewed."""
    return _recall_by(judged, lambda row: (row.category or "spam",))


def recall_by_technique(judged: Iterable[Judged]) -> dict[str, float]:
    """Answer the same by the disguises that the texts wear."""
    return _recall_by(judged, lambda row: row.techniques)


def _recall_by(judged: Iterable[Judged], kinds_of: Callable[[Row], Iterable[str]]) -> dict[str, float]:
    caught: dict[str, list[bool]] = {}
    for j in judged:
        for kind in kinds_of(j.row) if j.spam else ():
            caught.setdefault(kind, []).append(j.caught)
    return {kind: round(sum(hits) / len(hits), 4) for kind, hits in sorted(caught.items())}


def _figures(judged: Sequence[Judged]) -> dict[str, object]:
    spam, ham = [j for j in judged if j.spam], [j for j in judged if not j.spam]
    caught, held = sum(j.caught for j in spam), sum(j.caught for j in ham)
    return {
        "spam": len(spam),
        "ham": len(ham),
        "auc": _auc([j.score for j in spam], [j.score for j in ham]),
        "f1": _ratio(2 * caught, 2 * caught + held + len(spam) - caught),
        "recall": _ratio(caught, len(spam)),
        "recall_at_half_percent_false_positives": _recall_at([j.score for j in spam], [j.score for j in ham]),
        "ham_reviewed": _ratio(sum(j.suggestion is Suggestion.REVIEW for j in ham), len(ham)),
        "ham_blocked": sum(j.suggestion is Suggestion.BLOCK for j in ham),
        "spam_blocked": _ratio(sum(j.suggestion is Suggestion.BLOCK for j in spam), len(spam)),
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _auc(spam: Sequence[float], ham: Sequence[float]) -> float | None:
    """Answer the chance that a spam scores above a ham, ties counted half (Mann and Whitney)."""
    if not spam or not ham:
        return None
    ordered = sorted([(score, True) for score in spam] + [(score, False) for score in ham])
    wins, hams_below, at = 0.0, 0, 0
    while at < len(ordered):
        end = next((i for i in range(at, len(ordered)) if ordered[i][0] != ordered[at][0]), len(ordered))
        spams = sum(is_spam for _, is_spam in ordered[at:end])
        hams = end - at - spams
        wins += spams * (hams_below + hams / 2)
        hams_below, at = hams_below + hams, end
    return round(wins / (len(spam) * len(ham)), 4)


def _recall_at(spam: Sequence[float], ham: Sequence[float]) -> float | None:
    if not spam or not ham:
        return None
    threshold = sorted(ham, reverse=True)[int(len(ham) * FALSE_POSITIVE_SHARE)]
    return round(sum(score > threshold for score in spam) / len(spam), 4)


def measure(
    texts: Sequence[str], policy: Policy, seconds: Callable[[], float], memory_bytes: Callable[[], int]
) -> dict[str, float]:
    """Time the stage on distinct texts made from `texts`, from memory, and the whole way, as for a shape never seen.

    `seconds` is a clock of processor time and `memory_bytes` tells the process's resident size: both are the caller's.
    """
    gc.collect()
    gc.freeze()  # as a server does after loading: what stays for ever need not be looked at again
    fills = list(islice(_fills(texts), BENCH_TEXTS))
    moderator = Moderator(policy)
    distinct = _rate(seconds, fills, moderator.check)
    cached = _rate(seconds, fills[-CACHED_TEXTS:] * 3, moderator.check)
    cold = _rate(seconds, fills[:WHOLE_TEXTS], lambda text: weigh(text, NOTHING_KNOWN, policy))
    gc.unfreeze()
    return {
        "distinct_per_s": distinct,
        "cached_per_s": cached,
        "cold_per_s": cold,
        "rss_mb": round(memory_bytes() / 1e6, 1),
    }


def _fills(texts: Sequence[str]) -> Iterable[str]:
    """Make distinct texts: the same words with other numbers, as traffic has them."""
    for number, text in enumerate(cycle(texts)):
        digits = iter(cycle(f"{number * 7919 % 900_000 + 100_000}"))
        yield "".join(next(digits) if c.isdecimal() and c.isascii() else c for c in text)


def _rate(seconds: Callable[[], float], texts: Sequence[str], check: Callable[[str], object]) -> float:
    started = seconds()
    for text in texts:
        check(text)
    return round(len(texts) / max(1e-9, seconds() - started))
