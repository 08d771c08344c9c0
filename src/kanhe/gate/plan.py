"""Partial evaluation: what the standing facts decide is decided once, the rest is left as questions for each message.

A plan belongs to one account, sender, template, place, kind of text and category. It holds a lane per candidate route: the
findings that stand, and what is still to be asked of a message. Law is the same on every lane; carrier and vendor rules, and
the few rules of law that read a fact of the route, belong to their lane.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts
from kanhe.domain.papers import Route
from kanhe.domain.verdict import Effect, Finding, Outcome, Shape
from kanhe.gate.case import Answer, Ask, Bound, Case, Standing
from kanhe.gate.classify import classify
from kanhe.gate.findings import LIFTED, Mode, Table, mode_of
from kanhe.gate.read import PER_MESSAGE, per_message, read
from kanhe.gate.stages.platform import carries_characters, category_found, not_blocked, standing_findings
from kanhe.gate.stages.table import ORDER, STAGES
from kanhe.law.clock import FOREVER_MS
from kanhe.law.kinds import Exemption, Kind, Licence, Parameters, Registration
from kanhe.law.library import STRICT_DEFAULT, Library
from kanhe.law.rules import Rule
from kanhe.law.select import UNKNOWN, Selection, holds, narrow, rests_on_consent

# Kinds whose rules can put a message off.
TIMED = frozenset({Kind.QUIET_HOURS, Kind.FREQUENCY})


class Ready(NamedTuple):
    """A verdict worked out for one tuple of answers; `simple` when nothing more than the numbers of a message is missing."""

    shape: Shape
    outcome: Outcome
    simple: bool
    waits: bool  # put off by hours alone: the next opening of the place is all it needs


class Held(NamedTuple):
    """A finding with what it notes."""

    finding: Finding
    note: int | None


class Question(NamedTuple):
    """What is still to be asked of each message under one rule."""

    stage: str
    ask: Ask
    of_route: bool


class Lane:
    """A candidate route, with everything that stands and everything to be asked."""

    __slots__ = (
        "asks",
        "findings",
        "held",
        "known",
        "name",
        "notes",
        "opening",
        "questions",
        "refused",
        "route",
        "rules",
        "timed",
    )

    def __init__(self, route: Route | None) -> None:
        self.route = route
        self.name = route.name if route is not None else None
        self.held: list[Held] = []  # what stands
        self.questions: list[Question] = []  # what is asked of each message
        self.refused: list[Held] = []  # standing refusals of this route alone: it drops out
        self.rules: dict[str, Bound[Any]] = {}
        self.timed: list[Bound[Any]] = []  # rules that can put a message off
        self.known: dict[tuple[int, ...], Ready] = {}
        self.opening: tuple[int, int] = (0, -1)  # (asked at, next lawful hour): the same for everyone in between
        self.seal()

    def seal(self) -> None:
        """Lay out what the short way reads."""
        self.asks: tuple[Ask, ...] = tuple(question.ask for question in self.questions)
        self.findings: tuple[Finding, ...] = tuple(one.finding for one in self.held)
        self.notes: list[int] = [one.note for one in self.held if one.note is not None]

    def opens(self, now: int, expires_at: int) -> bool:
        """Whether the next lawful hour of this place is known, and soon enough."""
        asked_at, opening = self.opening
        return asked_at <= now <= opening <= expires_at

    def put(self, stage: str, answer: Answer, notes: list[int], of_route: bool = False) -> None:
        """Keep the answer of a stage: a finding stands with what it noted, a question is left to each message."""
        if not isinstance(answer, Finding):
            self.questions.append(Question(stage, answer, of_route))
            return
        self.held.append(Held(answer, notes.pop() if answer.slot is not None else None))
        if of_route and answer.effect is Effect.REFUSE:
            self.refused.append(self.held[-1])


class Plan:
    """What is known before the message is looked at."""

    __slots__ = (
        "category",
        "guards",
        "hinges",
        "lanes",
        "since",
        "standing",
        "until",
        "variants",
    )

    def __init__(self, standing: Standing, category: Category, since: int) -> None:
        self.standing, self.category = standing, category
        self.since, self.until = since, FOREVER_MS
        self.guards: tuple[Rule, ...] = ()
        self.hinges: tuple[str, ...] = ()  # what of the message the guards hang on
        self.variants: dict[tuple[object, ...], Plan] = {}
        self.lanes: list[Lane] = []


class Planner:
    """Makes plans out of one library."""

    def __init__(self, library: Library, table: Table) -> None:
        self.library, self.table = library, table
        self._of_route = frozenset(rule.id for rule in library.rules.values() if of_route(rule))
        self._guarded = frozenset(rule.id for rule in library.rules.values() if per_message(rule))
        self._bound: dict[tuple[str, Mode, str], Bound[Any]] = {}

    def plan(self, standing: Standing, facts: Facts, applies: Mapping[str, bool] | None = None) -> Plan:
        """The plan of a standing; `applies` answers for rules of which only the message can tell whether they apply."""
        case = Case(facts)
        case.standing = standing
        selection = self._select(standing, case.now)
        case.changes_at(selection.until)
        case.category, reclassified_by = self._classify(standing, selection, case)
        plan = Plan(standing, case.category, case.now)
        rules = selection.by_category.get(case.category, ())
        plan.guards = tuple(rule for rule in rules if rule.id in self._guarded) if applies is None else ()
        tested = {fact for rule in plan.guards for test in rule.when for fact in test.facts}
        plan.hinges = tuple(fact for fact in PER_MESSAGE if fact in tested)
        for route in standing.routes or (None,):
            plan.lanes.append(self._lane(route, rules, selection, reclassified_by, case, applies or {}))
        plan.lanes = _usable(plan.lanes, self.table)
        plan.until = case.until
        return plan

    def timed(self, plan: Plan, lane: Lane, facts: Facts, at: int) -> Sequence[Bound[Any]]:
        """The rules that can put a message off as they are in force at a later instant."""
        if self._select(plan.standing, at) is self._select(plan.standing, facts.now):
            return lane.timed
        later = self.plan(plan.standing, msgspec.structs.replace(facts, now=at))
        return next((other for other in later.lanes if other.name == lane.name), lane).timed

    # ------------------------------------------------------------ select, classify, narrow

    def _select(self, standing: Standing, at: int) -> Selection:
        return self.library.select(standing.place, standing.operator.seat, standing.sender.seat, at)

    def _classify(self, standing: Standing, selection: Selection, case: Case) -> tuple[Category, Rule | None]:
        case.category = standing.declared
        declared = selection.by_category.get(standing.declared, ())
        content = [rule for rule in declared if rule.kind is Kind.CONTENT and self._mode(rule, case) is Mode.DECIDES]
        return classify(standing, [r for r in content if all(holds(t, lambda fact: read(fact, case)) for t in r.when)])

    def _mode(self, rule: Rule, case: Case) -> Mode:
        return mode_of(rule, case.standing.operator.switches)

    def _applying(self, rules: Sequence[Rule], case: Case, applies: Mapping[str, bool]) -> Sequence[Rule]:
        route = case.route
        waived = frozenset(rule.id for rule in rules if route and rule.of_routes and rule.id in route.waives)
        out = frozenset(rule_id for rule_id, holds_now in applies.items() if not holds_now)
        here = [rule for rule in rules if rule.id not in self._guarded or rule.id in applies]
        found = narrow(here, partial(_of_all, case=case), waived | out)
        return found if rests_on_consent(found) else (*found, *self.library.fill_in.get(case.category, ()))

    # ------------------------------------------------------------ judge

    def _lane(
        self,
        route: Route | None,
        rules: Sequence[Rule],
        selection: Selection,
        reclassified_by: Rule | None,
        case: Case,
        applies: Mapping[str, bool],
    ) -> Lane:
        lane, own = Lane(route), self.table.own
        case.route, case.notes = route, []
        for finding in standing_findings(own, case, self.zone_of_country(case.standing.operator.seat)):
            lane.put(finding.stage, finding, case.notes)
        if reclassified_by is not None:
            lane.put(Kind.CONTENT, self.table.of(reclassified_by, Mode.DECIDES)["content-reclassified"], case.notes)
        if (other := category_found(own, case)) is not None:
            lane.put("category", other, case.notes)
        if (characters := carries_characters(own, case)) is not None:
            lane.put("substitution", characters, case.notes, of_route=True)
        for finding in self._exemptions_left_behind(selection, case):
            lane.put(finding.stage, finding, case.notes)
        found = self._applying(rules, case, applies)
        lifted = self._judge_exemptions(lane, found, case)
        if not any(Kind.OPT_OUT in kinds for kinds in lifted.values()):
            lane.put("suppression", not_blocked(own, case), case.notes)
        for rule in sorted(found, key=lambda rule: ORDER[rule.kind]):
            if rule.kind in lifted.get(rule.pack, ()):
                lane.put(rule.kind, self.table.of(rule, Mode.LIFTED)[LIFTED], case.notes)
            elif rule.kind is not Kind.EXEMPTION:
                self._judge(lane, rule, case)
        lane.seal()
        return lane

    def _exemptions_left_behind(self, selection: Selection, case: Case) -> Iterable[Finding]:
        """When the text is another category than declared, exemptions of the declared one are shown as not applied."""
        if case.category is not case.standing.declared:
            for rule in selection.by_category.get(case.standing.declared, ()):
                if rule.kind is Kind.EXEMPTION and case.category not in rule.applies_to:
                    yield self.table.of(rule, self._mode(rule, case))["exemption-not-applied"]

    def _judge_exemptions(self, lane: Lane, rules: Sequence[Rule], case: Case) -> Mapping[str, set[Kind]]:
        """Exemptions first: which kinds of rules of which packs are lifted."""
        lifted: dict[str, set[Kind]] = {}
        for rule in rules:
            if isinstance(rule.parameters, Exemption):
                finding = self._judge(lane, rule, case)
                if finding is not None and finding.effect is Effect.ALLOW:
                    parent = self.library.packs[rule.pack].parent
                    for pack in filter(None, (rule.pack, parent, STRICT_DEFAULT)):
                        lifted.setdefault(pack, set()).update(rule.parameters.lifts)
        return lifted

    def _judge(self, lane: Lane, rule: Rule, case: Case) -> Finding | None:
        """Put a rule to its stage: a finding stands, a question is left to each message."""
        mode = self._mode(rule, case)
        bound = lane.rules[rule.id] = self._bind(rule, mode, case)
        answer = STAGES[rule.kind].judge(bound, case)
        if rule.kind in TIMED and mode is Mode.DECIDES and not isinstance(answer, Finding):
            lane.timed.append(bound)  # a finding stands for good: hours lifted by a proof put nothing off
        lane.put(rule.kind, answer, case.notes, rule.id in self._of_route)
        return answer if isinstance(answer, Finding) else None

    def _bind(self, rule: Rule, mode: Mode, case: Case) -> Bound[Any]:
        """A rule with its rows, its reference zone and its parameters: shared, unless this route has its own."""
        zone = self._zone(rule, case.standing)
        override = case.route.overrides.get(rule.id) if case.route is not None and rule.of_routes else None
        if override:
            return Bound(rule, overridden(rule.parameters, override), self.table.of(rule, mode), zone)
        key = (rule.id, mode, zone)
        bound = self._bound.get(key)
        if bound is None:
            bound = self._bound[key] = Bound(rule, rule.parameters, self.table.of(rule, mode), zone)
        return bound

    def zone_of_country(self, country: str | None) -> str:
        """The reference zone of a country with a pack; UTC elsewhere."""
        pack = self.library.packs.get((country or "").lower())
        return pack.timezones[0] if pack is not None and pack.timezones else "UTC"

    def _zone(self, rule: Rule, standing: Standing) -> str:
        """The reference zone of a rule; of a layer, that of the file under it."""
        own = self.library.packs[rule.pack].timezones
        if own:
            return own[0]
        for country in (standing.place.country, standing.operator.seat, standing.sender.seat):
            under = any(pack.name == rule.pack for pack in self.library.layers(country))
            if under and (zones := self.library.zones(country)):
                return zones[0]
        return standing.place.zones[0] if standing.place.zones else "UTC"


def of_route(rule: Rule) -> bool:
    """Whether the answer belongs to a route: carrier and vendor rules, and law that reads a fact of the route."""
    asked = rule.parameters
    if isinstance(asked, Licence):
        return asked.check == "covers_route"
    if isinstance(asked, Registration):
        return rule.of_routes or asked.per_carrier
    insert = getattr(asked, "insert", None)
    return rule.of_routes or (isinstance(insert, str) and "{route." in insert)


def overridden(given: Parameters, override: Mapping[str, object]) -> Parameters:
    """Parameters with what differs on a route; only carrier and vendor rules can differ."""
    return msgspec.convert({**msgspec.to_builtins(given), **override}, type(given))


def _of_all(fact: str, case: Case) -> object:
    """What a fact is for all messages of a plan; one that differs from message to message is not known here."""
    return UNKNOWN if fact in PER_MESSAGE else read(fact, case)


def _usable(lanes: list[Lane], table: Table) -> list[Lane]:
    """Routes without a refusal of their own, each with why those before it dropped out; none left: all reasons on one."""
    dropped: list[Held] = []
    left: list[Lane] = []
    for lane in lanes:
        if lane.refused:
            dropped += [Held(table.sibling(one.finding, mode=Mode.DROPPED), one.note) for one in lane.refused]
            continue
        if dropped:
            lane.held = dropped + lane.held
            lane.seal()
        left.append(lane)
    return left or [_with_all_reasons(lanes)]


def _with_all_reasons(lanes: list[Lane]) -> Lane:
    first, *others = lanes
    known = {one.finding.number for one in first.held}
    first.held += [one for lane in others for one in lane.refused if one.finding.number not in known]
    first.seal()
    return first
