"""An explanation as people read it at a terminal: what decided, why, under which provision, on which facts, what to do next.

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
    "others": ("other findings: --json shows them", "其余认定见 --json"),
}

Given = Mapping[str, Any]


def language() -> str:
    """Chinese where the terminal speaks it, English elsewhere."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def explanation(told: Given, speak: str) -> Iterator[str]:
    """A verdict with what decided it."""
    say = {name: pair[speak == "zh"] for name, pair in CAPTIONS.items()}
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


def check(told: Given, speak: str) -> Iterator[str]:
    """What would become of a message."""
    yield f"{told['would']}  {told['segments']} {CAPTIONS['segments'][speak == 'zh']}"
    if told.get("explanation"):
        yield from explanation(told["explanation"], speak)
    if told.get("problem"):
        yield f"{told['problem'].get('title', '')}: {told['problem'].get('detail', '')}"


def _shown(finding: Given, outcome: str) -> bool:
    """What decided, and advice; of a plain allow what it rests on."""
    return bool(finding["decided"]) and (outcome != "allow" or finding["rule"] is not None)


def _finding(finding: Given, speak: str, say: Mapping[str, str]) -> Iterator[str]:
    words: Given = finding["words"][speak]
    yield f"- {finding['effect']}: {words['title']}" + (f"  [{finding['rule']}]" if finding["rule"] else "")
    if words["what"] != words["title"]:
        yield f"    {words['what']}"
    for one in finding["citation"]:
        yield f"    {say['provision']}: {one['instrument']}, {one['provision']}"
    if finding.get("noted"):
        yield f"    {say['facts']}: {', '.join(finding['noted'].values())}"
    if words.get("next"):
        yield f"    {say['next']}: {words['next']}"
