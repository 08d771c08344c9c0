"""The table of pages: method, address, view, and the permission it asks for."""

from kanhe.console import (
    announcements,
    duties,
    entry,
    figures,
    looks,
    message,
    messages,
    packets,
    paper_acts,
    papers,
    patterns,
    report,
    review,
    reviews,
    rules,
    users,
)
from kanhe.console.limits import ANNOUNCEMENT_OCTETS_MAX
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
    Page("GET", "/console/packets", packets.ask_packet, P.MESSAGES),
    Page("POST", "/console/packets", packets.read_packet, P.MESSAGES),
    Page("GET", "/console/rules", rules.list_rules, P.RULES),
    Page("GET", "/console/rules/{rule}", rules.show_rule, P.RULES),
    Page("GET", "/console/reviews", reviews.list_reviews, P.REVIEWS),
    Page("GET", "/console/reviews/{id}", review.show_review, P.REVIEWS),
<<<<<<< HEAD
    Page("GET", "/console/reviews/{id}/proof", review.open_proof, P.NUMBERS, recorded=True),
=======
    Page("GET", "/console/reviews/{id}/proof", review.download_consent_proof, P.NUMBERS, recorded=True),
>>>>>>> e9f623d (Reviewers open the document behind a sample; doctor names registers that are too old)
    Page("POST", "/console/reviews/{id}/claim", review.claim_review, P.DECIDE),
    Page("POST", "/console/reviews/{id}/give-back", review.give_back_review, P.DECIDE),
    Page("POST", "/console/reviews/{id}/decision", review.decide_review, P.DECIDE),
    Page("GET", "/console/announcements", announcements.list_announcements, P.REVIEWS),
    Page(
        "POST", "/console/announcements", announcements.ask_announcement, P.ANNOUNCE, octets_max=ANNOUNCEMENT_OCTETS_MAX
    ),
    Page("GET", "/console/announcements/new", announcements.new_announcement, P.ANNOUNCE),
    Page("GET", "/console/announcements/{id}", announcements.show_announcement, P.REVIEWS),
    Page("POST", "/console/announcements/{id}/decision", announcements.decide_announcement, P.ANNOUNCE),
    Page("GET", "/console/papers", papers.list_papers, P.PAPERS),
    Page("GET", "/console/papers/{id}", papers.show_paper, P.PAPERS),
    Page("POST", "/console/papers/{id}/decision", paper_acts.decide_paper, P.DECIDE),
    Page("POST", "/console/papers/{id}/registration", paper_acts.register_paper, P.DECIDE),
    Page("POST", "/console/papers/{id}/traits", paper_acts.describe_paper, P.DECIDE),
    Page("GET", "/console/papers/{id}/documents/{digest}", papers.download_document, P.NUMBERS, recorded=True),
    Page("GET", "/console/duties", duties.list_duties, P.PAPERS),
    Page("POST", "/console/duties/{id}/done", duties.settle_duty, P.DECIDE),
    Page("GET", "/console/report", report.show_report, P.PAPERS),
    Page("GET", "/console/report.csv", report.report_csv, P.PAPERS),
    Page("GET", "/console/report.pdf", report.report_pdf, P.PAPERS),
    Page("GET", "/console/looks", looks.list_looks, P.RECORDS),
    Page("GET", "/console/users", users.list_users, P.USERS),
    Page("POST", "/console/users", users.invite_user, P.USERS, recorded=True),
    Page("GET", "/console/users/{id}", users.show_user, P.USERS),
    Page("POST", "/console/users/{id}/role", users.change_user, P.USERS, recorded=True),
    Page("POST", "/console/users/{id}/link", users.link_user, P.USERS, recorded=True),
    Page("POST", "/console/users/{id}/key", users.key_user, P.USERS, recorded=True),
    Page("POST", "/console/users/{id}/close", users.close_user, P.USERS, recorded=True),
    Page("GET", "/console/patterns", patterns.patterns, P.FIGURES),
    Page("GET", "/console/{rest:path}", entry.nothing),
)
