"""Style sheet, script and htmx: under addresses that change with their content, so that browsers may keep them for ever."""

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import NamedTuple

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
DIGEST_CHARS = 12


class File(NamedTuple):
    """One file as it is served."""

    octets: bytes
    kind: str
    digest: str


@cache
def files() -> dict[str, File]:
    """All of them, by name."""
    found = {}
    for path in resources.files("kanhe.console").joinpath("static").iterdir():
        ending = path.name.rpartition(".")[2]
        if ending in KINDS:
            octets = path.read_bytes()
            found[path.name] = File(octets, KINDS[ending], sha256(octets).hexdigest()[:DIGEST_CHARS])
    return found


def address_of(name: str) -> str:
    """Where a file is."""
    return f"/console/static/{files()[name].digest}/{name}"
