"""Train a model from labelled texts. Needs the extra `train` (scikit-learn), which is imported only when called.

Per script: character n-grams, weighted by their naive-Bayes log ratio, a logistic regression over them, the heaviest n-grams
kept and fitted again; then calibrated and given its thresholds on predictions made for groups it had not seen.
"""

import hashlib
import re
import zlib
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from kanhe.moderation.evidence import Evidence
from kanhe.moderation.model import ModelFile, ScriptFile, script_of, seen
from kanhe.moderation.registers import Registers
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import NOTHING_KNOWN, Context

# Longer n-grams of Latin letters learn whole messages by heart; two ideographs or syllables are a word already.
NGRAMS: Final = {"latin": (2, 5), "han": (2, 4)}
# Beyond these no figure on unseen groups gets better, and each n-gram costs time on every text.
NGRAMS_KEPT: Final = {"latin": 5_000, "han": 1_500}
# Lawful business is what the platform carries; there are hundreds of such texts to learn from and thousands of chats, beside which
# every bank notice looks like spam. So each counts for five, and so does Chinese chat, of which there is none but invented.
BUSINESS_WEIGHT: Final = 5.0
CHAT: Final = frozenset({"", "ham", "personal"})
# Likewise of lures: the thousand real ones are premium-rate lines and prizes, those of which the kind is known are of today.
MODERN_LURE_WEIGHT: Final = 2.0
OLD_LURES: Final = frozenset({"", "spam", "smishing"})
SEEN_IN_TEXTS_MIN: Final = 3
REGULARISATION: Final = {"choose": 0.05, "fit": 0.05}
FOLDS: Final = 4
# Share of lawful texts of unseen groups that the model alone may send to review, and may call certain. Nearly all of them are chat,
# which the gate judges nowhere; of lawful business in Chinese there is none.
FALSE_REVIEWS_MAX: Final = 0.015
FALSE_CERTAINTIES_MAX: Final = 0.0
# In Chinese: clearly more likely than not. English lures are of more kinds than there are to learn from, so a person is asked earlier.
REVIEW_FLOOR: Final = {"latin": 0.4, "han": 0.6}
CERTAIN_FLOOR: Final = 0.98
_SIGNATURE: Final = re.compile("【[^】]{1,24}】")
ANY_SIGNATURE: Final = "【某某】"
COURTESIES: Final = ("", "感谢您的支持！", "祝您生活愉快！", "谢谢！", "感谢您的理解与配合。", "如有疑问请联系客服。", "详情请见官方应用。", "欢迎咨询！", "请您知悉～", "给您带来不便，敬请谅解！", "期待您的光临！", "感谢使用！", "竭诚为您服务。", "请勿回复。", "请留意！")  # fmt: skip
# Fewer texts of a script make no model.
TEXTS_MIN: Final = 40


class TrainingError(ValueError):
    """There is too little to learn from."""


class Row(msgspec.Struct, frozen=True):
    """One labelled text; rows of one `group` are variants of one another and stay on one side of every split."""

    text: str
    label: Literal["ham", "spam"]  # ham: may be sent; spam: must not pass unreviewed
    category: str = ""
    lang: str = ""
    source: str = ""
    group: str = ""
    id: str = ""
    techniques: tuple[str, ...] = ()  # how it is disguised
    domains: frozenset[str] = frozenset()  # filed for the sender, where that is known

    @property
    def weight(self) -> float:
        """For how many texts it counts in training."""
        if self.label == "ham":
            return 1.0 if self.category in CHAT and self.lang != "zh" else BUSINESS_WEIGHT
        return 1.0 if self.category in OLD_LURES else MODERN_LURE_WEIGHT

    @property
    def context(self) -> Context:
        """What is known beside the text."""
        return Context(domains=self.domains) if self.domains else NOTHING_KNOWN


class _Script(NamedTuple):
    texts: list[str]
    labels: Any
    groups: list[str]
    weights: Any


def train(rows: Sequence[Row]) -> ModelFile:
    """Answer a model of every script with enough texts of both labels."""
    import numpy as np

    book, registers = TermBook().seal(), Registers()
    by_script: dict[str, list[tuple[str, bool, str, float]]] = {}
    for row in rows:
        for text in (row.text, *_dressed_otherwise(row)):
            evidence = Evidence(text, row.context, book, registers)
            by_script.setdefault(script_of(evidence), []).append(
                (seen(evidence), row.label == "spam", row.group or row.text, row.weight)
            )
    scripts = {}
    for name, found in sorted(by_script.items()):
        texts, labels, groups, weights = (list(column) for column in zip(*found, strict=True))
        if name in NGRAMS and len(found) >= TEXTS_MIN and 0 < sum(labels) < len(found):
            scripts[name] = _train_script(name, _Script(texts, np.array(labels), groups, np.array(weights)))
    if not scripts:
        there = ", ".join(f"{len(found)} {name}" for name, found in sorted(by_script.items()))
        raise TrainingError(f"a model needs {TEXTS_MIN} texts of one script, some ham and some spam; there are {there}")
    version = hashlib.sha256(msgspec.json.encode(scripts)).hexdigest()[:12]
    return ModelFile(version, scripts, {name: len(found) for name, found in sorted(by_script.items())})


