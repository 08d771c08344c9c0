"""The map of the API: every endpoint, in one table. Routes, documentation, OpenAPI and the tests of scoping walk it."""

from kanhe.domain.users import Permission
from kanhe.doors.http import (
    account,
    announcements,
    blocks,
    books,
    complaints,
    consents,
    desk_consents,
    desk_papers,
    hooks,
    messages,
    moderation,
    papers,
    recipient,
    registers,
    report,
    reviews,
    system,
)
from kanhe.doors.http.announcements import (
    AnnouncementBody,
    AnnouncementDecision,
    AnnouncementList,
    AnnouncementView,
)
from kanhe.doors.http.book_shapes import (
    BookQuery,
    ImportView,
    InboundMessages,
    LiftQuery,
    NumberQuery,
    PageQuery,
    SuppressionBody,
    Suppressions,
    SuppressionSheetQuery,
    SuppressionView,
    Usage,
    UsageQuery,
)
from kanhe.doors.http.complaints import ComplaintBody, ComplaintChange, Complaints, ComplaintView
from kanhe.doors.http.consent_shapes import (
    ConsentBody,
    ConsentChange,
    Consents,
    ConsentView,
    DocumentView,
    SheetQuery,
    WithdrawQuery,
)
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.hook_shapes import DeadLetters, Replayed, WebhookBody, WebhookChange, Webhooks, WebhookView
from kanhe.doors.http.limits import BATCH_OCTETS_MAX, FORM_OCTETS_MAX
from kanhe.doors.http.moderation_shapes import MessageExplanation, ModerationBody, ModerationView
from kanhe.doors.http.paper_shapes import AnyPaperQuery, FilingBody, PaperList, PaperWhole, ReasonQuery
from kanhe.doors.http.report import ReportQuery
from kanhe.doors.http.review_shapes import DecisionBody, ReviewList, ReviewQuery, ReviewView
from kanhe.doors.http.shapes import (
    Accepted,
    BatchAnswers,
    BatchBody,
    CheckAnswer,
    MessageBody,
    Messages,
    MessagesQuery,
    MessageView,
)
from kanhe.offices.registers import UPLOAD_OCTETS_MAX
from kanhe.offices.reporting import ComplianceReport
from kanhe.records.tables import FILE_OCTETS_MAX

_JSON, _TEXT, _OCTETS, _HTML = "application/json", "text/plain", "application/octet-stream", "text/html"
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
_CONSENT = ("consent.unknown",)
_ENDED = (*_CONSENT, "consent.ended")
_CLAIM = ("review.closed", "review.claimed-by-another", "review.second-person-needed")
_DECIDE = (
    *("review.reason-missing", "review.reason-too-long", "review.not-lifted-by-a-look", "review.label-unknown"),
    *("money.insufficient", *papers.FILING, "paper.stand", "paper.unknown"),
)
_ANNOUNCE = (
    *("authority.missing", "announcement.reason-missing", "announcement.numbers"),
    *("number.invalid", "sender.unknown", "text.empty", "text.too-long"),
)
_DECIDE_ANNOUNCEMENT = (
    *("announcement.unknown", "announcement.decided", "announcement.second-person-needed"),
    *("announcement.reason-missing", "authority.missing"),
)
_HOOK = ("webhook.unknown",)
_URL = ("webhook.url-invalid", "webhook.target-private")

