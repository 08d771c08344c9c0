"""C2SP signed notes: a text, then lines signed by named keys; and the keys in the text forms other tools read.

Two signature types are known: plain Ed25519 (0x01) and the timestamped cosignature of a witness (0x04, C2SP
tlog-cosignature). Lines of other types or keys are left alone, as the specification asks.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kanhe.ledger.errors import NoteError

KEY_OCTETS = 32
SIGNATURE_OCTETS = 64
KEY_ID_OCTETS = 4
_TIME_OCTETS = 8

# Lines of other people's witnesses come along: signed-note asks for at least 16, and post-quantum ones take 5 kB each.
SIGNATURES_MAX = 64
NOTE_OCTETS_MAX = 512 * 1024

# tlog-cosignature, Format: a timestamp stays below 2**63.
TIME_S_MAX = (1 << 63) - 1

_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_PRIVATE = "PRIVATE+KEY+"


class SignatureType(IntEnum):
    """The signature types of signed-note that we make and check."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature counts: a key's name, its type and its public half."""

    name: str
    public: bytes
    type: SignatureType = SignatureType.ED25519

    @property
    def key_id(self) -> bytes:
        """The short identifier in signature lines."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:KEY_ID_OCTETS]

    @property
    def text(self) -> str:
        """The key as `name+id+base64`, to be published."""
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes([self.type]) + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs, with its private half ready for use."""

    verifier: VerifierKey
    private: Ed25519PrivateKey

    @property
    def secret_text(self) -> str:
        """The key as Go's note package stores it: `PRIVATE+KEY+name+id+base64`; a secret."""
        seed = bytes([self.verifier.type]) + self.private.private_bytes_raw()
        return f"{_PRIVATE}{self.verifier.name}+{self.verifier.key_id.hex()}+{base64_text(seed)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    octets: bytes

    @property
    def line(self) -> str:
        """The line as it stands in the note."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.octets)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note; its text means nothing until a trusted signature was checked."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def octets(self) -> bytes:
        """The note as it travels."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A checked signature: whose, and for cosignatures when (seconds since the epoch)."""

    key: VerifierKey
    time_s: int | None


