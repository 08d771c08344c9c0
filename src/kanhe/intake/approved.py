"""Which approved template a text is a filling of: the one that the message names, or one of its account's that fits."""

from kanhe.domain.message import Message
from kanhe.domain.papers import Template as Paper
from kanhe.kit.clock import iso
from kanhe.moderation.policy import Policy
from kanhe.moderation.templates import Baseline, Places, Shelf, Template, approve, recognise
from kanhe.moderation.verdict import Context
from kanhe.records.books import APPROVED, Books

# Templates times senders of an hour; a baseline weighs about three kilobytes.
BASELINES_REMEMBERED = 10_000

Filled = tuple[Baseline, Places]


class ApprovedWords:
    """The templates of all accounts, each judged once for each context it is used in."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._baselines: dict[tuple[int, str, int, int], tuple[Context, Policy, Baseline]] = {}
        self._shelves: dict[int, tuple[int, Shelf]] = {}  # account -> (revision of the books, its templates)

    def named(self, message: Message, context: Context, policy: Policy) -> Filled | None:
        """The template that the message names, with the places of its variables; `None` if the text is no filling of it."""
        if message.template is None:
            return None
        paper = self._books.templates.get((message.account, message.template))
        return None if paper is None else self._filled(paper, message, context, policy)

    def recognised(self, message: Message, context: Context, policy: Policy) -> Filled | None:
        """The first template of the account that the text is a filling of."""
        found = (
            self._books.templates.get((message.account, t.id)) for t in self._shelf(message).candidates(message.text)
        )
        filled = (self._filled(paper, message, context, policy) for paper in found if paper is not None)
        return next((one for one in filled if one is not None), None)

    def _filled(self, paper: Paper, message: Message, context: Context, policy: Policy) -> Filled | None:
        if paper.status != APPROVED or (paper.valid_to is not None and paper.valid_to < iso(message.accepted_at)[:10]):
            return None
        baseline = self._baseline(paper, context, policy)
        places = recognise(baseline, message.text)
        return None if places is None else (baseline, places)

    def _baseline(self, paper: Paper, context: Context, policy: Policy) -> Baseline:
        key = (paper.account, paper.name, paper.revision, id(context))
        known = self._baselines.get(key)
        if known is not None and known[0] is context and known[1] is policy:
            return known[2]
        if len(self._baselines) >= BASELINES_REMEMBERED:
            self._baselines.clear()
        baseline = approve(template_of(paper), context, policy)
        self._baselines[key] = (context, policy, baseline)
        return baseline

    def _shelf(self, message: Message) -> Shelf:
        known = self._shelves.get(message.account)
        if known is None or known[0] != self._books.revision:
            papers = (p for (account, _), p in self._books.templates.items() if account == message.account)
            shelf = Shelf([template_of(p) for p in papers if p.status == APPROVED])
            known = self._shelves[message.account] = (self._books.revision, shelf)
        return known[1]


def template_of(paper: Paper) -> Template:
    """A paper's text and variables, as the content engine knows them."""
    kinds = {name: variable.kind for name, variable in paper.variables.items()}
    limits = {name: variable.max_chars for name, variable in paper.variables.items() if variable.max_chars is not None}
    return Template(paper.name, paper.text, kinds, limits)
