"""All components on one page, on invented data: what a new page is made of."""

from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.message import Piece, Preview
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.users import ALLOWED, Permission, Role


@dataclass(frozen=True, slots=True)
class Patterns:
    """What the page shows."""

    preview: Preview
    at: int
    roles: tuple[Role, ...]
    permissions: tuple[Permission, ...]
    allowed: dict[Role, frozenset[Permission]]


async def patterns(desk: Desk, visit: Visit) -> Answer:
    """The page."""
    pieces = [Piece("【示例商城】您的包裹已送达驿站，"), Piece("请凭取件码领取。")]
    preview = Preview("10690000001", pieces, 2, "UCS-2", 24, 80_000)
    model = Patterns(preview, desk.world.clock.now_ms(), tuple(Role), tuple(Permission), ALLOWED)
    return Shown("patterns.html", model)
