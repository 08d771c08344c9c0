"""C2SP checkpoints: the signed note in which a log states its size and root, and witnesses that they saw it grow."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kanhe.ledger.errors import CheckpointError
from kanhe.ledger.note import (
    Endorsement,
    Note,
    SigningKey,
    VerifierKey,
    add_signature,
    base64_text,
    check_note,
    parse_note,
    sign,
    unbase64,
)
from kanhe.ledger.tree import HASH_OCTETS

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, size and root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text of C2SP tlog-checkpoint."""
        lines = (self.origin, str(self.size), base64_text(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint that its log signed, with the witnesses of those asked for that cosigned it."""

    checkpoint: Checkpoint
    witnesses: tuple[Endorsement, ...]


def node_origin(base: str, node: int) -> str:
    """Name the ledger of one node: each node has a ledger of its own, and its origin says which."""
    return f"{base.rstrip('/')}/{node}"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; every line in its one canonical spelling."""
    *lines, end = text.split("\n")
    if end or len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise CheckpointError(f"`{text}` is not a checkpoint: origin, size and root, a line each")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, int(size), _parse_root(root), tuple(extensions))


def _parse_root(line: str) -> bytes:
    root = unbase64(line)
    if root is None or len(root) != HASH_OCTETS:
        raise CheckpointError(f"`{line}` is not a root of {HASH_OCTETS} octets in base64")
    return root


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Sign a checkpoint as its log; the key bears the log's name."""
    assert key.verifier.name == checkpoint.origin, "a log signs under its origin (tlog-checkpoint, Signatures)"
    return sign(checkpoint.text, [key]).octets


def open_checkpoint(octets: bytes, log: VerifierKey, witnesses: Iterable[VerifierKey] = ()) -> OpenedCheckpoint:
    """Believe a checkpoint because its log signed it; a failing line of a known witness is not passed over."""
    note = parse_note(octets)
    known = tuple(witnesses)
    endorsements = check_note(note, (log, *known))
    if log not in (each.key for each in endorsements):
        raise CheckpointError(f"`{log.name}` did not sign the checkpoint")
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise CheckpointError(f"the checkpoint is of `{checkpoint.origin}`, not of `{log.name}`")
    return OpenedCheckpoint(checkpoint, tuple(each for each in endorsements if each.key in known))


def cosign(octets: bytes, witness: SigningKey, time_s: int) -> bytes:
    """Add a witness's line; the witness has checked the log's signature and the consistency proof before."""
    return add_signature(parse_note(octets), witness, time_s).octets


def merge_signatures(octets: bytes, cosigned: bytes) -> bytes:
    """Take over the lines that witnesses added to the same checkpoint."""
    ours, theirs = parse_note(octets), parse_note(cosigned)
    if ours.text != theirs.text:
        raise CheckpointError("the witnesses' lines are under another checkpoint")
    added = tuple(signature for signature in theirs.signatures if signature not in ours.signatures)
    return Note(ours.text, ours.signatures + added).octets
