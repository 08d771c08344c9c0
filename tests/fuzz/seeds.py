"""Where fuzzing begins: every packet of the vectors, logins in front of them, and what was found before."""

import json
from pathlib import Path

from tests.fuzz.targets import AT, SECRET

from kanhe.kit.rng import SeededRng
from kanhe.protocols.cmpp import codec as cmpp
from kanhe.protocols.cmpp import digest as cmpp_digest
from kanhe.protocols.cmpp import pdus as cmpp_pdus
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.exchange.digest import timestamp_of
from kanhe.protocols.sgip import codec as sgip
from kanhe.protocols.sgip import pdus as sgip_pdus
from kanhe.protocols.smgp import codec as smgp
from kanhe.protocols.smgp import digest as smgp_digest
from kanhe.protocols.smgp import pdus as smgp_pdus
from kanhe.protocols.smpp import codec as smpp
from kanhe.protocols.smpp.pdus import BindTransceiver, BindTransceiverResp

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
VECTORS = HERE.parent / "wire" / "vectors"
FAMILIES = ("smpp", "cmpp", "sgip", "smgp")
# Longer inputs find nothing that these do not: a frame has 70,000 octets, and several make a stream.
OCTETS_MAX = 100_000


def family_of(target: str) -> str:
    return next((family for family in FAMILIES if target.startswith(family)), "smpp")


def logins(target: str) -> list[bytes]:
    """What makes a session of this target a logged-in one."""
    at = timestamp_of(AT)
    door, family = target.endswith("-door"), family_of(target)
    connect = cmpp_pdus.Connect(1, "u1", cmpp_digest.LOGIN.of("u1", SECRET, at), 0x30, at)
    login = smgp_pdus.Login(1, "u1", smgp_digest.LOGIN.of("u1", SECRET, at), 2, at, 0x30)
    bind = sgip_pdus.Bind((1, 2, 3), 1, "u1", SECRET)
    said = {
        ("smpp", True): lambda: smpp.build(BindTransceiver(1, 0, "u1", SECRET)),
        ("smpp", False): lambda: smpp.build(BindTransceiverResp(1, 0, "SMSC")),
        ("cmpp", True): lambda: cmpp.build(connect, Version.V30),
        ("cmpp", False): lambda: cmpp.build(cmpp_pdus.ConnectResp(1, 0, bytes(16), 0x30), Version.V30),
        ("sgip", True): lambda: sgip.build(bind),
        ("sgip", False): lambda: sgip.build(sgip_pdus.BindResp((3_010_099_999, at, 1))),
        ("smgp", True): lambda: smgp.build(login),
        ("smgp", False): lambda: smgp.build(smgp_pdus.LoginResp(1)),
    }
    return [b"", said[family, door]()]


def seeds(target: str) -> list[bytes]:
    """All of them, in one order."""
    vectors = json.loads((VECTORS / f"{family_of(target)}.json").read_text("utf-8"))["vectors"]
    packets = [bytes.fromhex(case["hex"]) for case in vectors]
    if target == "receipts":
        packets += [
            bytes.fromhex(c["hex"]) for c in json.loads((VECTORS / "receipts.json").read_text("utf-8"))["vectors"]
        ]
    fronts = logins(target) if "-" in target else [b""]
    return [*found(target), *(front + packet for front in fronts for packet in packets)]


def found(target: str) -> list[bytes]:
    """What fuzzing has found: each was a bug once, or a way nobody had gone."""
    return [bytes.fromhex(path.read_text("ascii")) for path in sorted((CORPUS / target).glob("*.hex"))]


class Chance:
    """Choices that one seed makes again."""

    def __init__(self, seed: int) -> None:
        self._rng = SeededRng(seed)

    def below(self, end: int) -> int:
        return int(self._rng.random() * end)

    def of(self, things):
        return things[self.below(len(things))]

    def octets(self, count: int) -> bytes:
        return self._rng.token(count)


def mutated(data: bytes, others: list[bytes], chance: Chance) -> bytes:
    """A seed changed in a few places, cut, doubled, or joined with another."""
    octets = bytearray(data)
    for _ in range(1 + chance.below(4)):
        place = chance.below(len(octets) + 1)
        match chance.below(6):
            case 0 if octets:
                octets[place % len(octets)] = chance.of((0, 1, 0x7F, 0x80, 0xFF, chance.below(256)))
            case 1:
                del octets[place : place + 1 + chance.below(8)]
            case 2:
                octets[place:place] = chance.octets(1 + chance.below(8))
            case 3:
                octets += chance.of(others)
            case 4 if len(octets) >= 4:
                at = chance.below(len(octets) - 3)
                octets[at : at + 4] = chance.of((0, 12, 20, len(octets), 0xFFFFFFFF)).to_bytes(4, "big")
            case _:
                octets += octets[place:]
    return bytes(octets[:OCTETS_MAX])