def _dressed_otherwise(row: Row) -> tuple[str, ...]:
    """Answer a Chinese text, chat apart, without its signature or with one, and with a courtesy: neither says what it is."""
    if row.lang != "zh" or row.category in CHAT:
        return ()
    signed = _SIGNATURE.match(row.text)
    body = row.text[signed.end() :] if signed else ANY_SIGNATURE + row.text
    return (f"{body}{COURTESIES[zlib.crc32(row.text.encode()) % len(COURTESIES)]}",)


def _train_script(name: str, script: _Script) -> ScriptFile:
    import numpy as np

    held_out = _held_out_scores(name, script)
    slope, shift = _calibrate(held_out, script.labels)
    lawful = np.sort(1 / (1 + np.exp(-(slope * held_out[~script.labels] + shift))))[::-1]
    ngrams, weights, bias = _fit(name, script.texts, script.labels, script.weights)
    return ScriptFile(
        tuple(ngrams),
        tuple(round(float(w), 4) for w in weights),
        round(bias, 5),
        round(slope, 5),
        round(shift, 5),
        review_from=_above(lawful, FALSE_REVIEWS_MAX, floor=REVIEW_FLOOR[name]),
        strong_from=_above(lawful, FALSE_CERTAINTIES_MAX, floor=CERTAIN_FLOOR),
    )


def _above(lawful: Any, share: float, floor: float) -> float:
    """Answer the threshold that at most this share of the lawful texts reach."""
    highest = float(lawful[min(len(lawful) - 1, int(len(lawful) * share))])
    return round(max(floor, highest + 1e-6), 6)


def _fit(name: str, texts: list[str], labels: Any, weights: Any) -> tuple[list[str], Any, float]:
    """Answer the n-grams kept, their weights and the bias."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    vectoriser = CountVectorizer(
        analyzer="char", ngram_range=NGRAMS[name], min_df=SEEN_IN_TEXTS_MIN, binary=True, lowercase=False
    )
    counts = vectoriser.fit_transform(texts)
    weighed = counts.multiply(weights[:, None]).tocsr()
    spam, ham = (np.asarray(weighed[side].sum(0)).ravel() + 0.5 for side in (labels, ~labels))
    ratio = np.log(spam / spam.sum()) - np.log(ham / ham.sum())
    weighted = counts.multiply(ratio).tocsc()
    first, _ = _regress(weighted, labels, REGULARISATION["choose"], weights)
    kept = np.sort(np.argsort(-np.abs(first * ratio), kind="stable")[: NGRAMS_KEPT[name]])
    fitted, bias = _regress(weighted[:, kept], labels, REGULARISATION["fit"], weights)
    return [str(n) for n in vectoriser.get_feature_names_out()[kept]], fitted * ratio[kept], bias


def _regress(features: Any, labels: Any, regularisation: float, weights: Any = None) -> tuple[Any, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=regularisation, solver="liblinear", max_iter=300, random_state=0).fit(
        features, labels, sample_weight=weights
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def _held_out_scores(name: str, script: _Script) -> Any:
    """Answer for each text the score of a model that saw nothing of its group."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.model_selection import GroupKFold

    scores = np.zeros(len(script.texts))
    folds = min(FOLDS, len(set(script.groups)))
    for known, unseen in GroupKFold(folds).split(script.texts, script.labels, script.groups):
        ngrams, weights, bias = _fit(
            name, [script.texts[i] for i in known], script.labels[known], script.weights[known]
        )
        vectoriser = CountVectorizer(
            analyzer="char", ngram_range=NGRAMS[name], vocabulary=ngrams, binary=True, lowercase=False
        )
        scores[unseen] = vectoriser.transform([script.texts[i] for i in unseen]) @ weights + bias
    return scores


def _calibrate(scores: Any, labels: Any) -> tuple[float, float]:
    """Answer slope and shift that turn scores into probabilities (Platt 1999)."""
    weights, bias = _regress(scores.reshape(-1, 1), labels, 1.0)
    return float(weights[0]), bias
