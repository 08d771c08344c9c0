"""How far a refusal or block reaches, in one table: who may put it down, who may take it back, and what the gate makes of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from kanhe.domain.facts import Suppression
from kanhe.domain.papers import Sender
from kanhe.domain.users import Permission, User


class Scope(StrEnum):
    """How far."""

    SENDER = "sender"  # one sender of an account
    ENTITY = "entity"  # the entity behind a sender: the person refused it
    ACCOUNT = "account"  # everything an account sends
    PLATFORM = "platform"  # everybody on this platform
    ALL_SENDERS = "all_senders"  # everybody: the person refused all


class Reach(NamedTuple):
    """One row."""

    level: str  # as the gate knows it
    of_account: bool  # whose it is must be said
    of_sender: bool  # and which sender
    put_by: Permission  # users who may put it down
    lifted_by: Permission  # users who may take it back; where a person refused, because the person asked for it
    lifted_by_account: bool  # the account may take it back itself


REACHES: Mapping[Scope, Reach] = {
    Scope.SENDER: Reach("account", True, True, Permission.CONSENTS, Permission.CONSENTS, True),
    Scope.ENTITY: Reach("sender", True, True, Permission.CONSENTS, Permission.DECIDE, False),
    Scope.ACCOUNT: Reach("account", True, False, Permission.CONSENTS, Permission.CONSENTS, True),
    Scope.PLATFORM: Reach("platform", False, False, Permission.DECIDE, Permission.DECIDE, False),
    Scope.ALL_SENDERS: Reach("all_senders", False, False, Permission.DECIDE, Permission.DECIDE, False),
}
assert set(REACHES) == set(Scope)


def reaching(scope: Scope, account: int | None, sender: Sender | None, at: int, source: str) -> Suppression:
    """A clear refusal or block of this reach, of every category; `account` and `sender` where the table asks for them."""
    return Suppression(
        0,
        at,
        REACHES[scope].level,
        entity=sender.entity if sender is not None and scope is Scope.ENTITY else None,
        account=account if REACHES[scope].of_account else None,
        clarity="clear",
        sender=sender.name if sender is not None and scope is Scope.SENDER else None,
        source=source,
    )


def scope_of(refusal: Suppression) -> Scope:
    """How far one on file reaches."""
    if refusal.sender is not None:
        return Scope.SENDER
    return next(scope for scope, reach in REACHES.items() if reach.level == refusal.level and scope is not Scope.SENDER)


def may_put(user: User, scope: Scope, account: int | None) -> bool:
    """Whether a user may put one down; who sees one account only does so for that account."""
    return user.may(REACHES[scope].put_by) and user.account in (None, account)


def may_lift(user: User, refusal: Suppression) -> bool:
    """Whether a user may take one back."""
    return user.may(REACHES[scope_of(refusal)].lifted_by) and user.account in (None, refusal.account)
