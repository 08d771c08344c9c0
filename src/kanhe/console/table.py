"""The table of pages: method, address, view, and the permission it asks for."""

from kanhe.console import entry, figures
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
    Page("GET", "/console/{rest:path}", entry.nothing),
)
