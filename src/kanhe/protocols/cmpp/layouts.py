"""The layouts of CMPP as its specification draws them (chapter 8.4), one row a field, and the commands with their ids.

3.0 differs from 2.0 in the width of numbers (21 or 32 octets) and of results (1 or 4), and has LinkID (20) instead of Reserve (8), by
the change list of QB-GF-028-2003.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from kanhe.protocols.cmpp import pdus
from kanhe.protocols.layout import REST, Field, content, count, integer, name_of, numbers, octets, text


class Version(IntEnum):
    """A layout of CMPP; `layout_of` tells which one a peer's Version octet means."""

    V20 = 0x20
    V30 = 0x30
    PRIVATE = 0x7F
    """3.0 with private fields behind LinkID, which are kept raw (seen in SMSGate's codec)."""


def layout_of(octet: int) -> Version:
    """Say which layout a Version octet means: 0x21 is laid out as 2.0."""
    if octet == Version.PRIVATE:
        return Version.PRIVATE
    return Version.V30 if octet >= Version.V30 else Version.V20


Row = Field | tuple[Field | None, Field | None]
"""A field of both versions, or what 2.0 has and what 3.0 has."""


def _widened(make: Callable[[str, int], Field], name: str, v20: int, v30: int) -> Row:
    return make(name, v20), make(name, v30)


def _since_3_0(field: Field) -> Row:
    return None, field


RESERVE_OR_LINK_ID: Row = (text("Reserve", 8), text("LinkID", 20))