ENDPOINTS: tuple[Endpoint, ...] = (
    SUBMIT,
    BATCH,
    Endpoint("GET", "/v1/messages", messages.list_messages, Messages, query=MessagesQuery),
    Endpoint("GET", "/v1/messages/{id}", messages.get_message, MessageView, problems=_MESSAGE),
    Endpoint("DELETE", "/v1/messages/{id}", messages.cancel_message, MessageView, problems=(*_MESSAGE, "cancel.too-late")),
    Endpoint("GET", "/v1/messages/{id}/explanation", moderation.explain_message, MessageExplanation, problems=_MESSAGE),
    Endpoint(
        "GET", "/v1/messages/{id}/evidence", messages.prove_message, _JSON,
        problems=(*_MESSAGE, "evidence.missing", "evidence.not-yet"),
    ),
    Endpoint("POST", "/v1/check", messages.check, CheckAnswer, body=MessageBody, problems=("rate.exceeded",)),
    Endpoint("POST", "/v1/moderation/check", moderation.check_text, ModerationView, body=ModerationBody, problems=("rate.exceeded",)),
    Endpoint("GET", "/v1/inbound", account.list_inbound, InboundMessages, query=PageQuery),
    Endpoint("GET", "/v1/usage", account.show_usage, Usage, query=UsageQuery),
    Endpoint("GET", "/v1/suppressions", books.list_suppressions, Suppressions, query=BookQuery),
    Endpoint("POST", "/v1/suppressions", books.add_suppression, SuppressionView, 201, body=SuppressionBody, problems=("sender.unknown",)),
    Endpoint(
        "DELETE", "/v1/suppressions/{id}", books.remove_suppression, None, 204, query=LiftQuery,
        problems=("suppression.unknown", "suppression.of-recipient"),
    ),
    Endpoint(
        "POST", "/v1/suppressions/import", books.bring_suppressions, ImportView, body=bytes, query=SuppressionSheetQuery,
        problems=("import.refused", "sender.unknown"), octets_max=FILE_OCTETS_MAX,
    ),
    Endpoint("GET", "/v1/consents", consents.list_consents, Consents, query=BookQuery),
    Endpoint(
        "POST", "/v1/consents", consents.add_consent, ConsentView, 201, body=ConsentBody,
        problems=("sender.unknown", "consent.document-unknown"),
    ),
    Endpoint(
        "POST", "/v1/consents/import", consents.bring_consents, ImportView, body=bytes, query=SheetQuery,
        problems=("import.refused",), octets_max=FILE_OCTETS_MAX,
    ),
    Endpoint(
        "POST", "/v1/consents/documents", consents.keep_document, DocumentView, 201, body=bytes,
        octets_max=FILE_OCTETS_MAX,
    ),
    Endpoint("GET", "/v1/consents/{id}", consents.show_consent, ConsentView, query=NumberQuery, problems=_CONSENT),
    Endpoint(
        "PATCH", "/v1/consents/{id}", consents.reconfirm_consent, ConsentView, body=ConsentChange, query=NumberQuery,
        problems=_ENDED,
    ),
    Endpoint("DELETE", "/v1/consents/{id}", consents.withdraw_consent, ConsentView, query=WithdrawQuery, problems=_ENDED),
    Endpoint(
        "GET", "/v1/consents/{id}/document", consents.get_document, _OCTETS, query=NumberQuery,
        problems=(*_CONSENT, "consent.document-unknown"),
    ),
    Endpoint("GET", "/v1/webhooks", hooks.list_webhooks, Webhooks),
    Endpoint(
        "POST", "/v1/webhooks", hooks.add_webhook, WebhookView, 201, body=WebhookBody,
        problems=("webhook.exists", "webhook.too-many", *_URL),
    ),
    Endpoint("PATCH", "/v1/webhooks/{name}", hooks.change_webhook, WebhookView, body=WebhookChange, problems=(*_HOOK, *_URL)),
    Endpoint("DELETE", "/v1/webhooks/{name}", hooks.remove_webhook, None, 204, problems=_HOOK),
    Endpoint("POST", "/v1/webhooks/{name}/secret", hooks.change_secret, WebhookView, problems=_HOOK),
    Endpoint("GET", "/v1/dead-letters", hooks.list_dead_letters, DeadLetters, query=PageQuery),
    Endpoint(
        "POST", "/v1/dead-letters/{id}/replay", hooks.replay_dead_letter, Replayed, 202,
        problems=("delivery.unknown", "webhook.off"),
    ),
    *papers.endpoints(),
    Endpoint(
        "GET", "/v1/admin/registers", registers.list_registers, registers.RegisterList, permission=Permission.PAPERS,
        accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/registers/{name}", registers.bring_register, ImportView, body=bytes,
        query=registers.RegisterQuery, problems=("import.refused",), permission=Permission.CONSENTS, accounts=False,
        octets_max=UPLOAD_OCTETS_MAX,
    ),
    Endpoint(
        "GET", "/v1/admin/consents", desk_consents.list_any_consents, Consents, query=desk_consents.OfAccount,
        permission=Permission.CONSENTS, accounts=False,
    ),
    Endpoint(
        "DELETE", "/v1/admin/consents/{id}", desk_consents.withdraw_any_consent, ConsentView,
        query=desk_consents.ByHand, problems=_ENDED, permission=Permission.CONSENTS, accounts=False,
    ),
    Endpoint(
        "GET", "/v1/admin/papers", desk_papers.list_all_papers, PaperList, query=AnyPaperQuery,
        permission=Permission.PAPERS, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/agreements", desk_papers.publish_agreement, desk_papers.EditionView, 201,
        body=desk_papers.EditionBody, problems=("agreement.published",), permission=Permission.DECIDE, accounts=False,
    ),
    Endpoint(
        "GET", "/v1/admin/papers/{id}", desk_papers.show_any_paper, PaperWhole, problems=("paper.unknown",),
        permission=Permission.PAPERS, accounts=False,
    ),
    Endpoint(
        "DELETE", "/v1/admin/papers/{id}", desk_papers.withdraw_any_paper, PaperWhole, query=ReasonQuery,
        problems=("paper.unknown", "paper.stand", "paper.of-operator"), permission=Permission.FILE, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/papers/{id}/filings", desk_papers.note_filing, PaperWhole, body=FilingBody,
        problems=("paper.unknown", "paper.stand"), permission=Permission.DECIDE, accounts=False,
    ),
    Endpoint("GET", "/v1/complaints", complaints.list_complaints, Complaints, query=PageQuery),
    Endpoint(
        "POST", "/v1/complaints", complaints.add_complaint, ComplaintView, 201, body=ComplaintBody,
        problems=("message.unknown",),
    ),
    Endpoint(
        "PATCH", "/v1/complaints/{id}", complaints.change_complaint, ComplaintView, body=ComplaintChange,
        problems=("complaint.unknown",),
    ),
    Endpoint(
        "GET", "/v1/report", report.show_report, ComplianceReport, query=ReportQuery,
        problems=("report.not-to-be-had",), permission=Permission.PAPERS,
    ),
    Endpoint(
        "GET", "/v1/report.pdf", report.report_pdf, "application/pdf", query=ReportQuery,
        problems=("report.not-to-be-had",), permission=Permission.PAPERS,
    ),
    Endpoint(
        "GET", "/v1/report.csv", report.report_csv, "text/csv", query=ReportQuery,
        problems=("report.not-to-be-had",), permission=Permission.PAPERS,
    ),
    Endpoint("GET", "/v1/reviews", reviews.list_reviews, ReviewList, query=ReviewQuery, permission=Permission.REVIEWS),
    Endpoint(
        "GET", "/v1/reviews/{id}", reviews.show_review, ReviewView, problems=("review.closed",), permission=Permission.REVIEWS,
    ),
    Endpoint(
        "POST", "/v1/reviews/{id}/claim", reviews.claim_review, ReviewView, problems=_CLAIM,
        permission=Permission.DECIDE, accounts=False,
    ),
    Endpoint(
        "DELETE", "/v1/reviews/{id}/claim", reviews.give_back_review, ReviewView, problems=_CLAIM[:2],
        permission=Permission.DECIDE, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/reviews/{id}/decision", reviews.decide_review, ReviewView, body=DecisionBody,
        problems=(*_CLAIM, *_DECIDE), permission=Permission.DECIDE, accounts=False,
    ),
    Endpoint(
        "GET", "/v1/admin/announcements", announcements.list_announcements, AnnouncementList, query=PageQuery,
        permission=Permission.REVIEWS, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/announcements", announcements.ask_announcement, AnnouncementView, 201, body=AnnouncementBody,
        problems=_ANNOUNCE, permission=Permission.ANNOUNCE, accounts=False, octets_max=announcements.OCTETS_MAX,
    ),
    Endpoint(
        "GET", "/v1/admin/announcements/{id}", announcements.show_announcement, AnnouncementView,
        problems=("announcement.unknown",), permission=Permission.REVIEWS, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/announcements/{id}/decision", announcements.decide_announcement, AnnouncementView,
        body=AnnouncementDecision, problems=_DECIDE_ANNOUNCEMENT, permission=Permission.ANNOUNCE, accounts=False,
    ),
    Endpoint(
        "GET", "/v1/admin/suppressions", blocks.list_blocks, Suppressions, query=blocks.BlockQuery,
        permission=Permission.CONSENTS, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/admin/suppressions", blocks.add_block, SuppressionView, 201, body=blocks.BlockBody,
        problems=("sender.unknown",), permission=Permission.CONSENTS, accounts=False,
    ),
    Endpoint(
        "DELETE", "/v1/admin/suppressions/{id}", blocks.remove_block, None, 204, query=blocks.ReasonedQuery,
        problems=("suppression.unknown",), permission=Permission.CONSENTS, accounts=False,
    ),
    Endpoint(
        "POST", "/v1/links", recipient.make_link, recipient.LinkView, body=recipient.LinkBody, problems=("sender.unknown",),
    ),
    Endpoint("GET", "/r/{code}", recipient.show_page, _HTML, public=True, problems=("link.unknown",)),
    Endpoint(
        "POST", "/r/{code}/refuse", recipient.refuse_on_page, _HTML, body=bytes, public=True, problems=("link.unknown",),
        octets_max=FORM_OCTETS_MAX,
    ),
    Endpoint(
        "POST", "/r/{code}/agree", recipient.agree_on_page, _HTML, body=bytes, public=True,
        problems=("link.unknown", "link.nothing-asked"), octets_max=FORM_OCTETS_MAX,
    ),
    Endpoint("GET", "/healthz", system.healthz, _TEXT, public=True),
    Endpoint("GET", "/readyz", system.readyz, _TEXT, public=True),
    Endpoint("GET", "/metrics", system.show_metrics, _TEXT, public=True),
    Endpoint("GET", "/ledger/checkpoint", system.ledger_checkpoint, _TEXT, public=True, problems=("evidence.missing",)),
    Endpoint("GET", "/ledger/tile/{path}", system.ledger_tile, _OCTETS, public=True, problems=("tile.unknown",)),
)  # fmt: skip
