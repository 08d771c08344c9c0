"""The application: every endpoint of the table behind Litestar's router. The hot ones seldom come this far (`server.py`)."""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Response, route
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, ControllerRouterHandler, HTTPScope

from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.openapi import document
from kanhe.doors.http.replies import Reply, problem
from kanhe.doors.http.serve import serve
from kanhe.doors.http.table import ENDPOINTS
from kanhe.kit.language import language_of

# What the router does not know is one of ours, or a mistake of the caller's that it found.
_CODES = {404: "path.unknown", 405: "method.unknown"}


def make_app(door: Door, pages: Sequence[ControllerRouterHandler] = ()) -> ASGIApp:
    """The API, with further pages (console, recipients) beside it."""
    handlers = [_handler(door, endpoint) for endpoint in ENDPOINTS]
    return Litestar(
        [*handlers, _description(), *pages],
        openapi_config=None,
        exception_handlers={HTTPException: _unrouted},
        request_max_body_size=None,  # every endpoint has a limit of its own
    )


def _handler(door: Door, endpoint: Endpoint) -> HTTPRouteHandler:
    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        scope: HTTPScope = request.scope
        args = {name: str(value) for name, value in request.path_params.items()}
        return _response(await serve(door, endpoint, scope, request.receive, args))

    path = re.sub(r"\{(\w+)\}", lambda part: f"{{{part[1]}:{'path' if part[1] == 'path' else 'str'}}}", endpoint.path)
    return route(path, http_method=HttpMethod(endpoint.method), status_code=200, name=endpoint.name)(answer)


def _description() -> HTTPRouteHandler:
    described = Reply(200, document(ENDPOINTS))

    async def openapi() -> Response[bytes]:
        return _response(described)

    return route("/openapi.json", http_method=HttpMethod.GET, name="openapi")(openapi)


def _response(reply: Reply) -> Response[bytes]:
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, status_code=reply.status, media_type=reply.kind.decode(), headers=headers)


def _unrouted(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    code = _CODES.get(error.status_code, "path.unknown" if error.status_code < 500 else "server.broken")
    language = language_of(request.headers.get("accept-language", "").encode())
    return _response(problem(code, language=language))
