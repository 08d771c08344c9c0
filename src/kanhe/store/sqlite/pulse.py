"""How much came in of late, over all accounts: for the console's figures, bounded whatever the tables hold."""

from contextlib import closing
from pathlib import Path

from kanhe.domain.state import State
from kanhe.ports.people import Group
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.statements import load


def newest_by_state(path: Path, first: int, limit: int) -> list[Group]:
    """The newest `limit` messages from id `first` on, grouped; on a connection of its own, for a thread of its own."""
    with closing(connect_reader(path)) as connection:
        groups = connection.execute(load()["newest_by_state"].sql, (first, limit)).fetchall()
    return [Group(minute, State(state), count, lowest) for minute, state, count, lowest in groups]
