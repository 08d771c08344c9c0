"""The endpoint above a door's sessions: accounts, what they may do, and the receipts they are owed.

A receipt leaves on any of the account's sessions that receives; it waits while there is none, it waits for the answers to
submissions that came before it, and one that got no answer goes again at the next bind.
"""

from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol, TypeAlias

from kanhe.protocols.events import Event
from kanhe.protocols.link import ServerSession, Tell, TellReceipt
from kanhe.protocols.pacing import Rate
from kanhe.protocols.settings import AccountLimits, Credential

# Beyond this many receipts and inbound messages waiting for one account, the store keeps them: memory is not their home.
OUTBOX_MAX = 10_000

# A receipt that was not answered, or refused for now, goes again on the same session after this long.
TELL_AGAIN_S = 60.0

# Who a login name is; None: nobody. Asked at each bind, so that accounts change without dropping sessions.
Credentials: TypeAlias = Callable[[str], Credential | None]


class DoorSession(ServerSession, Protocol):
    """What the endpoint asks of a session of its protocol."""

    @property
    def receives(self) -> bool:
        """True while receipts and inbound messages may leave on it."""

    def pump(self, now: float) -> None:
        """Send from the account's outbox while its window has room."""


class Barred(StrEnum):
    """Why a login that is right may not come in."""

    SESSIONS = "sessions"  # the account has as many as it may
    FULL = "door_full"
    NETWORK = "network"  # not from this address


Bars: TypeAlias = Callable[["DoorSession", str], Barred | None]
"""(session, account) -> why it may not come in, if it may not."""


def nobody(_session: "DoorSession", _account: str) -> Barred | None:
    """Bar nobody."""
    return None


Missing: TypeAlias = Callable[[str], None]


def unheard(_account: str) -> None:
    """Tell nobody."""


class Account:
    """What all sessions of one account share at one door."""

    def __init__(self, credential: Credential, now: float) -> None:
        self.name = credential.account
        self.limits = credential.limits
        self.rate = Rate(credential.limits.rate_per_s, now)
        self.sessions: list[DoorSession] = []
        self.outbox: deque[Tell] = deque()
        self.received = 0  # submissions so far
        self._answered = 0
        self._held: deque[tuple[int, Tell]] = deque()
        self._owed: list[tuple[float, Tell]] = []

    def renew(self, limits: AccountLimits, now: float) -> None:
        """New limits, without losing what the account is owed."""
        if limits != self.limits:
            self.limits = limits
            self.rate = Rate(limits.rate_per_s, now)

    def answered(self, submissions: int, now: float) -> None:
        """Submissions were answered, or their session is gone: receipts that waited for them may leave."""
        self._answered += submissions
        if self._held:
            self._release(now)

    def keep_order(self, tells: Sequence[Tell], now: float) -> None:
        """A receipt leaves after the answers of all submissions that came before it."""
        if self._answered < self.received:
            self._held.extend([(self.received, tell) for tell in tells if isinstance(tell, TellReceipt)])
            self.outbox.extend([tell for tell in tells if not isinstance(tell, TellReceipt)])
        else:
            self.outbox.extend(tells)
        self.pump(now)

    def owe(self, tell: Tell, now: float) -> None:
        """A receipt got no answer: again later, or at the next bind."""
        self._owed.append((now + TELL_AGAIN_S, tell))

    def pay(self, now: float, all_of_it: bool = False) -> None:
        """Send again what is owed and due."""
        if self._owed:
            due = [tell for at, tell in self._owed if all_of_it or at <= now]
            self._owed = [] if all_of_it else [(at, tell) for at, tell in self._owed if at > now]
            self.outbox.extendleft(reversed(due))
        self.pump(now)

    def pump(self, now: float) -> None:
        """Let the receiving sessions send."""
        for session in self.sessions:
            if not self.outbox:
                return
            if session.receives:
                session.pump(now)

    @property
    def is_missing(self) -> bool:
        """Whether something waits that no session takes."""
        return bool(self.outbox) and not any(session.receives for session in self.sessions)

    @property
    def waiting(self) -> int:
        """Receipts and inbound messages not yet written."""
        return len(self.outbox) + len(self._held) + len(self._owed)

    def _release(self, now: float) -> None:
        while self._held and self._held[0][0] <= self._answered:
            self.outbox.append(self._held.popleft()[1])
        self.pump(now)


