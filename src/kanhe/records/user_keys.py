"""Keys of users for the HTTP API: `kanhe_user_<secret>`. Such a key is a session without a browser, and ends with its user."""

from kanhe.domain.users import Session
from kanhe.kit.clock import DAY_MS
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault

PREFIX = "kanhe_user_"
SECRET_OCTETS = 32
# A quarter: who reviews by a tool of his own makes a new key when the season changes, and a forgotten one ends.
KEY_MS = 90 * DAY_MS


def make_user_key(rng: Rng, vault: Vault, user: int, now: int) -> tuple[str, Session]:
    """(the key to hand out once, the session to keep)."""
    key = PREFIX + rng.token(SECRET_OCTETS).hex()
    return key, Session(digest_of(vault, key), user, now + KEY_MS)


def digest_of(vault: Vault, key: str) -> str:
    """Under which a key is kept; no session of a browser has it."""
    return vault.digest(f"key {key}")
