"""A customer's server, to which webhooks go."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Receiver:
    """A customer's server: notes what comes and answers as it is told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)  # the next answers; then 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    paths: list[str] = field(default_factory=list)

    def said(self) -> list[dict[str, Any]]:
        """What came, in the order of its making."""
        came = {headers["webhook-id"]: body for headers, body in self.got}
        return [json.loads(came[each]) for each in sorted(came)]

    async def take(self, request: web.Request) -> web.Response:
        self.paths.append(request.path_qs)
        self.got.append((dict(request.headers), await request.read()))
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"} if status == 302 else None)
