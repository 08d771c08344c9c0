"""The shape of a status table: number, meaning in English and Chinese, and what a sender does about it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kanhe.protocols.states import Action


class Status(NamedTuple):
    """One number of an answer or of a report."""

    value: int
    meaning: str
    meaning_zh: str
    action: Action


def by_value(statuses: Iterable[Status]) -> Mapping[int, Status]:
    """Index a table; a number may stand in it once."""
    rows = tuple(statuses)
    table = {status.value: status for status in rows}
    assert len(table) == len(rows), "a number stands twice"
    return table


def status_of(value: int, table: Mapping[int, Status]) -> Status:
    """The row of a number; one that no table knows is the vendor's own, and final."""
    return table.get(value) or Status(value, "vendor code", "厂商自定义错误码", Action.PERMANENT)
