"""What goes back: a status, octets, headers. Problems are RFC 9457 with our reason code and both languages."""

from collections.abc import Sequence

import msgspec

from kanhe.doors.http.shapes import Problem, Sentence
from kanhe.gate.explain import Explained
from kanhe.law.reasons import reasons
from kanhe.ports.refusals import REASONS, Says

JSON = b"application/json"
PROBLEM = b"application/problem+json"
TEXT = b"text/plain; charset=utf-8"
OCTETS = b"application/octet-stream"
FIRST_ERROR = 400

encode = msgspec.json.Encoder().encode


class Reply(msgspec.Struct, gc=False):
    """An answer to one request."""

    status: int
    body: bytes = b""
    kind: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


def reply(status: int, view: object, *headers: tuple[bytes, bytes]) -> Reply:
    """An answer that is a view."""
    return Reply(status, encode(view), JSON, headers)


def problem(
    code: str,
    detail: str | None = None,
    *,
    field: str | None = None,
    message: int | None = None,
    findings: Sequence[Explained] = (),
    language: str = "en",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> Reply:
    """An answer that says what is wrong, and what to do about it."""
    view = problem_view(code, detail, field, message, findings, language)
    return Reply(view.status, encode(view), PROBLEM, headers)


def problem_view(
    code: str, detail: str | None, field: str | None, message: int | None, findings: Sequence[Explained], language: str
) -> Problem:
    """The same as a view, for answers that hold several."""
    says = REASONS.get(code)
    if says is None:  # of the number plan, whose sentences hold what was understood of a number
        says, detail = _of_numbers(code, detail or ""), None
    zh = language == "zh"
    return Problem(
        type=f"urn:kanhe:reason:{code}",
        title=says.zh if zh else says.en,
        status=says.status,
        detail=detail or (says.next_zh if zh else says.next_en),
        code=code,
        what=Sentence(says.en, says.zh),
        next=Sentence(says.next_en, says.next_zh),
        field=field,
        id=None if message is None else str(message),
        findings=findings,
    )


def _of_numbers(code: str, understood: str) -> Says:
    """What is wrong with a number, in the words of the number plan (`law/reasons.yaml`)."""
    en, zh = (reasons().reasons[code][language] for language in ("en", "zh"))
    told = {"understood": understood}
    return Says(422, en.what.format_map(told), zh.what.format_map(told), en.next or "", zh.next or "")


def retry_after(seconds: float) -> tuple[tuple[bytes, bytes], ...]:
    """The header that says when to come back; whole seconds, at least one."""
    return ((b"retry-after", b"%d" % max(1, round(seconds))),)
