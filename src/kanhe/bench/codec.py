"""Codecs: submissions read from and written to the wire per second, on one core."""

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from time import process_time
from typing import Any

from msgspec import structs

from kanhe.protocols.cmpp import codec as cmpp
from kanhe.protocols.cmpp import pdus as cmpp_pdus
from kanhe.protocols.sgip import codec as sgip
from kanhe.protocols.sgip import pdus as sgip_pdus
from kanhe.protocols.smgp import codec as smgp
from kanhe.protocols.smgp import pdus as smgp_pdus
from kanhe.protocols.smpp import codec as smpp
from kanhe.protocols.smpp import pdus as smpp_pdus

# One read of a busy socket: 64 KiB of packets.
PACKETS = 300
# The best of so many runs, each of about a millisecond: the machine's other work only ever adds.
RUNS = 500

TEXT = "【示例商城】您的包裹已送达驿站，请及时领取。".encode("utf-16-be")

FULL_SUBMIT_SM = smpp_pdus.SubmitSm(
    1,
    0,
    "CMT",
    5,
    0,
    "KANHE",
    1,
    1,
    "8613800138000",
    0,
    0,
    1,
    "261124120000000R",
    "000001000000000R",
    1,
    0,
    8,
    0,
    TEXT,
    ((0x0204, b"\x00\x01"), (0x020A, b"\x00\x02"), (0x1400, b"110100000001"), (0x1401, b"110700000001")),
)
CMPP_SUBMIT = cmpp_pdus.Submit(
    1, Service_Id="KANHE", Msg_src="901234", Src_Id="10690000001", Dest_terminal_Id=("13800138000",), Msg_Content=TEXT
)
SGIP_SUBMIT = sgip_pdus.Submit(SPNumber="10690000001", UserNumber=("8613800138000",), MessageContent=TEXT)
SMGP_SUBMIT = smgp_pdus.Submit(SrcTermID="10690000001", DestTermID=("13800138000",), MsgContent=TEXT)


# How the packets of one session differ: in their numbers, texts and references.
def _smpp(number: int) -> smpp_pdus.SubmitSm:
    reference = (0x0204, number.to_bytes(2, "big"))
    return structs.replace(
        FULL_SUBMIT_SM,
        sequence_number=number,
        destination_addr=str(8_613_800_000_000 + number),
        short_message=TEXT + bytes((0, number % 256)),
        tlvs=(reference, *FULL_SUBMIT_SM.tlvs[1:]),
    )


def _cmpp(number: int) -> cmpp_pdus.Submit:
    to = (str(13_800_000_000 + number),)
    return structs.replace(
        CMPP_SUBMIT, Sequence_Id=number, Dest_terminal_Id=to, Msg_Content=TEXT + bytes((0, number % 256))
    )


def _sgip(number: int) -> sgip_pdus.Submit:
    to = (str(8_613_800_000_000 + number),)
    return structs.replace(SGIP_SUBMIT, UserNumber=to, MessageContent=TEXT + bytes((0, number % 256)))


def _smgp(number: int) -> smgp_pdus.Submit:
    to = (str(13_800_000_000 + number),)
    return structs.replace(SMGP_SUBMIT, SequenceID=number, DestTermID=to, MsgContent=TEXT + bytes((0, number % 256)))


# name -> (a submission by its number, write it, read a run of octets)
CODECS: dict[str, tuple[Callable[[int], Any], Callable[[Any], bytes], Callable[[bytes], Sequence[object]]]] = {
    "smpp": (_smpp, smpp.build, lambda octets: smpp.Reader().feed(octets)),
    "cmpp": (_cmpp, cmpp.build, lambda octets: cmpp.Reader().feed(octets)),
    "sgip": (_sgip, sgip.build, lambda octets: sgip.Reader().feed(octets)),
    "smgp": (_smgp, smgp.build, lambda octets: smgp.Reader().feed(octets)),
}


def bench_codec() -> dict[str, dict[str, int]]:
    """`parse_per_s` and `build_per_s` by protocol: every field set, SMPP with four TLVs."""
    works: dict[tuple[str, str], Callable[[], object]] = {}
    for name, (make, build, read) in CODECS.items():
        packets = [make(number) for number in range(1, PACKETS + 1)]
        octets = b"".join(map(build, packets))
        assert read(octets) == packets, "what was written is read"
        works[name, "parse_per_s"] = partial(read, octets)
        works[name, "build_per_s"] = partial(_all, build, packets)
    best = dict.fromkeys(works, inf)
    for _ in range(RUNS):  # all in turn, so that a busy second of the machine spoils no figure
        best = {which: min(best[which], _spent(work)) for which, work in works.items()}
    figures: dict[str, dict[str, int]] = {name: {} for name in CODECS}
    for (name, what), seconds in best.items():
        figures[name][what] = round(PACKETS / seconds)
    return figures


def _all(build: Callable[[Any], bytes], packets: Sequence[object]) -> list[bytes]:
    return [build(packet) for packet in packets]


def _spent(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before
