"""The rules in force on a data folder: the packs of this release, and the operator's own in place of them.

law/xx.yaml   a pack of the operator's own: it stands for the release's pack of that country

Only what was found in order is put there (`kanhe law apply`), so a start never meets a pack that nobody has checked.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from kanhe.gate.gate import Gate
from kanhe.gate.plan import overridden
from kanhe.kit.clock import Clock
from kanhe.law.library import Library
from kanhe.law.load import Differing, differing, load_packs, name_of, with_draft
from kanhe.law.rules import Enforce
from kanhe.law.source import Mistake, PackError
from kanhe.ledger.entry import commit_entries, packs_statement, switch_statement
from kanhe.ports.change import Change, Rank
from kanhe.records.documents import PaperInvalidError
from kanhe.records.filing import Filed
from kanhe.world import World, write_down

FOLDER = "law"
# What an entry of the ledger has room for beside the name of the rule: a paragraph.
REASON_OCTETS_MAX = 800


def packs_in_force(data: Path) -> Library:
    """The packs of this release with the operator's own. Raises `PackError`."""
    return with_draft(load_packs(), *sorted((data / FOLDER).glob("*.yaml")))


class LawCare:
    """Puts other packs in force while the platform runs: read and made ready on another thread, then one assignment."""

    def __init__(self, data: Path, world: World, clock: Clock) -> None:
        self._folder, self._world, self._clock = data / FOLDER, world, clock
        self._one = asyncio.Lock()

    @property
    def gate(self) -> Gate:
        """The gate that judges."""
        return self._world.gate

    async def apply(self, paths: Sequence[Path], *, dry_run: bool = False) -> Differing:
        """Put these packs in force and keep them, or none of them. Raises `PackError`; the packs in force stay."""
        async with self._one:
            library = await asyncio.to_thread(with_draft, self.gate.library, *paths)
            if not dry_run:
                await asyncio.to_thread(self._keep, paths)
            return await self._adopt(library, dry_run=dry_run)

    async def withdraw(self, name: str) -> Differing:
        """Go back to the release's pack of a country. Raises `PackError` when the operator has none of his own."""
        async with self._one:
            own = self._folder / f"{name}.yaml"
            if not own.is_file():
                raise PackError((Mistake(own.name, 1, "-", "there is no pack of your own for this country"),))
            others = [path for path in sorted(self._folder.glob("*.yaml")) if path != own]
            library = await asyncio.to_thread(lambda: with_draft(load_packs(), *others))
            own.unlink()
            return await self._adopt(library)

    async def reload(self) -> Differing:
        """Take the folder as it lies there now. Raises `PackError`; the packs in force stay."""
        async with self._one:
            return await self._adopt(await asyncio.to_thread(packs_in_force, self._folder.parent))

    def _keep(self, paths: Sequence[Path]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            kept = self._folder / f"{name_of(path)}.yaml"
            if path.resolve() != kept.resolve():
                fresh = kept.with_suffix(".new")
                fresh.write_bytes(path.read_bytes())
                fresh.replace(kept)

    async def _adopt(self, library: Library, *, dry_run: bool = False) -> Differing:
        """An entry of the ledger first, then the packs: no verdict rests on packs that the ledger has not named."""
        old = self.gate.library
        change = differing(old, library)
        if change.packs and not dry_run:
            engine = await asyncio.to_thread(Gate.ready, library)
            now = self._clock.now_ms()
            digests = [(name, _digest(library, name)) for name in change.packs]
            entries = commit_entries([packs_statement(old.digest, library.digest, digests, now)])
            await write_down(self._world, Change(Rank.INBOUND, now, entries=entries))
            self.gate.swap(engine)
            self._world.numbers.adopt(library.numbers)
        return change


def _digest(library: Library, name: str) -> bytes | None:
    return library.packs[name].digest if name in library.packs else None


# ------------------------------------------------------------------ what papers say of rules


def switched(filed: Sequence[Filed], library: Library, now: int) -> list[bytes]:
    """The ledger's entries of soft rules that these papers switch off, or on again. Raises `PaperInvalidError`.

    What routes waive and have otherwise is looked at as well: a verdict must never meet a parameter that nobody can read.
    """
    for change in filed:
        if change.kind == "route" and change.after is not None:
            _route_may(change.key, change.after, library)
    statements = [
        switch_statement(rule, reason, library.digest, now)
        for change in filed
        if change.kind == "operator"
        for rule, reason in _turned(_switches(change.before), _switches(change.after), library)
    ]
    return commit_entries(statements)


def _switches(operator: Mapping[str, object] | None) -> Mapping[str, str]:
    given = (operator or {}).get("switches") or {}
    return msgspec.convert(given, dict[str, str])


def _turned(before: Mapping[str, str], after: Mapping[str, str], library: Library) -> Iterator[tuple[str, str | None]]:
    for rule in sorted(before.keys() | after.keys()):
        reason = after.get(rule)
        if reason == before.get(rule):
            continue
        if reason is not None:
            _may_be_off(rule, reason, library)
        yield rule, reason


def _route_may(name: str, route: Mapping[str, object], library: Library) -> None:
    """A route waives and overrides rules of carriers and vendors alone: with a reason, and with parameters of their kind."""
    waives = msgspec.convert(route.get("waives") or {}, dict[str, str])
    overrides = msgspec.convert(route.get("overrides") or {}, dict[str, dict[str, object]])
    for rule_id in (*waives, *overrides):
        rule = library.rules.get(rule_id)
        if rule is None or not rule.of_routes:
            raise PaperInvalidError(f"route `{name}`: `{rule_id}` is no rule of carriers or vendors")
    if any(not reason.strip() for reason in waives.values()):
        raise PaperInvalidError(f"route `{name}`: a rule is waived without a reason")
    for rule_id, parameters in overrides.items():
        try:
            overridden(library.rules[rule_id].parameters, parameters)
        except msgspec.ValidationError as error:
            raise PaperInvalidError(f"route `{name}`: overrides of `{rule_id}`: {error}") from error


def _may_be_off(name: str, reason: str, library: Library) -> None:
    """Only a soft rule, and only with a reason."""
    rule = library.rules.get(name)
    place = f"operator: switches: `{name}`"
    if rule is None:
        raise PaperInvalidError(f"{place}: there is no such rule; `kanhe law list` names them all")
    if rule.enforce is not Enforce.SOFT:
        raise PaperInvalidError(f"{place}: the rule is {rule.enforce.value}; only a soft rule can be switched off")
    if not reason.strip():
        raise PaperInvalidError(f"{place}: a reason is needed; every verdict shows it")
    if len(reason.encode()) > REASON_OCTETS_MAX:
        raise PaperInvalidError(f"{place}: the reason is longer than {REASON_OCTETS_MAX} octets")
