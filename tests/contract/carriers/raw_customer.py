"""A customer of a few lines that writes exactly what a test wants, octet by octet if need be, and reads what the door says."""

import asyncio

from tests.patience import CLOCK, PATIENCE_S

from kanhe.protocols.cmpp import codec as cmpp
from kanhe.protocols.cmpp import digest as cmpp_digest
from kanhe.protocols.cmpp import pdus as cmpp_pdus
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.exchange.digest import timestamp_of
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.sgip import codec as sgip
from kanhe.protocols.sgip import pdus as sgip_pdus
from kanhe.protocols.smgp import codec as smgp
from kanhe.protocols.smgp import digest as smgp_digest
from kanhe.protocols.smgp import pdus as smgp_pdus
from kanhe.protocols.smpp import codec as smpp
from kanhe.protocols.smpp.pdus import BindTransceiver

NODE, AT = 3_010_099_999, 1_231_235_959


class SmppWire(smpp.Reader):
    """SMPP has no such thing: its reader and its writer are apart."""

    def build(self, pdu, sequence):
        return smpp.build_as(pdu, sequence)


def cmpp_login(name, secret, at):
    return cmpp_pdus.Connect(
        Source_Addr=name, AuthenticatorSource=cmpp_digest.LOGIN.of(name, secret, at), Version=0x30, Timestamp=at
    )


def smgp_login(name, secret, at):
    return smgp_pdus.Login(
        ClientID=name,
        AuthenticatorClient=smgp_digest.LOGIN.of(name, secret, at),
        LoginMode=2,
        TimeStamp=at,
        ClientVersion=0x30,
    )


# How each family is read and written, and how one logs in.
WIRES = {
    "smpp": SmppWire,
    "cmpp": lambda: cmpp.Wire(Version.V30),
    "sgip": sgip.Wire,
    "smgp": smgp.Wire,
}
LOGINS = {
    "smpp": lambda name, secret, _at: BindTransceiver(0, 0, name, secret),
    "cmpp": cmpp_login,
    "sgip": lambda name, secret, _at: sgip_pdus.Bind(Login_Type=1, Login_Name=name, Login_Password=secret),
    "smgp": smgp_login,
}


class RawCustomer:
    """One connection."""

    def __init__(self, family, port):
        self.family, self.port = family, port
        self.wire = WIRES[family]()
        self.heard = []
        self.sequence = 0

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def login(self, name="u1", secret="secret", at=None):
        """Log in; the door's answer."""
        at = timestamp_of(beijing(CLOCK)()) if at is None else at
        return await self.ask(LOGINS[self.family](name, secret, at))

    def number(self):
        """The next sequence."""
        self.sequence += 1
        return (NODE, AT, self.sequence) if self.family == "sgip" else self.sequence

    def say(self, pdu, sequence=None):
        """Write a packet under the next sequence, or that one."""
        self.raw(self.wire.build(pdu, self.number() if sequence is None else sequence))

    def raw(self, octets):
        self.writer.write(octets)

    async def ask(self, pdu, sequence=None):
        """Write a packet and read its answer; deliveries that overtake it wait for their turn."""
        self.say(pdu, sequence)
        early = []
        while type(heard := await self.hear()).__name__ == "Deliver":
            early.append(heard)
        self.heard = early + self.heard
        return heard

    async def hear(self):
        """The next packet; None when the door has closed the connection."""
        while not self.heard:
            data = await asyncio.wait_for(self.reader.read(65536), PATIENCE_S)
            if not data:
                return None
            self.heard += self.wire.feed(data)
        return self.heard.pop(0)

    def close(self):
        self.writer.close()
