"""The table of pages: method, address, view, and the permission it asks for."""

from kanhe.console import entry, figures, looks, message, messages, papers, patterns, report, review, reviews, rules
from kanhe.console.visit import Page
from kanhe.domain.users import Permission

P = Permission

PAGES: tuple[Page, ...] = (
    Page("GET", "/console", figures.overview, P.FIGURES),
    Page("GET", "/console/figures", figures.live, P.FIGURES, quiet=True),
    Page("GET", "/console/login", entry.login),
    Page("GET", "/console/login/{token}", entry.link),
    Page("POST", "/console/login/{token}", entry.use_link),
    Page("POST", "/console/logout", entry.logout),
    Page("GET", "/console/prefer/{what}/{value}", entry.prefer),
    Page("GET", "/console/static/{digest}/{name}", entry.static),
    Page("GET", "/console/messages", messages.list_messages, P.MESSAGES),
    Page("GET", "/console/messages/{id}", message.show_message, P.MESSAGES),
    Page("POST", "/console/messages/{id}/numbers", message.open_message, P.NUMBERS, recorded=True),
    Page("GET", "/console/messages/{id}/numbers", message.mask_again, P.MESSAGES),
    Page("GET", "/console/messages/{id}/proof", message.verify_message, P.PROOFS),
    Page("GET", "/console/messages/{id}/evidence.json", message.download_evidence, P.NUMBERS, recorded=True),
    Page("GET", "/console/rules", rules.list_rules, P.RULES),
    Page("GET", "/console/rules/{rule}", rules.show_rule, P.RULES),
    Page("GET", "/console/reviews", reviews.list_reviews, P.REVIEWS),
    Page("GET", "/console/reviews/{id}", review.show_review, P.REVIEWS),
    Page("POST", "/console/reviews/{id}/claim", review.claim_review, P.DECIDE),
    Page("POST", "/console/reviews/{id}/give-back", review.give_back_review, P.DECIDE),
    Page("POST", "/console/reviews/{id}/decision", review.decide_review, P.DECIDE),
    Page("GET", "/console/reviews/{id}/decision", review.back_to_review, P.REVIEWS),
    Page("GET", "/console/papers", papers.list_papers, P.PAPERS),
    Page("GET", "/console/papers/{id}", papers.show_paper, P.PAPERS),
    Page("GET", "/console/papers/{id}/documents/{digest}", papers.download_document, P.NUMBERS, recorded=True),
    Page("GET", "/console/report", report.show_report, P.PAPERS),
    Page("GET", "/console/report.csv", report.report_csv, P.PAPERS),
    Page("GET", "/console/report.pdf", report.report_pdf, P.PAPERS),
    Page("GET", "/console/looks", looks.list_looks, P.RECORDS),
    Page("GET", "/console/patterns", patterns.patterns, P.FIGURES),
    Page("GET", "/console/{rest:path}", entry.nothing),
)
