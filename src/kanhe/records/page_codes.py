"""Codes of the recipient's page: short enough for a text, tell nothing, and cannot be guessed. Nothing is kept of them.

A code is one shrouded block of account, number and sender: whoever tries codes by chance hits one that means something once in 2^70.
"""

import base64
import hashlib
from typing import NamedTuple

from kanhe.domain.papers import Sender
from kanhe.kit.vault import BLOCK_OCTETS, Vault
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.records.books import Books

# Octets of the block: 4 account, 7 number (15 digits), 3 of the sender's name, 2 that are zero.
_ACCOUNT, _NUMBER, _SENDER = 4, 7, 3
_REST = bytes(BLOCK_OCTETS - _ACCOUNT - _NUMBER - _SENDER)


class Whose(NamedTuple):
    """Whose page it is, and about whose messages."""

    number: int
    sender: Sender


def code_of(vault: Vault, number: int, sender: Sender) -> str:
    """The code of a number for a sender: 22 characters."""
    block = sender.account.to_bytes(_ACCOUNT, "big") + number.to_bytes(_NUMBER, "big") + _digest(sender.name) + _REST
    return base64.urlsafe_b64encode(vault.shroud(block)).rstrip(b"=").decode()


def whose(vault: Vault, books: Books, code: str) -> Whose | None:
    """Whose page a code opens; None: it is none of ours."""
    try:
        octets = base64.urlsafe_b64decode(code + "==")
    except ValueError:
        return None
    if len(octets) != BLOCK_OCTETS:
        return None
    block = vault.unshroud(octets)
    account, number = (
        int.from_bytes(block[:_ACCOUNT], "big"),
        int.from_bytes(block[_ACCOUNT : _ACCOUNT + _NUMBER], "big"),
    )
    name = block[_ACCOUNT + _NUMBER : -len(_REST)]
    if not block.endswith(_REST) or isinstance(parse_number(f"+{number}"), NumberRefused):
        return None
    mine = (sender for (owner, _), sender in books.senders.items() if owner == account)
    found = next((sender for sender in mine if _digest(sender.name) == name), None)
    return Whose(number, found) if found is not None else None


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:_SENDER]
