"""What is on file of one number, asked outside of any batch."""

from collections.abc import Sequence

from kanhe.domain.facts import Consent, Suppression, Wants
from kanhe.ports.store import Store


def consents_of(store: Store, account: int, number: int) -> Sequence[Consent]:
    """What a number agreed to, of an account's senders; what has ended too."""
    pair = (account, number)
    return store.ask(Wants(consents=frozenset({pair}))).consents.get(pair, ())


def suppressions_of(store: Store, number: int) -> Sequence[Suppression]:
    """The refusals and blocks of a number that stand, whoever's they are."""
    return store.ask(Wants(suppressions=frozenset({number}))).suppressions.get(number, ())
