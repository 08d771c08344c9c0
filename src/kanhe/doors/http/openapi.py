"""`/openapi.json`: OpenAPI 3.1, made from the table of endpoints and the shapes; nothing in it is written twice."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

import kanhe
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.shapes import Problem
from kanhe.ports.refusals import REASONS

_REFERENCE = "#/components/schemas/{name}"
# What every endpoint with a key, and every one with a body, may answer.
_WITH_KEY = ("auth.missing", "auth.unknown", "auth.network", "account.unusable")
_FOR_USERS = ("auth.user-needed",)
_WITH_BODY = ("json.malformed", "body.invalid", "field.unknown", "body.too-large", "media.unsupported")
_WITH_QUERY = ("query.invalid",)
_WITH_NUMBER = ("number.invalid",)
_WRITING = ("store.unavailable",)


def document(endpoints: Iterable[Endpoint]) -> bytes:
    """The whole description."""
    table = tuple(endpoints)
    shapes = [
        Problem,
        *(s for e in table for s in (e.gives, e.body, e.query) if isinstance(s, type) and s is not bytes),
    ]
    _, components = msgspec.json.schema_components(dict.fromkeys(shapes), ref_template=_REFERENCE)
    paths: dict[str, dict[str, object]] = {}
    for endpoint in table:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Kanhe", "version": kanhe.__version__, "description": "Lawful, provable SMS."},
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "kanhe_live_..."}},
            },
        }
    )


def codes_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Every reason code that an endpoint may answer with."""
    return (
        *(() if endpoint.public else _WITH_KEY),
        *(() if endpoint.accounts and endpoint.permission is None else _FOR_USERS),
        *(_WITH_BODY if endpoint.body else ()),
        *(_WITH_QUERY if endpoint.query else ()),
        *(_WITH_NUMBER if _takes_number(endpoint) else ()),
        *(() if endpoint.method == "GET" else _WRITING),
        *endpoint.problems,
    )


def _takes_number(endpoint: Endpoint) -> bool:
    shapes = [shape for shape in (endpoint.body, endpoint.query) if shape is not None]
    return any("to" in shape.__struct_fields__ for shape in shapes if issubclass(shape, msgspec.Struct))


def _operation(endpoint: Endpoint, components: Mapping[str, Any]) -> dict[str, object]:
    summary, _, rest = (endpoint.answer.__doc__ or "").partition(". ")
    operation: dict[str, object] = {
        "operationId": endpoint.name,
        "summary": summary.rstrip("."),
        "responses": {str(endpoint.status): _success(endpoint), **_failures(endpoint)},
        "parameters": [*_of_path(endpoint), *_of_query(endpoint, components), *_of_header(endpoint)],
    }
    if rest:
        operation["description"] = rest
    if endpoint.body is not None:
        octets: dict[str, object] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        content = octets if endpoint.body is bytes else {"application/json": {"schema": _ref(endpoint.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    if not endpoint.public:
        operation["security"] = [{"key": []}]
    return operation


def _success(endpoint: Endpoint) -> dict[str, object]:
    description = {200: "As asked", 201: "Made", 202: "On file, after the commit", 204: "Done"}[endpoint.status]
    if endpoint.gives is None:
        return {"description": description}
    if isinstance(endpoint.gives, str):
        return {"description": description, "content": {endpoint.gives: {}}}
    return {"description": description, "content": {"application/json": {"schema": _ref(endpoint.gives)}}}


def _failures(endpoint: Endpoint) -> dict[str, object]:
    """One response a status, naming the reason codes behind it."""
    by_status: dict[int, list[str]] = {}
    for code in codes_of(endpoint):
        by_status.setdefault(REASONS[code].status, []).append(code)
    content = {"application/problem+json": {"schema": _ref(Problem)}}
    failures: dict[str, object] = {
        str(status): {"description": "; ".join(f"`{code}`: {REASONS[code].en}" for code in codes), "content": content}
        for status, codes in sorted(by_status.items())
    }
    return failures


def _of_path(endpoint: Endpoint) -> list[dict[str, object]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", endpoint.path)
    ]


def _of_query(endpoint: Endpoint, components: Mapping[str, Any]) -> list[dict[str, object]]:
    if endpoint.query is None:
        return []
    shape = components[endpoint.query.__name__]
    required = shape.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in shape["properties"].items()
    ]


def _of_header(endpoint: Endpoint) -> list[dict[str, object]]:
    if "idempotency.other-body" not in endpoint.problems:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}]


def _ref(shape: type) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=shape.__name__)}
