"""Secrets at rest: AES-256-GCM under a key that stands in a file or the environment, never in the database."""

import hashlib
import hmac
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from kanhe.kit.rng import Rng

KEY_OCTETS = 32
BLOCK_OCTETS = 16
NONCE_OCTETS = 12  # NIST SP 800-38D section 8.2: 96-bit nonces, random, far fewer than 2^32 per key here


class SecretUnreadableError(Exception):
    """A sealed secret does not open with this key: wrong key file, or changed bytes."""


class Vault:
    """Seals and opens short secrets; makes keyed digests of credentials."""

    def __init__(self, key: bytes, rng: Rng) -> None:
        assert len(key) == KEY_OCTETS, "an AES-256 key"
        self._cipher = AESGCM(key)
        self._digest_key = hmac.digest(key, b"kanhe credential digest", "sha256")
        self._blocks = Cipher(AES(hmac.digest(key, b"kanhe page codes", "sha256")), ECB())  # noqa: S305 - one block at a time
        self._rng = rng

    def seal(self, secret: str, name: str) -> str:
        """Sealed text of `secret`, bound to `name` so that it cannot be moved to another record."""
        return self.seal_octets(secret.encode(), name).hex()

    def open(self, sealed: str, name: str) -> str:
        """The secret again. Raises `SecretUnreadableError`."""
        try:
            return self.open_octets(bytes.fromhex(sealed), name).decode()
        except ValueError as error:
            raise SecretUnreadableError(f"the secret of `{name}` does not open with this key") from error

    def seal_octets(self, octets: bytes, name: str) -> bytes:
        """The same of a whole document."""
        nonce = self._rng.token(NONCE_OCTETS)
        return nonce + self._cipher.encrypt(nonce, octets, name.encode())

    def open_octets(self, sealed: bytes, name: str) -> bytes:
        """The document again. Raises `SecretUnreadableError`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadableError(f"the secret of `{name}` does not open with this key") from error

    def digest(self, credential: str) -> str:
        """Keyed SHA-256 of a credential of 256 random bits (API keys): nothing to guess, so no slow hash."""
        return hmac.new(self._digest_key, credential.encode(), hashlib.sha256).hexdigest()

    def shroud(self, block: bytes) -> bytes:
        """One block of 16 octets, made unreadable; the same block is always the same octets."""
        assert len(block) == BLOCK_OCTETS, "one block"
        encryptor = self._blocks.encryptor()
        return encryptor.update(block) + encryptor.finalize()

    def unshroud(self, block: bytes) -> bytes:
        """The block again; of octets that were never shrouded, octets by chance."""
        assert len(block) == BLOCK_OCTETS, "one block"
        decryptor = self._blocks.decryptor()
        return decryptor.update(block) + decryptor.finalize()


def load_key(path: Path, rng: Rng) -> bytes:
    """The key in `path`; made with owner-only rights when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(rng.token(KEY_OCTETS))
    return path.read_bytes()