class ServerEndpoint:
    """All sessions of one door. `new_session` makes the protocol's own session for a connection."""

    def __init__(self, credentials: Credentials, new_session: "NewDoorSession") -> None:
        self.bars: Bars = nobody  # the owner's own word on a login, such as where it comes from
        self.missing: Missing = unheard  # told when an account is owed something and receives on no session
        self._credentials = credentials
        self._new_session = new_session
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[DoorSession, None] = {}
        self._awake: dict[DoorSession, None] = {}
        self.now = 0.0  # the latest time any session was given: accept() has no time of its own

    def open(self, now: float) -> DoorSession:
        """A connection has arrived."""
        session = self._new_session(self, now)
        self._sessions[session] = None
        return session

    def credential(self, login: str) -> Credential | None:
        """Who claims to log in."""
        return self._credentials(login)

    def enter(self, session: DoorSession, credential: Credential, now: float) -> "Account | Barred":
        """A login is right: the account it belongs to, or why it may not come in all the same."""
        account = self._accounts.get(credential.account)
        if account is None:
            account = self._accounts[credential.account] = Account(credential, now)
        account.renew(credential.limits, now)
        if (barred := self.bars(session, credential.account)) is not None:
            return barred
        if len(account.sessions) >= credential.limits.sessions_max:
            return Barred.SESSIONS
        account.sessions.append(session)
        return account

    def renew(self, now: float) -> None:
        """Papers have changed: their limits hold from now on, also for who is logged in."""
        for account in self._accounts.values():
            if (credential := self._credentials(account.name)) is not None:
                account.renew(credential.limits, now)

    def leave(self, session: DoorSession, account: Account | None) -> None:
        """A session is over."""
        self._sessions.pop(session, None)
        self._awake.pop(session, None)
        if account is not None:
            account.sessions.remove(session)

    def deliver(self, account: str, tell: Tell, now: float) -> bool:
        """Hand over a receipt or inbound message; False when too many wait or nobody of that name was ever here."""
        return self.deliver_many(account, (tell,), now) == 1

    def deliver_many(self, account: str, tells: Sequence[Tell], now: float) -> int:
        """Hand over a batch for one account, in one write a session; how many there was room for."""
        self.now = now
        known = self._accounts.get(account) or self._expect(account, now)
        if known is None:
            return 0
        taken = tells[: max(OUTBOX_MAX - known.waiting, 0)]
        known.keep_order(taken, now)
        if known.is_missing:
            self.missing(account)
        return len(taken)

    def ready(self) -> list[DoorSession]:
        """The sessions that have something to write since the last call."""
        awake = list(self._awake)
        self._awake.clear()
        return awake

    def wake(self, session: DoorSession) -> None:
        """The session has something to write."""
        self._awake[session] = None

    def tick(self, now: float) -> None:
        """Send again the receipts that are owed and due; sessions have their own ticks."""
        self.now = now
        for account in self._accounts.values():
            account.pay(now)
            if account.is_missing:
                self.missing(account.name)

    def stop(self, now: float) -> list[Event]:
        """Part from everybody in good order."""
        return [event for session in list(self._sessions) for event in session.stop(now)]

    def _expect(self, name: str, now: float) -> Account | None:
        """An account that has not bound since we started may be owed receipts too."""
        credential = self._credentials(name)
        if credential is None:
            return None
        return self._accounts.setdefault(credential.account, Account(credential, now))


NewDoorSession: TypeAlias = Callable[[ServerEndpoint, float], DoorSession]
