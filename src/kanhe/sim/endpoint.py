"""A carrier's endpoint: everybody with the password is let in, and receipts leave when the carrier is told, not when it is proper."""

from collections.abc import Mapping, Sequence

from kanhe.protocols.link import Tell
from kanhe.protocols.server import Account, Barred, DoorSession, NewDoorSession, ServerEndpoint
from kanhe.protocols.settings import AccountLimits, Credential

# No flood limit: a rehearsal may well be a flood.
SESSIONS_MAX = 1_000
# Receipts for a customer who takes them slowly or not at all: minutes at full speed, then a carrier gives up too.
WAITING_MAX = 1_000_000


class Guests:
    """Who may log in: the accounts named, or anybody with the one password when it stands under `*`."""

    def __init__(self, accounts: Mapping[str, str], window: int) -> None:
        self._accounts = accounts
        self.window = window

    def __call__(self, login: str) -> Credential | None:
        """The credential of `login`."""
        secret = self._accounts.get(login, self._accounts.get("*"))
        if secret is None:
            return None
        return Credential(login, secret, AccountLimits(window=self.window, sessions_max=SESSIONS_MAX))


class CarrierEndpoint(ServerEndpoint):
    """Hands receipts over at once: our doors hold them back until earlier submissions are answered, bad carriers do not."""

    def __init__(self, guests: Guests, new_session: NewDoorSession) -> None:
        super().__init__(guests, new_session)
        self._here: dict[str, Account] = {}

    def enter(self, session: DoorSession, credential: Credential, now: float) -> Account | Barred:
        """Remember who was let in."""
        account = super().enter(session, credential, now)
        if isinstance(account, Account):
            self._here[account.name] = account
        return account

    def hand_over(self, name: str, tells: Sequence[Tell], now: float) -> int:
        """Send receipts and inbound messages on the account's receiving sessions; how many were too much to keep."""
        account = self._here[name]
        room = max(0, WAITING_MAX - account.waiting)
        account.outbox.extend(tells[:room])
        account.pump(now)
        return max(0, len(tells) - room)

    def somebody(self) -> str:
        """Whoever was let in first."""
        return next(iter(self._here), "")
