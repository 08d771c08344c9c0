"""Chance, handed in: seeded in the simulator, the system's own in production."""

import random
import secrets
from typing import Protocol


class Rng(Protocol):
    """What the platform asks of chance."""

    def random(self) -> float:
        """A float in [0, 1)."""
        ...

    def token(self, octets: int) -> bytes:
        """Unpredictable octets: salts, keys, one-time links."""
        ...


class SystemRng:
    """The operating system's randomness."""

    def random(self) -> float:
        """A float in [0, 1) for jitter and sampling."""
        return secrets.randbits(53) / (1 << 53)

    def token(self, octets: int) -> bytes:
        """Cryptographically strong octets."""
        return secrets.token_bytes(octets)


class SeededRng:
    """One seed, one history; never for secrets of a real deployment."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311, TID251 - the simulator's chance is reproducible on purpose

    def random(self) -> float:
        """A float in [0, 1)."""
        return self._random.random()

    def token(self, octets: int) -> bytes:
        """Reproducible octets."""
        return self._random.randbytes(octets)
