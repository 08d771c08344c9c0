"""The console as handlers for `make_app(door, pages)`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from kanhe.console.desk import Desk
from kanhe.console.entry import back
from kanhe.console.serve import serve
from kanhe.console.table import PAGES
from kanhe.console.visit import Page


def pages(desk: Desk) -> Sequence[HTTPRouteHandler]:
    """One handler a row of the table, and a way back from where forms are sent to."""
    return [_handler(desk, page) for page in (*PAGES, *_ways_back())]


def _ways_back() -> Iterator[Page]:
    """Whoever comes to the address of a form by a link or by loading it again finds the page that the form stands on."""
    shown = {page.path for page in PAGES if page.method == "GET"}
    for page in PAGES:
        if page.path not in shown:
            yield Page("GET", page.path, back, page.permission, quiet=True)


def _handler(desk: Desk, page: Page) -> HTTPRouteHandler:
    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await serve(desk, page, request)

    path = re.sub(r"\{(\w+)\}", r"{\1:str}", page.path)
    made = route(path, http_method=HttpMethod(page.method), status_code=200, request_max_body_size=page.octets_max)
    return made(answer)
