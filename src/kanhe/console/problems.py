"""Why a page is not shown, and what to do next."""

from kanhe.console.terms import _N
from kanhe.console.visit import Trouble

NOT_HERE = Trouble(404, _N("There is nothing here"), _N("Check the address, or go back to the overview."))
NO_MESSAGE = Trouble(
    404, _N("There is no such message"), _N("Check its id. Messages that are past their retention are gone.")
)
NO_RULE = Trouble(404, _N("There is no such rule"), _N("Look for it in the list of rules."))
NO_PAPER = Trouble(404, _N("There is no such paper"), _N("Look for it in the list of papers."))
NO_CONSENT = Trouble(
    404, _N("There is no such record of this number that you may change"), _N("Look the number up again.")
)
NO_DUTY = Trouble(404, _N("There is no such duty"), _N("Look for it in the list of duties."))
NO_REVIEW = Trouble(404, _N("There is no such item in the review queue"), _N("Look for it in the queue."))
NO_ANNOUNCEMENT = Trouble(404, _N("There is no such announcement"), _N("Look for it in the list of announcements."))
NO_ACCOUNT = Trouble(404, _N("There is no such account"), _N("Choose one of the list."))
NO_USER = Trouble(
    404,
    _N("There is no such user that you may change"),
    _N("Owners are changed by owners; who was closed stays closed."),
)
NO_REPORT = Trouble(
    422, _N("There is no such report"), _N("Choose an account that is there, and at most 92 days up to a last day.")
)
NOT_ALLOWED = Trouble(
    403, _N("Your role does not include this page"), _N("Ask an owner or administrator of the platform.")
)
FORM_STALE = Trouble(
    403, _N("This form was not made for your session"), _N("Go back, load the page again, and send the form once more.")
)
LINK_SPENT = Trouble(
    403,
    _N("This login link was used, or is too old"),
    _N("Each link works once, for 15 minutes. Ask for a new one with `kanhe login`."),
)
TOO_OFTEN = Trouble(429, _N("Too many tries from your address"), _N("Wait five minutes and try again."))
NOT_YET_PROVED = Trouble(
    409, _N("The entry is not yet under a signed checkpoint"), _N("That takes two seconds. Load the page again.")
)
UNWRITTEN = Trouble(
    503,
    _N("Nothing can be written at the moment"),
    _N("Try again in a moment. What is recorded cannot be shown until it can be written."),
)
UNREADABLE = Trouble(
    400, _N("This form cannot be read"), _N("Go back, load the page again, and send the form once more.")
)
TOO_LARGE = Trouble(413, _N("This form is too large"), _N("Send less at once."))
