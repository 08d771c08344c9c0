"""Evidence for one message, in one JSON file that anyone can check offline.

A bundle holds the message's entries, the proof of each under one signed checkpoint, and as much of what they commit to as
the reader may see. The key named in a bundle proves nothing by itself: whoever checks compares it with the key the log
publishes. `standalone_verifier.py` does the same with nothing of the platform at hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from kanhe.ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from kanhe.ledger.entry import SALT_OCTETS_EACH, Entry, commitment, decode_entry
from kanhe.ledger.errors import BundleError
from kanhe.ledger.note import VerifierKey, parse_verifier_key
from kanhe.ledger.tiles import FetchTile, nodes_of_tiles
from kanhe.ledger.tree import inclusion_proof, leaf_hash, verify_inclusion

FORMAT = "kanhe-evidence/1"

# A message has a verdict or a few, each with the sentences of its findings: tens of kilobytes. More is not evidence.
BUNDLE_OCTETS_MAX = 4 * 1024 * 1024


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A committed value with the salt that opens it."""

    value: str
    salt: bytes


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry, where it stands, and what of it is shown; what may not be shown, or was erased, is null."""

    index: int
    octets: bytes
    proof: tuple[bytes, ...] = ()
    shape: str | None = None  # the canonical text of the findings, whose SHA-256 the entry holds
    recipient: Opened | None = None
    body: Opened | None = None


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The evidence for one message under one checkpoint."""

    format: str
    message: str
    verifier_key: str
    checkpoint: str
    entries: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """An entry that is in the log, with what was opened of it."""

    index: int
    entry: Entry
    shape: str | None
    recipient: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class ProvedBundle:
    """What a bundle proves, and under whose key."""

    message_id: int
    key: VerifierKey
    checkpoint: OpenedCheckpoint
    entries: tuple[ProvedEntry, ...]


def make_bundle(
    message_id: int, shown: Sequence[Evidence], checkpoint: bytes, log: VerifierKey, fetch: FetchTile
) -> bytes:
    """Prove the entries of a message under a checkpoint of its log, and write the bundle."""
    size = open_checkpoint(checkpoint, log).checkpoint.size
    late = [each.index for each in shown if each.index >= size]
    if late:
        raise BundleError(f"the entry of index {late[0]} is not yet under the checkpoint of size {size}")
    node_at = nodes_of_tiles(fetch, size)
    proved = (msgspec.structs.replace(each, proof=tuple(inclusion_proof(node_at, each.index, size))) for each in shown)
    bundle = Bundle(FORMAT, str(message_id), log.text, checkpoint.decode(), tuple(proved))
    return msgspec.json.format(msgspec.json.encode(bundle), indent=1)


def verify_bundle(
    octets: bytes, trusted: VerifierKey | None = None, witnesses: Iterable[VerifierKey] = ()
) -> ProvedBundle:
    """Check a bundle against the log's published key; without one, against the key the bundle itself names."""
    bundle = _parse(octets)
    key = parse_verifier_key(bundle.verifier_key)
    if trusted is not None and key != trusted:
        raise BundleError(f"the bundle names the key `{key.text}`, not the trusted `{trusted.text}`")
    opened = open_checkpoint(bundle.checkpoint.encode(), key, witnesses)
    proved = tuple(_prove(each, opened, bundle.message) for each in bundle.entries)
    return ProvedBundle(int(bundle.message), key, opened, proved)


def _parse(octets: bytes) -> Bundle:
    if len(octets) > BUNDLE_OCTETS_MAX:
        raise BundleError(f"a bundle of {len(octets)} octets is too long")
    try:
        bundle = msgspec.json.decode(octets, type=Bundle)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"the bundle is not of the documented form: {error}") from error
    if bundle.format != FORMAT or not bundle.entries:
        raise BundleError(f"a bundle has the format `{FORMAT}` and at least one entry")
    return bundle


def _prove(shown: Evidence, opened: OpenedCheckpoint, message: str) -> ProvedEntry:
    root, size = opened.checkpoint.root, opened.checkpoint.size
    entry = decode_entry(shown.octets)
    if str(entry.message_id) != message:
        raise BundleError(f"the entry of index {shown.index} is of message `{entry.message_id}`, not of `{message}`")
    if not verify_inclusion(leaf_hash(shown.octets), shown.index, size, shown.proof, root):
        raise BundleError(f"the proof does not lead from the entry of index {shown.index} to the signed root")
    if shown.shape is not None and sha256(shown.shape.encode()).digest() != entry.shape:
        raise BundleError(f"the findings shown are not those of the entry of index {shown.index}")
    recipient = _open(shown, "recipient", shown.recipient, entry.recipient)
    body = _open(shown, "body", shown.body, entry.body)
    return ProvedEntry(shown.index, entry, shown.shape, recipient, body)


def _open(shown: Evidence, name: str, opened: Opened | None, committed: bytes) -> str | None:
    """Give the value that was opened; a salt of another length could shift octets between salt and value."""
    if opened is None:
        return None
    if len(opened.salt) != SALT_OCTETS_EACH or commitment(opened.salt, opened.value.encode()) != committed:
        raise BundleError(f"the {name} shown is not that of the entry of index {shown.index}")
    return opened.value
