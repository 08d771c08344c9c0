"""How a text is cut on each route, and which sender ids it takes: one rule for the price, the preview and the wire."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from kanhe.carriers import exchange, smpp_text
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.protocols.addresses import limit_of
from kanhe.protocols.exchange.content import Format
from kanhe.protocols.text.segments import CountAs, Segments, billed_segments, segments, stands_alone


class Cutter(NamedTuple):
    """What a connector does with a text."""

    cut: Callable[[str], Segments]  # as the handset gets it
    on_wire: Callable[[str, Segments], int]  # how many submissions that is
    as_ucs2: bool = True  # what fits one segment of UCS-2 is one segment here, whatever it is written in


def _smpp(paper: ConnectorPaper) -> Cutter:
    writing = smpp_text.writing_of(paper)
    whole = writing.long is smpp_text.Long.PAYLOAD
    return Cutter(partial(smpp_text.cut_text, writing=writing), lambda _, cut: 1 if whole else len(cut.parts))


def _exchange(paper: ConnectorPaper) -> Cutter:
    writing = exchange.writing_of(paper)
    return Cutter(
        partial(exchange.cut_text, writing=writing),
        lambda text, cut: exchange.submissions(text, cut, writing),
        writing.format is not Format.GB,  # GB18030 takes four octets for some characters
    )


CUTTERS: Mapping[str, Callable[[ConnectorPaper], Cutter]] = {
    "smpp": _smpp,
    "cmpp": _exchange,
    "sgip": _exchange,
    "smgp": _exchange,
}

# A route whose connector is not on file: nothing leaves there, and a preview shows the canonical rule.
CANONICAL = Cutter(segments, lambda _, cut: len(cut.parts))


class Cuts:
    """The connectors' ways, kept until their papers change."""

    def __init__(self, connectors: Mapping[str, ConnectorPaper]) -> None:
        self._connectors = connectors
        self._known: dict[str, tuple[ConnectorPaper, Cutter]] = {}

    def count(self, text: str, route: Route) -> tuple[int, int]:
        """Segments of a text on a route: as they go over the wire of its connector, and as the price counts them."""
        cutter = self._cutter(route)
        if cutter.as_ucs2 and text and stands_alone(text):
            return 1, 1
        cut = cutter.cut(text)
        return cutter.on_wire(text, cut), billed_segments(text, cut, CountAs(route.count_as))

    def limit(self, sender: str, route: Route) -> str | None:
        """What a sender id would have to be on a route; None when it fits."""
        paper = self._connectors.get(route.connector)
        return limit_of(sender, paper.protocol) if paper is not None else None

    def preview(self, text: str, route: Route | None) -> Segments:
        """The segments that the handset shows."""
        return (self._cutter(route) if route is not None else CANONICAL).cut(text)

    def _cutter(self, route: Route) -> Cutter:
        paper = self._connectors.get(route.connector)
        if paper is None:
            return CANONICAL
        known = self._known.get(paper.name)
        if known is None or known[0] is not paper:
            known = self._known[paper.name] = paper, CUTTERS[paper.protocol](paper)
        return known[1]
