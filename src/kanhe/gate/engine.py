"""One library made ready to judge: its table of findings, its shapes, and the plans made so far.

Plans hang on sites: the papers and candidate routes that a message names. A site is found again by the papers themselves, or,
when gather made new objects of them, by their revisions; a new revision is a new site, so nothing is ever invalidated by hand.
"""

from collections.abc import Sequence

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import Account, Route, Sender, Template
from kanhe.domain.verdict import Finding
from kanhe.gate.findings import Table
from kanhe.gate.needs import Needs
from kanhe.gate.plan import Plan, Planner
from kanhe.gate.shapes import Shapes
from kanhe.gate.stages.platform import OWN
from kanhe.gate.stages.table import STAGES
from kanhe.law.library import Library

# A plan takes some 5 kB; senders times templates times places of a day stay below. Past it, all are made anew.
PLANS_MAX = 50_000
# Operators change their settings a few times a day; older settings are not asked for again.
WORLDS_MAX = 4

# Texts with links or numbers of their own, such as a courier's; past it, all are reduced anew.
READINGS_MAX = 50_000
# Stands for links or numbers where only their presence counts.
SOME = ("*",)

SiteKey = tuple[int, str, str | None, str | None, bool]
Candidates = Sequence[Route]


class Site:
    """The papers and candidate routes of messages, with the plans made for them."""

    __slots__ = ("account", "candidates", "plans", "routes", "sender", "sitting", "template", "template_missing")

    def __init__(
        self, account: Account, sender: Sender, template: Template | None, candidates: Candidates, message: Message
    ) -> None:
        self.account, self.sender, self.template, self.candidates = account, sender, template, candidates
        self.template_missing = message.template is not None and template is None
        self.routes = tuple(route for route in candidates if message.live or route.simulated)
        self.plans: dict[tuple[object, ...], Plan] = {}
        self.sitting = 0  # the one that last found these papers unchanged

    def same(self, account: Account, sender: Sender, template: Template | None, candidates: Candidates) -> bool:
        """Whether these are the papers of this site, under the same revisions."""
        return (
            self.account.revision == account.revision
            and self.sender.revision == sender.revision
            and (self.template is None) == (template is None)
            and (self.template is None or template is None or self.template.revision == template.revision)
            and [(r.name, r.revision) for r in self.candidates] == [(r.name, r.revision) for r in candidates]
        )


class Engine:
    """Immutable but for what it remembers; a new library is a new engine."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.table = Table(library.rules, {kind: stage.codes for kind, stage in STAGES.items()}, OWN)
        self.shapes = Shapes(library.digest)
        self.planner = Planner(library, self.table)
        self.needs: dict[tuple[str, str | None, Category, bool], Needs] = {}
        self._worlds: dict[tuple[int, frozenset[str]], dict[SiteKey, Site]] = {}
        self._readings: dict[TextFacts, TextFacts] = {}
        self._plans = 0
        self._sittings = 0

    def reading(self, seen: TextFacts) -> TextFacts:
        """What plans are kept by: which links and numbers a text names, and where it promotes, is asked of each text."""
        if not (seen.links or seen.phones or seen.labels or seen.promotion):
            return seen
        known = self._readings.get(seen)
        if known is None:
            if len(self._readings) >= READINGS_MAX:
                self._readings.clear()
            links, phones = SOME if seen.links else (), SOME if seen.phones else ()
            known = self._readings[seen] = msgspec.structs.replace(
                seen, links=links, phones=phones, labels=(), promotion=None
            )
        return known

    def sites(self, facts: Facts) -> dict[SiteKey, Site]:
        """The sites known under these settings of the operator, with these books unanswered."""
        world = (facts.operator.revision, facts.unknown)
        known = self._worlds.get(world)
        if known is None:
            while len(self._worlds) >= WORLDS_MAX:
                del self._worlds[next(iter(self._worlds))]
            known = self._worlds[world] = {}
        return known

    def sit(self) -> int:
        """The number of a new sitting: facts do not change while it lasts."""
        self._sittings += 1
        return self._sittings

    def site(
        self, sites: dict[SiteKey, Site], sitting: int, facts: Facts, message: Message, country: str | None
    ) -> Site | None:
        """The site of a message; its papers are looked at once in a sitting. None when account or sender is missing."""
        key = (message.account, message.sender, message.template, country, message.live)
        site = sites.get(key)
        if site is not None and site.sitting == sitting:
            return site
        account, sender = facts.accounts.get(message.account), facts.senders.get((message.account, message.sender))
        if account is None or sender is None:
            return None
        template = None if message.template is None else facts.templates.get((message.account, message.template))
        candidates = facts.routes.get((message.account, country), ())
        if site is None or not (
            site.account is account
            and site.sender is sender
            and site.template is template
            and site.candidates is candidates
        ):
            if site is None or not site.same(account, sender, template, candidates):
                site = sites[key] = Site(account, sender, template, candidates, message)
            site.account, site.sender, site.template, site.candidates = account, sender, template, candidates
        site.sitting = sitting
        return site

    def missing(self, facts: Facts, message: Message) -> Finding:
        """Why a message has no site."""
        return self.table.own["account-unknown" if message.account not in facts.accounts else "sender-unknown"]

    def made(self) -> None:
        """Count a plan; past the limit everything is forgotten."""
        self._plans += 1
        if self._plans > PLANS_MAX:
            self.forget()

    def forget(self) -> None:
        """Drop what is remembered, as if nothing had been judged yet."""
        self._plans = 0
        for sites in self._worlds.values():
            sites.clear()
