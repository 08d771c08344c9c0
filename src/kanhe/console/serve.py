"""The way in, the same for every page: who asks, may they, was the form ours; then the view, its template, its headers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.exceptions.http_exceptions import ClientException, RequestEntityTooLarge

from kanhe.console import problems, sessions
from kanhe.console.desk import Desk
from kanhe.console.entry import HOME
from kanhe.console.visit import THEMES, Answer, Moved, Octets, Page, Shown, Upload, Visit, trouble
from kanhe.console.words import LANGUAGES
from kanhe.domain.users import EVERY_LOOK_RECORDED, Look
from kanhe.kit.language import language_of
from kanhe.ports.store import CommitFailedError, StoreEndedError

HTML = "text/html"
LOGIN = "/console/login"
# Nothing of ours needs script or style inside the page, frames, or anybody else's files.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",  # pages show numbers and texts
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Hosts at which nobody can listen between the browser and us.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


async def serve(desk: Desk, page: Page, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer one request."""
    visit = _visit(desk, request)
    try:
        if page.permission is None or visit.user is not None:  # what strangers send is not read
            visit.form, visit.files = await _form(request)
        answer = await _answer(desk, page, visit)
    except RequestEntityTooLarge:
        answer = trouble(problems.TOO_LARGE)
    except ClientException:
        answer = trouble(problems.UNREADABLE)
    except (CommitFailedError, StoreEndedError):
        answer = trouble(problems.UNWRITTEN)
    return _response(desk, visit, answer)


def _visit(desk: Desk, request: Request[Any, Any, Any]) -> Visit:
    cookies, headers = request.cookies, request.headers
    token = cookies.get(sessions.COOKIE, "")
    user = sessions.user_of(desk, token)
    language, theme = cookies.get("kanhe_language", ""), cookies.get("kanhe_theme", "")
    host = headers.get("host", "")
    secure = host.rpartition(":")[0] not in LOOPBACK
    return Visit(
        path=request.scope["path"],
        args={name: str(value) for name, value in request.path_params.items()},
        query=dict(parse_qsl(request.scope["query_string"].decode("latin-1"))),
        language=language if language in LANGUAGES else language_of(headers.get("accept-language", "").encode()),
        theme=theme if theme in THEMES else THEMES[0],
        peer=request.client.host if request.client else "",
        origin=f"{'https' if secure else 'http'}://{host}",
        secure=secure,
        partial="hx-request" in headers,
        user=user,
        token=token if user else "",
        csrf=sessions.form_token(desk, token) if user else "",
    )


async def _form(request: Request[Any, Any, Any]) -> tuple[dict[str, str], dict[str, Upload]]:
    """Fields and files of a form. Fields without a value are as good as not there."""
    if request.method != "POST":
        return {}, {}
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return dict(parse_qsl((await request.body()).decode("utf-8", "replace"))), {}
    fields, files = dict[str, str](), dict[str, Upload]()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename, await value.read())
            await value.close()
        elif value:
            fields[name] = str(value)
    return fields, files


async def _answer(desk: Desk, page: Page, visit: Visit) -> Answer:
    if page.permission is not None:
        if visit.user is None:
            return Octets(b"", HTML, (("hx-redirect", LOGIN),)) if visit.partial else Moved(LOGIN)
        if not visit.user.may(page.permission):
            return trouble(problems.NOT_ALLOWED)
    if page.method == "POST" and visit.user and not sessions.form_fits(desk, visit.token, visit.form.get("csrf", "")):
        return trouble(problems.FORM_STALE)
    if visit.user and (page.recorded or (visit.user.role in EVERY_LOOK_RECORDED and not page.quiet)):
        await desk.people.record(Look(desk.world.clock.now_ms(), visit.user.id, page.name, visit.about))
    return await page.view(desk, visit)


def _response(desk: Desk, visit: Visit, answer: Answer) -> Response[bytes]:
    match answer:
        case Moved(to, cookies):
            moved = Response(b"", status_code=303, headers={**HEADERS, "location": to})
            for cookie in cookies:
                moved.headers["set-cookie"] = cookie
            return moved
        case Octets(octets, kind, headers):
            return Response(octets, media_type=kind, headers={**HEADERS, **dict(headers)})
        case Shown(template, model, status, headers):
            told = {"m": model, "visit": visit, "zone": desk.zone, "home": HOME}
            page = desk.speech.render(template, visit.language, **told)
            shown = {**HEADERS, "content-language": visit.language, "vary": "accept-language, cookie", **dict(headers)}
            return Response(page.encode(), status_code=status, media_type=HTML, headers=shown)
