"""Shapes: the tuple of findings of a verdict, kept once and known by its digest."""

import hashlib

import msgspec

from kanhe.domain.verdict import Finding, Shape

# Verdicts take few shapes (a country times a category times what went wrong); past this the table starts anew.
SHAPES_MAX = 50_000


class Shapes:
    """Interns shapes by the numbers of their findings."""

    def __init__(self, pack_digest: bytes) -> None:
        self._pack_digest = pack_digest
        self._known: dict[tuple[int, ...], Shape] = {}

    def of(self, findings: tuple[Finding, ...]) -> Shape:
        """The one shape of these findings."""
        numbers = tuple([finding.number for finding in findings])
        known = self._known.get(numbers)
        if known is None:
            if len(self._known) >= SHAPES_MAX:
                self._known.clear()
            known = self._known[numbers] = Shape(findings, digest_of(findings), self._pack_digest)
        return known


def canonical(findings: tuple[Finding, ...]) -> bytes:
    """The canonical JSON of findings; their numbers do not count, they belong to one library."""
    return msgspec.json.encode([[f.stage, f.rule, f.version, f.code, f.mode, int(f.effect)] for f in findings])


def digest_of(findings: tuple[Finding, ...]) -> bytes:
    """SHA-256 of the canonical text of findings."""
    return hashlib.sha256(canonical(findings)).digest()
