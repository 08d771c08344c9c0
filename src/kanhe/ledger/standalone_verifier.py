"""Check an evidence bundle of a Kanhe ledger offline: `python standalone_verifier.py BUNDLE.json --key VERIFIER_KEY`.

This one file needs Python 3.9 and the `cryptography` package and nothing of the platform: copy it out and read it. It was
written apart from the platform's own checks on purpose, so that one can be held against the other. Formats: RFC 6962
(tree), C2SP signed-note and tlog-checkpoint, and `docs/reference/ledger-format.md` (entries, bundles).

Exit code 0: everything shown is proved. 1: something does not hold. 2: wrong usage.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD = struct.Struct(">BBBQQQ")
DIGESTS = ("shape", "packs", "recipient", "body")
KINDS = {
    1: "verdict",
    2: "second verdict",
    3: "claim release",
    4: "exemption",
    5: "switch",
    6: "erasure",
    7: "review",
    8: "packs",
    9: "consent review",
}
OUTCOMES = {0: "none", 1: "allow", 2: "amend", 3: "defer", 4: "hold", 5: "refuse", 6: "park"}
BUNDLE_KEYS = {"format", "message", "verifier_key", "checkpoint", "entries"}
EVIDENCE_KEYS = {"index", "octets", "proof", "shape", "recipient", "body"}
ENTRY_OCTETS = range(HEAD.size + 4 * 32, HEAD.size + 4 * 32 + 1024 + 1)


class RefusedError(Exception):
    """Something in the bundle does not hold."""


def need(condition: bool, complaint: str) -> None:
    """Refuse the bundle unless the condition holds."""
    if not condition:
        raise RefusedError(complaint)


def unbase64(text: str) -> bytes:
    """Read standard base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise RefusedError(f"`{text}` is not base64") from error


