"""A carrier of each family on a real port, and our own client that writes down what it hears."""

import asyncio

from tests.patience import CLOCK, until

from kanhe.dispatch.dialer import Dialer
from kanhe.kit.rng import SeededRng
from kanhe.kit.stream import Stream
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.cmpp import client as cmpp
from kanhe.protocols.cmpp import pdus as cmpp_pdus
from kanhe.protocols.cmpp import texts as cmpp_texts
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.exchange.content import Format, NumberForm
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import ClientSettings, Credential, Timers
from kanhe.protocols.sgip import client as sgip
from kanhe.protocols.sgip import pdus as sgip_pdus
from kanhe.protocols.sgip import server as sgip_server
from kanhe.protocols.sgip import texts as sgip_texts
from kanhe.protocols.sgip.sequence import Sequences
from kanhe.protocols.smgp import client as smgp
from kanhe.protocols.smgp import pdus as smgp_pdus
from kanhe.protocols.smgp import texts as smgp_texts
from kanhe.protocols.smpp import client as smpp
from kanhe.protocols.smpp.coding import CODINGS, UDHI
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.text.alphabets import decode
from kanhe.protocols.text.segments import segments
from kanhe.sim.behaviour import Behaviour, changed
from kanhe.sim.carrier import SimulatedCarrier

SENDER = "10690000"
# When a provider holds an unanswered submission for doubtful: long enough that no busy machine makes it so, and soon where it is meant.
RESPONSE_S, SOON_S = 30.0, 1.0


def smpp_pdus(to, text, reference):
    cut = segments(text)
    return [
        SubmitSm(
            source_addr=SENDER,
            destination_addr=to,
            esm_class=UDHI if cut.with_header else 0,
            registered_delivery=1,
            data_coding=CODINGS[cut.alphabet],
            short_message=body,
        )
        for body in cut.user_data(reference)
    ]


def written(write, pattern):
    return lambda to, text, reference: write(pattern, to, text, Format.AUTO, NumberForm.WITH_86, reference)


# Each family: its sessions, how a text is written, how an inbound part is read.
CLIENTS = {
    "smpp": (
        lambda common: _session(smpp.SmppClientSession, smpp.CarrierSettings("u1", "secret", common=common)),
        smpp_pdus,
        read_part,
    ),
    "cmpp": (
        lambda common: cmpp.new_session(cmpp.CarrierSettings("u1", beijing(CLOCK), "secret", common=common)),
        written(cmpp_texts.write_submits, cmpp_pdus.Submit(Src_Id=SENDER, Msg_src="u1")),
        cmpp_texts.read_deliver,
    ),
    "sgip": (
        lambda common: sgip.new_session(
            sgip.CarrierSettings("u1", Sequences(3_010_099_999, 1), beijing(CLOCK), "secret", common=common)
        ),
        written(sgip_texts.write_submits, sgip_pdus.Submit(SPNumber=SENDER, CorpId="99999")),
        sgip_texts.read_deliver,
    ),
    "smgp": (
        lambda common: smgp.new_session(smgp.CarrierSettings("u1", beijing(CLOCK), "secret", common=common)),
        written(smgp_texts.write_submits, smgp_pdus.Submit(SrcTermID=SENDER)),
        smgp_texts.read_deliver,
    ),
}


def _session(kind, settings):
    return lambda hub, now: kind(hub, settings, now)


class Sp:
    """A service provider: submits, answers what it is told, and writes down every event as a word and a detail."""

    def __init__(self, family, port, window=50, response_s=RESPONSE_S, clock=CLOCK):
        self.clock = clock
        sessions, self.write, self.read = CLIENTS[family]
        common = ClientSettings(
            window=window,
            reconnect_s=(0.05,),
            retry_wait_s=0.05,
            retry_tries=2,
            timers=Timers(response_s=response_s),
        )
        self.endpoint = ClientEndpoint(common, sessions(common), lambda: 0.5)
        self.dialer = Dialer(self.endpoint, "127.0.0.1", port, clock, self.hear)
        self.told, self.count = [], 0

    def send(self, to, *texts):
        """All in one write."""
        for text in texts or ("hello",):
            self.count += 1
            self.endpoint.submit(self.count, self.write(to, text, self.count), self.clock.monotonic())
        self.dialer.flush()

    def hear(self, session, events, _now):
        for event in events:
            self.told.append(self.words(event))
            if isinstance(event, Receipt | Inbound):
                self.answer(session, event.handle)

    def answer(self, session, handle):
        """On a listener's session an answer has an id that nobody reads."""
        session.accept(handle) if hasattr(session, "room") else session.accept(handle, "")

    def words(self, event):
        name = type(event).__name__.lower()
        if isinstance(event, Receipt):
            return name, event.state.value
        if isinstance(event, Inbound):
            part = self.read(event.handle)
            return name, decode(part.octets, part.alphabet, part.shift)
        return name, getattr(event, "reason", "")

    @property
    def heard(self):
        """Without the beginning."""
        return [word for word in self.told if word[0] != "bound"]

    async def until(self, count):
        """Wait for so many events, and a moment longer to see that no more come."""
        await until(lambda: len(self.heard) >= count)
        await asyncio.sleep(0.05)
        return self.heard


class Listener:
    """Where an SP of SGIP hears its reports."""

    def __init__(self, clock=CLOCK):
        self.clock = clock
        settings = sgip_server.listener(Sequences(3_010_099_999, 1), beijing(clock))
        who = Credential("u1", "secret")
        self.endpoint = ServerEndpoint(lambda login: who, sgip_server.new_session(settings))
        self.sp = None

    async def start(self):
        self.server = await asyncio.get_running_loop().create_server(self.connect, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    def connect(self):
        return Stream(
            self.endpoint.open(self.clock.monotonic()),
            self.clock,
            lambda stream, events: self.sp.hear(stream.machine, events, self.clock.monotonic()),
        )


class Stage:
    """Starts carriers and providers, and stops them all."""

    def __init__(self, stack, clock=CLOCK):
        self.stack, self.clock = stack, clock

    async def carrier(self, family="smpp", keep=True, accounts=None, seed=1, **changes):
        listener = Listener(self.clock)
        port = await listener.start()
        self.stack.callback(listener.server.close)
        behaviour = changed(Behaviour(), changes)
        extra = {"accounts": accounts} if accounts else {}
        carrier = SimulatedCarrier(
            family, behaviour, self.clock, SeededRng(seed), keep=keep, listener=("127.0.0.1", port), **extra
        )
        carrier.port = await carrier.start()
        carrier.sp_listener = listener
        self.stack.push_async_callback(carrier.stop)
        return carrier

    async def pair(self, family="smpp", *, window=50, response_s=RESPONSE_S, **changes):
        """A carrier and a provider that is bound to it."""
        carrier = await self.carrier(family, **changes)
        sp = Sp(family, carrier.port, window, response_s, self.clock)
        carrier.sp_listener.sp = sp
        sp.dialer.start()
        self.stack.push_async_callback(sp.dialer.stop)
        await until(lambda: any(session.bound for session in sp.endpoint.sessions))
        return carrier, sp