def make_signing_key(name: str, seed: bytes, type_: SignatureType = SignatureType.ED25519) -> SigningKey:
    """Make a key from 32 octets of chance."""
    assert len(seed) == KEY_OCTETS
    _check_name(name)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return SigningKey(VerifierKey(name, private.public_key().public_bytes_raw(), type_), private)


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a published key; one whose id is not that of its name and octets is refused."""
    name, type_, public = _parse_key(text, text)
    key = VerifierKey(name, public, type_)
    _check_id(key, text, text)
    return key


def parse_signing_key(text: str) -> SigningKey:
    """Read a stored secret key; complaints never repeat it."""
    if not text.startswith(_PRIVATE):
        raise NoteError("a signing key begins with `PRIVATE+KEY+`")
    name, type_, seed = _parse_key(text.removeprefix(_PRIVATE), "the signing key")
    key = make_signing_key(name, seed, type_)
    _check_id(key.verifier, text.removeprefix(_PRIVATE), "the signing key")
    return key


def sign(text: str, keys: Sequence[SigningKey], time_s: int | None = None) -> Note:
    """Sign a text with every key; cosignatures need the time."""
    _check_text(text)
    return Note(text, tuple(_sign_one(text, key, time_s) for key in keys))


def add_signature(note: Note, key: SigningKey, time_s: int | None = None) -> Note:
    """Put one more line under a note, as witnesses do."""
    return Note(note.text, (*note.signatures, _sign_one(note.text, key, time_s)))


def parse_note(octets: bytes) -> Note:
    """Read a note without believing it."""
    if len(octets) > NOTE_OCTETS_MAX:
        raise NoteError(f"a note of {len(octets)} octets is too long")
    try:
        whole = octets.decode()
    except UnicodeDecodeError as error:
        raise NoteError(f"the note is not UTF-8 at octet {error.start}") from error
    _check_text(whole)
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or lines.count("\n") > SIGNATURES_MAX:
        raise NoteError(f"a note has a blank line and then 1 to {SIGNATURES_MAX} signatures")
    return Note(text + "\n", tuple(_parse_line(line) for line in lines.removesuffix("\n").split("\n")))


def check_note(note: Note, keys: Iterable[VerifierKey]) -> list[Endorsement]:
    """Check the lines of known keys: all must hold, and at least one must be there."""
    known = {(key.name, key.key_id): key for key in keys}
    endorsements = [
        Endorsement(key, _check_signature(note.text, key, signature.octets))
        for signature in note.signatures
        if (key := known.get((signature.name, signature.key_id)))
    ]
    if not endorsements:
        raise NoteError("no trusted key signed the note")
    return endorsements


# What each type signs, given the text and the time it claims.
_SIGNED_MESSAGE: dict[SignatureType, Callable[[str, int], bytes]] = {
    SignatureType.ED25519: lambda text, _time_s: text.encode(),
    SignatureType.COSIGNATURE: lambda text, time_s: f"cosignature/v1\ntime {time_s}\n{text}".encode(),
}
# How many octets of time stand before the signature proper.
_TIME_BEFORE: dict[SignatureType, int] = {SignatureType.ED25519: 0, SignatureType.COSIGNATURE: _TIME_OCTETS}
assert set(_SIGNED_MESSAGE) == set(_TIME_BEFORE) == set(SignatureType)


def _sign_one(text: str, key: SigningKey, time_s: int | None) -> Signature:
    type_ = key.verifier.type
    assert time_s is not None or not _TIME_BEFORE[type_], "a cosignature says when"
    moment = (time_s or 0).to_bytes(_TIME_OCTETS, "big")[: _TIME_BEFORE[type_]]
    made = key.private.sign(_SIGNED_MESSAGE[type_](text, time_s or 0))
    return Signature(key.verifier.name, key.verifier.key_id, moment + made)


def _check_signature(text: str, key: VerifierKey, octets: bytes) -> int | None:
    """Check one signature of a known key and give the time it states, if its type states one."""
    before = _TIME_BEFORE[key.type]
    time_s = int.from_bytes(octets[:before], "big")
    if time_s > TIME_S_MAX:
        raise NoteError(f"the time of `{key.name}` is out of range")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(octets[before:], _SIGNED_MESSAGE[key.type](text, time_s))
    except InvalidSignature as error:
        raise NoteError(f"the signature of `{key.name}` does not hold") from error
    return time_s if before else None


def _parse_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    octets = unbase64(encoded)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or octets is None or len(octets) <= KEY_ID_OCTETS:
        raise NoteError(f"`{line}` is not a signature line")
    return Signature(name, octets[:KEY_ID_OCTETS], octets[KEY_ID_OCTETS:])


def _parse_key(text: str, shown: str) -> tuple[str, SignatureType, bytes]:
    name, _, rest = text.partition("+")
    octets = unbase64(rest.partition("+")[2])
    if octets is None or len(octets) != 1 + KEY_OCTETS or octets[0] not in frozenset(SignatureType):
        raise NoteError(f"`{shown}` is not an Ed25519 key of a known type")
    _check_name(name)
    return name, SignatureType(octets[0]), octets[1:]


def _check_id(key: VerifierKey, text: str, shown: str) -> None:
    if text.split("+", 2)[1] != key.key_id.hex():
        raise NoteError(f"`{shown}` has another id than its name and octets give")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NoteError(f"`{name}` cannot name a key: it is empty or has a space or a plus")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("a note ends in a newline and has no other control characters")


def base64_text(octets: bytes) -> str:
    """Write standard base64 (RFC 4648, section 4)."""
    return b64encode(octets).decode()


def unbase64(text: str) -> bytes | None:
    """Read standard base64; only the one canonical spelling counts."""
    try:
        octets = b64decode(text, validate=True)
    except ValueError:
        return None
    return octets if base64_text(octets) == text else None