def read_key(text: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """Read a verifier key `name+id+base64` (signed-note, Verifier keys): its name, id and public half."""
    parts = text.split("+", 2)
    need(len(parts) == 3, f"`{text}` is not a verifier key")
    name, key_id, octets = parts[0], parts[1], unbase64(parts[2])
    need(bool(name) and not any(letter.isspace() for letter in name), f"`{text}` has no name")
    need(len(octets) == 33 and octets[0] == 1, f"`{text}` is not an Ed25519 key")
    right = hashlib.sha256(name.encode() + b"\n" + octets).digest()[:4]
    need(right.hex() == key_id, f"`{text}` has a wrong id")
    return name, right, Ed25519PublicKey.from_public_bytes(octets[1:])


def read_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Read a signed note: its text, and of each signature line the signer's name and the octets."""
    text, blank, lines = note.rpartition("\n\n")
    need(bool(blank) and lines.endswith("\n"), "the checkpoint is not a signed note")
    need(not any(letter < " " and letter != "\n" for letter in note), "the checkpoint has control characters")
    need(lines.count("\n") <= 64, "the checkpoint has too many signatures")
    return text + "\n", [read_signature(line) for line in lines[:-1].split("\n")]


def read_signature(line: str) -> tuple[str, bytes]:
    """Read a signature line, in its one canonical spelling."""
    name, _, encoded = line[2:].partition(" ")
    octets = unbase64(encoded)
    need(line == f"— {name} {base64.b64encode(octets).decode()}", f"`{line}` is not a signature line")
    right = bool(name) and "+" not in name and not any(letter.isspace() for letter in name) and len(octets) > 4
    need(right, f"`{line}` is not a signature line")
    return name, octets


def read_checkpoint(note: str, key_text: str) -> tuple[int, bytes]:
    """Check a signed checkpoint (signed-note, tlog-checkpoint) and give its size and root."""
    name, key_id, public = read_key(key_text)
    text, signatures = read_note(note)
    ours = [octets[4:] for signer, octets in signatures if (signer, octets[:4]) == (name, key_id)]
    need(bool(ours), f"`{name}` did not sign the checkpoint")
    for signature in ours:
        try:
            public.verify(signature, text.encode())
        except InvalidSignature as error:
            raise RefusedError("the log's signature does not hold") from error
    lines = text[:-1].split("\n")
    need(len(lines) >= 3 and all(lines) and lines[0] == name, f"this is not a checkpoint of `{name}`")
    need(lines[1].isdigit() and str(int(lines[1])) == lines[1], "the checkpoint states no size")
    root = unbase64(lines[2])
    need(len(root) == 32, "the checkpoint states no root")
    return int(lines[1]), root


def root_from(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Climb from a leaf to the root by an inclusion proof (RFC 6962, section 2.1.1, read recursively)."""
    need(0 <= index < size, f"no entry of index {index} is in a tree of size {size}")
    if size == 1:
        need(not proof, "the proof is too long")
        return leaf
    need(bool(proof) and len(proof[-1]) == 32, "the proof is too short")
    split = 1 << ((size - 1).bit_length() - 1)
    if index < split:
        left, right = root_from(leaf, index, split, proof[:-1]), proof[-1]
    else:
        left, right = proof[-1], root_from(leaf, index - split, size - split, proof[:-1])
    return hashlib.sha256(b"\x01" + left + right).digest()


def read_entry(octets: bytes) -> dict[str, Any]:
    """Read an entry: its head, its four digests, and its detail."""
    need(len(octets) in ENTRY_OCTETS, f"an entry of {len(octets)} octets")
    version, kind, outcome, message, account, instant_ms = HEAD.unpack_from(octets)
    need(version == 1 and kind in KINDS and outcome in OUTCOMES, "an entry of an unknown version, kind or outcome")
    digests = {name: octets[HEAD.size + 32 * place :][:32] for place, name in enumerate(DIGESTS)}
    head = {"kind": KINDS[kind], "outcome": OUTCOMES[outcome], "message": str(message), "account": str(account)}
    return {**head, "instant_ms": instant_ms, **digests, "detail": octets[ENTRY_OCTETS.start :].hex()}


def check_entry(shown: dict[str, Any], message: str, size: int, root: bytes) -> dict[str, Any]:
    """Check one entry of a bundle and give what it proves."""
    need({"index", "octets", "proof"} <= set(shown) <= EVIDENCE_KEYS, "an entry has missing or unknown fields")
    octets = unbase64(shown["octets"])
    entry = read_entry(octets)
    need(entry["message"] == message, f"an entry is of message `{entry['message']}`, not of `{message}`")
    leaf = hashlib.sha256(b"\x00" + octets).digest()
    proof = [unbase64(sibling) for sibling in shown["proof"]]
    need(root_from(leaf, shown["index"], size, proof) == root, f"the proof of index {shown['index']} does not hold")
    findings = shown.get("shape")
    need(findings is None or hashlib.sha256(findings.encode()).digest() == entry["shape"], "the findings are others")
    for name in ("recipient", "body"):
        committed, opened = entry[name], shown.get(name)
        entry[name] = None if opened is None else open_value(name, opened, committed)
    return {
        **entry,
        "index": shown["index"],
        "findings": findings,
        "shape": entry["shape"].hex(),
        "packs": entry["packs"].hex(),
    }


def open_value(name: str, opened: dict[str, Any], committed: bytes) -> str:
    """Check that a value and its salt are what the entry committed to, and give the value."""
    need(set(opened) == {"value", "salt"}, f"the {name} shown has missing or unknown fields")
    salt, value = unbase64(opened["salt"]), str(opened["value"])
    right = len(salt) == 16 and hashlib.sha256(salt + value.encode()).digest() == committed
    need(right, f"the {name} shown is another")
    return value


def check_bundle(text: str, trusted: str | None = None) -> list[dict[str, Any]]:
    """Check a bundle and give what each of its entries proves; refuse it whole at the first thing that does not hold."""
    try:
        bundle = json.loads(text)
        need(
            set(bundle) == BUNDLE_KEYS and bundle["format"] == "kanhe-evidence/1", "this is no kanhe-evidence/1 bundle"
        )
        need(trusted in (None, bundle["verifier_key"]), "the bundle names another key than the trusted one")
        need(bool(bundle["entries"]), "the bundle has no entries")
        size, root = read_checkpoint(bundle["checkpoint"], bundle["verifier_key"])
        return [check_entry(shown, bundle["message"], size, root) for shown in bundle["entries"]]
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise RefusedError(f"the bundle is not of the documented form: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    """Check the bundle named on the command line and print what it proves."""
    parser = argparse.ArgumentParser(description="Check an evidence bundle of a Kanhe ledger offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", help="the log's verifier key, from where the log publishes it")
    asked = parser.parse_args(arguments)
    try:
        proved = check_bundle(asked.bundle.read_text(encoding="utf-8"), asked.key)
    except (RefusedError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"does not hold: {error}\n")
        return 1
    if asked.key is None:
        sys.stderr.write("the key was taken from the bundle itself: compare it with the one the log publishes\n")
    sys.stdout.write(json.dumps({"holds": True, "entries": proved}, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
