"""Codecs: submissions read from and written to the wire per second, on one core."""

from collections.abc import Callable, Sequence
from time import process_time

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
# The best of so many runs: the machine's other work only ever adds.
RUNS = 9
ROUNDS = 40

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

# name -> (write one submission, read a run of octets)
CODECS: dict[str, tuple[Callable[[], bytes], Callable[[bytes], Sequence[object]]]] = {
    "smpp": (lambda: smpp.build(FULL_SUBMIT_SM), lambda octets: smpp.Reader().feed(octets)),
    "cmpp": (lambda: cmpp.build(CMPP_SUBMIT), lambda octets: cmpp.Reader().feed(octets)),
    "sgip": (lambda: sgip.build(SGIP_SUBMIT), lambda octets: sgip.Reader().feed(octets)),
    "smgp": (lambda: smgp.build(SMGP_SUBMIT), lambda octets: smgp.Reader().feed(octets)),
}


def bench_codec() -> dict[str, dict[str, int]]:
    """`parse_per_s` and `build_per_s` by protocol: every field set, SMPP with four TLVs."""
    return {name: _figures(build, read) for name, (build, read) in CODECS.items()}


def _figures(build: Callable[[], bytes], read: Callable[[bytes], Sequence[object]]) -> dict[str, int]:
    octets = build() * PACKETS
    assert len(read(octets)) == PACKETS, "what was written is read"
    parse = min(_spent(lambda: [read(octets) for _ in range(ROUNDS)]) for _ in range(RUNS))
    write = min(_spent(lambda: [build() for _ in range(ROUNDS * PACKETS)]) for _ in range(RUNS))
    return {"parse_per_s": round(ROUNDS * PACKETS / parse), "build_per_s": round(ROUNDS * PACKETS / write)}


def _spent(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before
