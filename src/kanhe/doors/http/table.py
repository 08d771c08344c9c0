"""The map of the API: every endpoint, in one table. Routes, documentation, OpenAPI and the tests of scoping walk it."""

from kanhe.doors.http import messages, system
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.limits import BATCH_OCTETS_MAX
from kanhe.doors.http.shapes import (
    Accepted,
    BatchAnswers,
    BatchBody,
    CheckAnswer,
    ExplanationView,
    MessageBody,
    Messages,
    MessagesQuery,
    MessageView,
)

_JSON, _TEXT, _OCTETS = "application/json", "text/plain", "application/octet-stream"
_DRAFT = (
    *("idempotency.key-invalid", "idempotency.other-body", "rate.exceeded", "intake.full", "answer.late"),
    *("sender.missing", "text.and-template", "text.empty", "gate.refused", "money.insufficient"),
)

SUBMIT = Endpoint("POST", "/v1/messages", messages.submit, Accepted, 202, body=MessageBody, problems=_DRAFT)
BATCH = Endpoint(
    "POST", "/v1/messages/batch", messages.submit_batch, BatchAnswers, 202, body=BatchBody,
    problems=(*_DRAFT, "batch.empty", "batch.too-many"), octets_max=BATCH_OCTETS_MAX,
)  # fmt: skip
# Answered before the router is asked: it would cost more than the rest of the request.
HOT = {endpoint.path: endpoint for endpoint in (SUBMIT, BATCH)}

_MESSAGE = ("message.unknown",)

ENDPOINTS: tuple[Endpoint, ...] = (
    SUBMIT,
    BATCH,
    Endpoint("GET", "/v1/messages", messages.list_messages, Messages, query=MessagesQuery),
    Endpoint("GET", "/v1/messages/{id}", messages.get_message, MessageView, problems=_MESSAGE),
    Endpoint("DELETE", "/v1/messages/{id}", messages.cancel_message, MessageView, problems=(*_MESSAGE, "cancel.too-late")),
    Endpoint("GET", "/v1/messages/{id}/explanation", messages.explain_message, ExplanationView, problems=_MESSAGE),
    Endpoint(
        "GET", "/v1/messages/{id}/evidence", messages.prove_message, _JSON,
        problems=(*_MESSAGE, "evidence.missing", "evidence.not-yet"),
    ),
    Endpoint("POST", "/v1/check", messages.check, CheckAnswer, body=MessageBody, problems=("rate.exceeded",)),
    Endpoint("GET", "/healthz", system.healthz, _TEXT, public=True),
    Endpoint("GET", "/readyz", system.readyz, _TEXT, public=True),
    Endpoint("GET", "/metrics", system.show_metrics, _TEXT, public=True),
    Endpoint("GET", "/ledger/checkpoint", system.ledger_checkpoint, _TEXT, public=True, problems=("evidence.missing",)),
    Endpoint("GET", "/ledger/tile/{path}", system.ledger_tile, _OCTETS, public=True, problems=("tile.unknown",)),
)  # fmt: skip
