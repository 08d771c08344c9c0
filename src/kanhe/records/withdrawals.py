"""A withdrawal, by whatever channel it came: the consent has ended, and the refusal stands against every message on its way."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import structs

from kanhe.domain.facts import Consent, Suppression

# The category that stands for every one.
EVERYTHING = frozenset({"all"})


class Withdrawn(NamedTuple):
    """What is to be written."""

    consent: Consent
    refusal: Suppression


def withdrawn(consent: Consent, account: int, by: str, identifier: int, now: int, why: str | None = None) -> Withdrawn:
    """What follows when a person takes a consent back: `by` is the channel, `identifier` the refusal's."""
    refusal = Suppression(
        identifier,
        now,
        "sender",
        entity=consent.entity,
        account=account,
        categories=consent.categories,
        clarity="clear",
        source=by,
        text=why,
    )
    return Withdrawn(structs.replace(_ended(consent, by, now), ended_why=why), refusal)


def taken_back(on_file: Iterable[Consent], refusal: Suppression) -> Iterator[Consent]:
    """What a reply that refuses does to consents: those to its entity that cover what it refuses end, with it as the proof.

    What such a consent covers beside, the parcel beside the offers, was not refused: it stands on in a record without an id.
    """
    assert refusal.source is not None, "a reply says that it is one"
    for consent in on_file:
        if consent.status != "active" or consent.entity != refusal.entity or not _covers(consent, refusal):
            continue
        yield _ended(consent, refusal.source, refusal.at, refusal.id)
        if rest := consent.categories - refusal.categories - EVERYTHING:
            yield structs.replace(consent, id=0, categories=rest)


def _covers(consent: Consent, refusal: Suppression) -> bool:
    return not consent.categories.isdisjoint(refusal.categories | EVERYTHING)


def _ended(consent: Consent, by: str, now: int, inbound: int | None = None) -> Consent:
    return structs.replace(consent, status="withdrawn", ended_at=now, ended_by=by, ended_inbound=inbound)
