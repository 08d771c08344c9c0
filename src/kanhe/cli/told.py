"""An answer as people read it at a terminal: what decided, why, under which provision, on which facts, what to do next.

The sentences are those of the API, of `law/reasons.yaml`; nothing is worded here but the captions.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Captions, in English and Chinese.
CAPTIONS: Mapping[str, tuple[str, str]] = {
    "declared": ("declared as", "申报为"),
    "not_before": ("not before", "不早于"),
    "text": ("text that leaves", "实际发出的正文"),
    "provision": ("provision", "依据"),
    "facts": ("facts used", "所用事实"),
    "next": ("next", "下一步"),
    "today": ("by today's rules", "按今日规则"),
    "segments": ("segments", "分段"),
    "price": ("price", "价格"),
    "test": ("a test: it reaches no real carrier", "测试：不经真实运营商"),
    "others": ("other findings: --json shows them", "其余认定见 --json"),
}

Given = Mapping[str, Any]

# Prices are told in millionths of the account's currency.
MICRO = 1_000_000


def language() -> str:
    """Chinese where the terminal speaks it, English elsewhere."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def _captions(speak: str) -> Mapping[str, str]:
    return {name: pair[speak == "zh"] for name, pair in CAPTIONS.items()}


def explanation(told: Given, speak: str) -> Iterator[str]:
    """A verdict with what decided it."""
    say = _captions(speak)
    declared = f" ({say['declared']} {told['declared']})" if told["declared"] != told["category"] else ""
    yield f"{told['outcome']}  {told['category']}{declared}"
    if told.get("not_before"):
        yield f"  {say['not_before']} {told['not_before']}"
    if told.get("text"):
        yield f"  {say['text']}: {told['text']}"
    findings: Sequence[Given] = told["findings"]
    shown = [each for each in findings if _shown(each, told["outcome"])]
    for each in shown:
        yield from _finding(each, speak, say)
    if len(shown) < len(findings):
        yield f"  {len(findings) - len(shown)} {say['others']}"
    if (today := told.get("today")) is not None:
        yield f"{say['today']}: {today['outcome']}"
        if today["differs"]:
            for each in today.get("findings", ()):
                yield from _finding(each, speak, say)


def sent(told: Given, speak: str) -> Iterator[str]:
    """What became of a message that was handed in."""
    say = _captions(speak)
    yield f"{told['state']}  {told['id']}"
    price = told["price_micro"] / MICRO
    yield f"  {told['verdict']}, {told['category']}, {say['segments']} {told['segments']}, {say['price']} {price:g}"
    if told.get("not_before"):
        yield f"  {say['not_before']} {told['not_before']}"
    if told.get("text"):
        yield f"  {say['text']}: {told['text']}"
    if told.get("test"):
        yield f"  {say['test']}"
    for each in told.get("findings") or ():
        yield from _finding(each, speak, say)


def problem(told: Given, speak: str) -> Iterator[str]:
    """Why something was not done: each finding that decided, or what to do next."""
    say = _captions(speak)
    yield told["what"][speak] + (f"  {told['id']}" if told.get("id") else "")
    if told["detail"] not in (*told["what"].values(), *told["next"].values()):
        yield f"  {told['field']}: {told['detail']}" if told.get("field") else f"  {told['detail']}"
    findings: Sequence[Given] = told.get("findings") or ()
    for each in findings:
        yield from _finding(each, speak, say)
    if not findings:
        yield f"  {say['next']}: {told['next'][speak]}"


def check(told: Given, speak: str) -> Iterator[str]:
    """What would become of a message."""
    yield f"{told['would']}  {_captions(speak)['segments']} {told['segments']}"
    if told.get("explanation"):
        yield from explanation(told["explanation"], speak)
    if told.get("problem"):
        yield from problem(told["problem"], speak)


def _shown(finding: Given, outcome: str) -> bool:
    """What decided, and advice; of a plain allow what it rests on."""
    return bool(finding["decided"]) and (outcome != "allow" or finding["rule"] is not None)


def _finding(finding: Given, speak: str, say: Mapping[str, str]) -> Iterator[str]:
    words: Given = finding["words"][speak]
    yield f"- {finding['effect']}: {words['title']}" + (f"  [{finding['rule']}]" if finding["rule"] else "")
    if words["what"] != words["title"]:
        yield f"    {words['what']}"
    for one in finding["citation"]:
        yield f"    {say['provision']}: {', '.join(filter(None, (one['instrument'], one['provision'])))}"
    if finding.get("noted"):
        yield f"    {say['facts']}: {', '.join(finding['noted'].values())}"
    if words.get("next"):
        yield f"    {say['next']}: {words['next']}"
