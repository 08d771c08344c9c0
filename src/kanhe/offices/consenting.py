"""What people agreed to, put on file: for API, orders and console alike. Written before it counts.

Consents join the lot of their form; where the law wants proof looked at, samples of the lot wait at the review desk.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.channel import Channel
from kanhe.domain.facts import Consent
from kanhe.domain.lot import Looked, Lot, Sample
from kanhe.domain.message import Message
from kanhe.domain.papers import Sender
from kanhe.domain.review import Decision, Item, Kind, Says
from kanhe.gate.explain import Explained, explain
from kanhe.inbound.act import REFUSED
from kanhe.inbound.agree import Yes, agreed
from kanhe.intake.normalise import VALIDITY_S
from kanhe.journey import take_up
from kanhe.judging import judged_today
from kanhe.kit.clock import iso
from kanhe.law.kinds import Kind as RuleKind
from kanhe.ledger.entry import SALT_OCTETS, Drawn, Reviewers, Statement, commit_entries, consent_review_statement
from kanhe.ports.change import Change, Rank
from kanhe.ports.dossiers import Files
from kanhe.ports.reviews import ReviewStore
from kanhe.ports.store import Row
from kanhe.records.cells import Mistake
from kanhe.records.checks import Wrong
from kanhe.records.imports import Checked, Given, Imported, by_form, check_consents
from kanhe.records.lots import Taken
from kanhe.records.on_file import consents_of
from kanhe.records.reaches import Scope, reaching
from kanhe.records.reviews import Denied
from kanhe.records.tables import Sheet
from kanhe.records.withdrawals import withdrawn
from kanhe.world import World, proof_is_looked_at, write_down

# A SHA-256 in hexadecimal.
DIGEST_CHARS = 64


async def put_on_file(world: World, form: Lot, given: Sequence[tuple[int, Consent]]) -> Taken:
    """Put consents (number, consent) on file, into the lot of their form."""
    [taken] = await _write(world, [(form, given)])
    return taken


async def _write(world: World, parts: Sequence[tuple[Lot, Sequence[tuple[int, Consent]]]]) -> list[Taken]:
    """All of it in one transaction."""
    looked_at = proof_is_looked_at(world)
    taken = [world.lots.take_in(form, given, world.ids, world.rng, looked_at) for form, given in parts]
    rows = [row for each in taken for row in each.rows]
    lots = [each.joined for each in taken]
    await write_down(world, Change(Rank.INBOUND, world.clock.now_ms(), consents=rows, lots=lots))
    return taken


async def withdraw(
    world: World, account: int, number: int, consent: Consent, by: str, why: str | None = None
) -> Consent:
    """A person took a consent back, by whatever channel: it has ended, and the refusal stands at once."""
    now = world.clock.now_ms()
    ended = withdrawn(consent, account, by, world.ids.next(), now, why)
    change = Change(
        Rank.INBOUND, now, consents=[(account, number, ended.consent)], suppressions=[(number, ended.refusal)]
    )
    await write_down(world, change)
    return ended.consent


async def agree(world: World, sender: Sender, number: int) -> Consent | None:
    """A person agreed on the recipient's page to what a request for consent asked; None: nobody asked."""
    now = world.clock.now_ms()
    asked = world.acts.question_of(sender, number, now)
    if asked is None:
        return None
    form, number, consent = agreed(asked, sender, Yes(number, now, "web", Channel.PAGE))
    return (await put_on_file(world, form, [(number, consent)])).rows[0][2]


