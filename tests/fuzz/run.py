"""Fuzz one target for a while: `python -m tests.fuzz.run TARGET [SECONDS] [SEED]`. What breaks it goes into the corpus."""

import hashlib
import sys

from tests.fuzz.seeds import CORPUS, Chance, mutated, seeds
from tests.fuzz.targets import TARGETS

from kanhe.kit.clock import SystemClock

CLOCK = SystemClock()


def fuzz(name: str, seconds: float, seed: int) -> tuple[int, str]:
    """(how many inputs were tried, what the last one raised or nothing)."""
    chance, target, start = Chance(seed), TARGETS[name], seeds(name)
    until, tried = CLOCK.monotonic() + seconds, 0
    while CLOCK.monotonic() < until:
        data = mutated(chance.of(start), start, chance)
        tried += 1
        try:
            target(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it was not promised
            keep(name, data)
            return tried, repr(error)
    return tried, ""


def keep(name: str, data: bytes) -> None:
    """Into the corpus, under its digest."""
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha256(data).hexdigest()[:16]}.hex").write_text(data.hex(), "ascii")


if __name__ == "__main__":
    name, seconds, seed = (sys.argv[1:] + ["60", "1"][len(sys.argv) - 2 :])[:3]
    tried, wrong = fuzz(name, float(seconds), int(seed))
    sys.stdout.write(f"{name}: {tried} inputs, {wrong or 'nothing found'}\n")
    sys.exit(bool(wrong))
