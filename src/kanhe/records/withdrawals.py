"""A withdrawal, by whatever channel it came: the consent has ended, and the refusal stands against every message on its way."""

from typing import NamedTuple

from msgspec import structs

from kanhe.domain.facts import Consent, Suppression


class Withdrawn(NamedTuple):
    """What is to be written."""

    consent: Consent
    refusal: Suppression


def withdrawn(consent: Consent, account: int, by: str, identifier: int, now: int) -> Withdrawn:
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
    )
    return Withdrawn(structs.replace(consent, status="withdrawn", ended_at=now, ended_by=by), refusal)