async def refuse_all(world: World, sender: Sender, number: int, by: Channel) -> None:
    """A person refused a sender's offers, by whatever channel: consents to its entity end, and the refusal stands at once."""
    now, on_file = world.clock.now_ms(), consents_of(world.store, sender.account, number)
    standing = [each for each in on_file if each.entity == sender.entity and each.status == "active"]
    ended = [withdrawn(each, sender.account, by, world.ids.next(), now) for each in standing]
    model = reaching(Scope.ENTITY, sender.account, sender, now, by)
    refusal = structs.replace(model, id=world.ids.next(), categories=REFUSED)
    change = Change(
        Rank.INBOUND,
        now,
        consents=[(sender.account, number, each.consent) for each in ended],
        suppressions=[*((number, each.refusal) for each in ended), (number, refusal)],
    )
    await write_down(world, change)


async def reconfirm(world: World, account: int, number: int, consent: Consent, at: int) -> Consent:
    """A person was reminded of a consent and let it stand, or gave it again."""
    confirmed = structs.replace(consent, reconfirmed_at=at)
    await write_down(world, Change(Rank.INBOUND, world.clock.now_ms(), consents=[(account, number, confirmed)]))
    return confirmed


async def import_consents(world: World, files: Files, sheet: Sheet, account: int, *, dry_run: bool = False) -> Imported:
    """Check a sheet on a thread of its own, keep its documents, then write all its consents. Raises `ImportRefusedError`."""
    now = world.clock.now_ms()
    checked = await asyncio.to_thread(check_consents, sheet, account, world.books, now, _digest_of)
    checked.mistakes += [
        Mistake(row, "proof", f"no document `sha256:{digest[:12]}...` was handed in", "hand it in first")
        for digest, row in checked.digests.items()
        if await files.fetch(digest, sealed=True) is None
    ]
    if checked.mistakes or dry_run:
        return Imported(checked.rows, 0, checked.mistakes)
    for path in checked.documents.values():
        await files.keep(await asyncio.to_thread(path.read_bytes), sealed=True)
    return await _imported(world, checked)


async def _imported(world: World, checked: Checked[Given]) -> Imported:
    taken = await _write(world, list(by_form(checked.found)))
    return Imported(checked.rows, len(checked.found), lots=[each.joined.lot.id for each in taken])


async def document_of(files: Files, proof: str | None) -> bytes | None:
    """The document that proves a consent, by its proof: `sha256:<digest>`, and perhaps a name."""
    digest = (proof or "").partition(" ")[0].removeprefix("sha256:")
    return await files.fetch(digest, sealed=True) if len(digest) == DIGEST_CHARS else None


def _digest_of(path: Path) -> str:
    with path.open("rb") as octets:
        return hashlib.file_digest(octets, "sha256").hexdigest()


# --- what counts ---

# A text that says nothing: only what the person agreed to and refused is asked about.
SPECIMEN = "…"
# Findings about the person: all of consent and of blocks, and of the rules on refusing those that do not speak of the text.
ABOUT_THE_PERSON = frozenset({RuleKind.CONSENT.value, "suppression"})
REFUSALS = frozenset({"not-refused", "refused", "refusal-doubtful"})


def what_counts(world: World, sender: Sender, number: int, category: Category) -> list[Explained]:
    """What the gate would say at this moment of consent and refusals, of a message of a category to a number."""
    now = world.clock.now_ms()
    message = Message(
        0, sender.account, number, SPECIMEN, sender.name, category, now, now + VALIDITY_S[category] * 1000
    )
    verdict = judged_today(world, message)
    if verdict is None:
        return []
    told = explain(verdict, message, world.gate.library).findings
    return [one for one in told if one.stage in ABOUT_THE_PERSON or one.code in REFUSALS]


# --- proof that people look at ---

# What holds a message until somebody has looked at a sample of its consent's lot.
WAITS_FOR_A_LOOK = "consent-review-pending"
# Enough to find the record again, too little to write to the person.
NUMBER_DIGITS_SHOWN = 4
DECIDED_MEANWHILE = Wrong(Denied.GONE.value, "its lot was decided meanwhile")