CONNECT: tuple[Row, ...] = (
    text("Source_Addr", 6),
    octets("AuthenticatorSource", 16),
    integer("Version", 1),
    integer("Timestamp", 4),
)
CONNECT_RESP: tuple[Row, ...] = (
    _widened(integer, "Status", 1, 4),
    octets("AuthenticatorISMG", 16),
    integer("Version", 1),
)
SUBMIT: tuple[Row, ...] = (
    octets("Msg_Id", 8),
    integer("Pk_total", 1),
    integer("Pk_number", 1),
    integer("Registered_Delivery", 1),
    integer("Msg_level", 1),
    text("Service_Id", 10),
    integer("Fee_UserType", 1),
    _widened(text, "Fee_terminal_Id", 21, 32),
    _since_3_0(integer("Fee_terminal_type", 1)),
    integer("TP_pId", 1),
    integer("TP_udhi", 1),
    integer("Msg_Fmt", 1),
    text("Msg_src", 6),
    text("FeeType", 2),
    text("FeeCode", 6),
    text("ValId_Time", 17),
    text("At_Time", 17),
    text("Src_Id", 21),
    count("DestUsr_tl", 1, of="Dest_terminal_Id"),
    _widened(numbers, "Dest_terminal_Id", 21, 32),
    _since_3_0(integer("Dest_terminal_type", 1)),
    count("Msg_Length", 1, of="Msg_Content"),
    content("Msg_Content"),
    RESERVE_OR_LINK_ID,
)
SUBMIT_RESP: tuple[Row, ...] = (octets("Msg_Id", 8), _widened(integer, "Result", 1, 4))
DELIVER: tuple[Row, ...] = (
    octets("Msg_Id", 8),
    text("Dest_Id", 21),
    text("Service_Id", 10),
    integer("TP_pid", 1),
    integer("TP_udhi", 1),
    integer("Msg_Fmt", 1),
    _widened(text, "Src_terminal_Id", 21, 32),
    _since_3_0(integer("Src_terminal_type", 1)),
    integer("Registered_Delivery", 1),
    count("Msg_Length", 1, of="Msg_Content"),
    content("Msg_Content"),
    RESERVE_OR_LINK_ID,
)
DELIVER_RESP = SUBMIT_RESP
QUERY: tuple[Row, ...] = (text("Time", 8), integer("Query_Type", 1), text("Query_Code", 10), text("Reserve", 8))
QUERY_RESP: tuple[Row, ...] = (
    text("Time", 8),
    integer("Query_Type", 1),
    text("Query_Code", 10),
    *(
        integer(f"{way}_{what}", 4)
        for way, what in (("MT", "TLMsg"), ("MT", "Tlusr"), ("MT", "Scs"), ("MT", "WT"), ("MT", "FL"))
    ),
    *(integer(f"MO_{what}", 4) for what in ("Scs", "WT", "FL")),
)
CANCEL: tuple[Row, ...] = (octets("Msg_Id", 8),)
# Item 16 of the change list widened it; SMSGate sends 4 octets in 2.0 too.
CANCEL_RESP: tuple[Row, ...] = (_widened(integer, "Success_Id", 1, 4),)
ACTIVE_TEST_RESP: tuple[Row, ...] = (integer("Reserved", 1),)


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table of commands: its name in the specification, its section, its packet."""

    id: int
    name: str
    section: str
    struct: type[msgspec.Struct]
    rows: tuple[Row, ...] = ()

    def fields(self, version: Version) -> tuple[Field, ...]:
        """The rows that `version` has."""
        column = 0 if version is Version.V20 else 1
        cells = [row if isinstance(row, Field) else row[column] for row in self.rows]
        private = [REST] if version is Version.PRIVATE and RESERVE_OR_LINK_ID in self.rows else []
        return tuple(cell for cell in cells + private if cell is not None)


COMMANDS: tuple[Command, ...] = (
    Command(0x00000001, "CMPP_CONNECT", "8.4.1", pdus.Connect, CONNECT),
    Command(0x80000001, "CMPP_CONNECT_RESP", "8.4.1", pdus.ConnectResp, CONNECT_RESP),
    Command(0x00000002, "CMPP_TERMINATE", "8.4.2", pdus.Terminate),
    Command(0x80000002, "CMPP_TERMINATE_RESP", "8.4.2", pdus.TerminateResp),
    Command(0x00000004, "CMPP_SUBMIT", "8.4.3", pdus.Submit, SUBMIT),
    Command(0x80000004, "CMPP_SUBMIT_RESP", "8.4.3", pdus.SubmitResp, SUBMIT_RESP),
    Command(0x00000005, "CMPP_DELIVER", "8.4.5", pdus.Deliver, DELIVER),
    Command(0x80000005, "CMPP_DELIVER_RESP", "8.4.5", pdus.DeliverResp, DELIVER_RESP),
    Command(0x00000006, "CMPP_QUERY", "8.4.4", pdus.Query, QUERY),
    Command(0x80000006, "CMPP_QUERY_RESP", "8.4.4", pdus.QueryResp, QUERY_RESP),
    Command(0x00000007, "CMPP_CANCEL", "8.4.6", pdus.Cancel, CANCEL),
    Command(0x80000007, "CMPP_CANCEL_RESP", "8.4.6", pdus.CancelResp, CANCEL_RESP),
    Command(0x00000008, "CMPP_ACTIVE_TEST", "8.4.7", pdus.ActiveTest),
    Command(0x80000008, "CMPP_ACTIVE_TEST_RESP", "8.4.7", pdus.ActiveTestResp, ACTIVE_TEST_RESP),
)
BY_ID: dict[int, Command] = {command.id: command for command in COMMANDS}
BY_STRUCT: dict[type[msgspec.Struct], Command] = {command.struct: command for command in COMMANDS}

# Gateway to gateway or to the GNS: an SP platform knows their names for traces and answers nothing.
FOREIGN_REQUESTS: dict[int, str] = {
    0x09: "CMPP_FWD",
    0x10: "CMPP_MT_ROUTE",
    0x11: "CMPP_MO_ROUTE",
    0x12: "CMPP_GET_MT_ROUTE",
    0x13: "CMPP_MT_ROUTE_UPDATE",
    0x14: "CMPP_MO_ROUTE_UPDATE",
    0x15: "CMPP_PUSH_MT_ROUTE_UPDATE",
    0x16: "CMPP_PUSH_MO_ROUTE_UPDATE",
    0x17: "CMPP_GET_MO_ROUTE",
}


def command_name(command_id: int) -> str:
    """Name a command, one we have no layout for included."""
    return name_of(command_id, BY_ID, FOREIGN_REQUESTS, "_RESP")
