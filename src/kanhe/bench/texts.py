"""The content engine: texts per second, distinct, from memory, and of a kind never seen."""

from pathlib import Path
from time import perf_counter, process_time

from kanhe.moderation.evaluate import measure
from kanhe.moderation.policy import load, shipped_rules


def bench_moderation() -> dict[str, float]:
    """`distinct_per_s`, `cached_per_s`, `cold_per_s`, `load_s`, `rss_mb` on the examples of the shipped rules."""
    texts = [
        example
        for _, file in shipped_rules()
        for rule in file.rules
        for example in (*rule.examples.finds, *rule.examples.leaves)
    ]
    began = perf_counter()
    policy = load()
    loaded = perf_counter() - began
    return {**measure(texts, policy, process_time, _resident), "load_s": round(loaded, 3)}


def _resident() -> int:
    """Octets this process holds (proc(5), VmRSS)."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