class ConsentSamples:
    """Consents drawn out of their lots, as items of the review queue; a decision speaks for the whole lot."""

    def __init__(self, world: World, store: ReviewStore) -> None:
        self._world, self._store = world, store

    def waiting(self) -> Iterator[Item]:
        """An item for each sample, without an id; a consent that was taken back meanwhile is looked at all the same."""
        for lot, sample in self._world.lots.waiting():
            yield Item(
                0, Kind.CONSENT, f"{lot.id}/{sample.consent}", lot.account, lot.at, sender=lot.sender,
                category=lot.source, text=self._text(lot, sample),
            )  # fmt: skip

    async def decide(self, item: Item, decision: Decision) -> Item | Wrong:
        """A good sample lets its lot carry messages once all drawn are good; a bad one suspends the lot at once.

        Item, lot and entry of the ledger are one transaction, in which the store looks whether the sample still waits.
        """
        world, (lot_id, _, consent) = self._world, item.subject.partition("/")
        lot = world.lots.by_id[int(lot_id)]
        sample = next((each for each in lot.samples if each.consent == int(consent)), None)
        if sample is None:
            return DECIDED_MEANWHILE
        good = decision.says is Says.RELEASE
        looked = Looked(lot.id, sample.consent, good, decision.at, decision.name, decision.reason)
        kept = structs.replace(item, salt=world.rng.token(SALT_OCTETS))
        entries = commit_entries([self._statement(kept, lot, sample, decision)])
        change = Change(Rank.INBOUND, decision.at, lots=[looked], entries=entries)
        if (committed := await self._store.decide(kept, {}, change)) is None:
            return DECIDED_MEANWHILE
        [lot] = committed.lots
        world.lots.put(lot)
        if lot.review != "pending":
            await _look_again(world, lot.account)
        return kept

    def _statement(self, item: Item, lot: Lot, sample: Sample, decision: Decision) -> Statement:
        people = tuple(each.user for each in item.decisions)
        said = Reviewers(item.id, people, decision.reason, decision.says is Says.RELEASE)
        drawn = Drawn(sample.consent, lot.account, lot.id, sample.number, item.text)
        return consent_review_statement(said, drawn, self._world.gate.library.digest, decision.at, item.salt)

    def _text(self, lot: Lot, sample: Sample) -> str:
        """Everything that a reviewer needs to know of a consent; of the number its last digits."""
        found = consent_of(self._world, lot.account, sample)
        told: list[tuple[str, object]] = [
            ("number", f"…{str(sample.number)[-NUMBER_DIGITS_SHOWN:]}"),
            ("wording", lot.wording),
            ("channel", lot.channel),
            ("purposes", "; ".join(lot.purposes)),
            ("file", lot.name),
        ]
        if found is not None:
            told += [
                ("categories", ", ".join(sorted(found.categories))),
                ("method", found.method),
                ("captured_at", iso(found.captured_at)),
                ("expires_at", iso(found.expires_at) if found.expires_at is not None else None),
                ("frequency", f"{found.frequency[0]}/{found.frequency[1]}" if found.frequency is not None else None),
                ("proof_fields", ", ".join(sorted(found.proof_fields))),
                ("proof", found.proof),
                ("reply", found.inbound),
                ("ground", found.ground),
                *found.terms.items(),
            ]
        return "\n".join(f"{name}: {value}" for name, value in told if value)


def consent_of(world: World, account: int, sample: Sample) -> Consent | None:
    """The consent that was drawn."""
    on_file = consents_of(world.store, account, sample.number)
    return next((each for each in on_file if each.id == sample.consent), None)


async def _look_again(world: World, account: int) -> None:
    """Judge the account's messages anew that waited for the look."""
    for message in [message for group in list(world.held.groups.values()) for message in group]:
        row = world.store.row(message)
        if row is not None and row.message.account == account and _waits_for_a_look(row):
            take_up(world, row)
            await asyncio.sleep(0)


def _waits_for_a_look(row: Row) -> bool:
    return any(finding.code == WAITS_FOR_A_LOOK for finding in row.verdict.shape.findings)
