"""What is to be seen of links: counted every time, said once a second, loudly only where somebody must look."""

import pytest
import structlog

from kanhe.dispatch.watch import DOOR, Seen, Watch
from kanhe.protocols.events import BindRefused, Bound, InDoubt, PeerFault, SessionLost, UnmatchedResponse


def said(*events, at=0.0):
    watch = Watch()
    with structlog.testing.capture_logs() as lines:
        for event in events:
            watch.note(DOOR, "sgip", [event], at)
    return watch, lines


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (Bound("u1"), "info"),
        (SessionLost("idle"), "info"),
        (SessionLost("peer_unbind"), "info"),
        (SessionLost("keep_alive"), "warning"),
        (BindRefused("a name", "password", 1), "warning"),
        (PeerFault("body_truncated", 5), "warning"),
        (UnmatchedResponse("SGIP_SUBMIT_RESP", 7), "warning"),
    ],
)
def test_only_what_somebody_must_look_at_is_a_warning(event, level):
    _, [line] = said(event)
    assert line["log_level"] == level
    assert "a name" not in repr(line)


def test_what_is_no_matter_of_links_is_neither_counted_nor_said():
    watch, lines = said(InDoubt("m1"))
    assert (watch.counts, lines) == ({}, [])


def test_a_line_a_second_tells_how_often_it_was():
    watch, fault = Watch(), PeerFault("rate", 8)
    with structlog.testing.capture_logs() as lines:
        for at in (0.0, 0.1, 0.9, 1.0, 1.5):
            watch.note(DOOR, "cmpp", [fault], at)
    assert [line["times"] for line in lines] == [1, 3]
    assert watch.counts == {Seen(DOOR, "cmpp", "peer-fault", "rate"): 5}
