"""pycmpp as it comes, in a process of its own: its threads never end by themselves. Argument: port, then texts. One line an event."""

import sys
import threading
import time

from pycmpp.cmpp import Cmpp
from pycmpp.response import ConnectResponseInstance, SubmitResponseInstance

CONNECT_RESP, SUBMIT_RESP, DELIVER = 0x80000001, 0x80000004, 0x5
NUMBER = "13800138001"


def printing(word, read):
    """A handler as pycmpp makes them, that says what came."""

    class Handler:
        def __init__(self, cmpp, message):
            self.message = message

        def __call__(self):
            sys.stdout.write(f"{word} {read(self.message)}\n")
            sys.stdout.flush()

    return Handler


def field(response, name):
    """What pycmpp itself reads of an answer."""

    def read(message):
        response.resolve(message)
        return getattr(response, name)

    return read


port, secret, *texts = sys.argv[1:]
client = Cmpp("127.0.0.1", int(port), "901234", secret, "10690000001", delivery=1)
client.handlers[CONNECT_RESP] = printing("connected", field(ConnectResponseInstance(), "status"))
client.handlers[SUBMIT_RESP] = printing("submitted", field(SubmitResponseInstance(), "status"))
client.handlers[DELIVER] = printing("delivered", bytes.hex)


def submit():
    time.sleep(0.5)
    for text in texts:
        client.submit(text, [NUMBER])
        time.sleep(0.2)


threading.Thread(target=submit, daemon=True).start()
client.run()
