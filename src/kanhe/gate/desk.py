"""Where a batch is judged: each message against its plan, the few that need more than that at length.

The short way: find the plan, ask what is left to ask, look up the verdict for these answers. The long way (another route, an
amendment, a deferral) is taken when the answers call for it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from kanhe.domain.facts import Facts
from kanhe.domain.message import Message
from kanhe.domain.papers import Account, Route, Sender, Template
from kanhe.domain.verdict import Change, Effect, Finding, Outcome, Verdict
from kanhe.gate.amend import PROPOSING, Describe, Draft, amend
from kanhe.gate.case import Ask, Case, Standing
from kanhe.gate.classify import declared_category
from kanhe.gate.combine import combine
from kanhe.gate.defer import Moment, earliest
from kanhe.gate.engine import Engine
from kanhe.gate.findings import Mode
from kanhe.gate.memory import Memory
from kanhe.gate.plan import Held, Lane, Plan, Ready
from kanhe.gate.read import read
from kanhe.gate.stages.frequency import BY_SENDER
from kanhe.law.rules import Frequency
from kanhe.law.select import holds

SIMPLE = frozenset({Outcome.ALLOW, Outcome.HOLD, Outcome.REFUSE})
# What becomes of a finding that would put a message off beyond its use, and of one for which no moment is found.
TOO_LATE = {
    "outside-hours": "hours-outlast-validity",
    "cap-reached": "cap-outlasts-validity",
    "consent-frequency-used": "consent-frequency-outlasts-validity",
    "scheduled": "validity-over",
}
NO_MOMENT = {
    "outside-hours": "hours-no-moment",
    "cap-reached": "cap-no-moment",
    "consent-frequency-used": "consent-frequency-no-moment",
}

OnFailure = Callable[[str, Exception], None]


class Papers(msgspec.Struct, frozen=True):
    """The papers a message names, and the key under which plans for them are kept."""

    account: Account
    sender: Sender
    template: Template | None
    missing_template: bool
    key: tuple[object, ...]


class Desk:
    """One batch under one snapshot."""

    def __init__(
        self,
        engine: Engine,
        facts: Facts,
        batch: Sequence[Message],
        describe: Describe | None,
        on_failure: OnFailure,
    ) -> None:
        self._engine, self._facts = engine, facts
        self._describe, self._on_failure = describe, on_failure
        self._case = Case(facts)
        self._memory = Memory(batch)
        self._papers: dict[tuple[int, str, str | None], Papers | Finding] = {}
        self._routes: dict[tuple[int, str | None, bool], tuple[tuple[Route, ...], tuple[object, ...]]] = {}
        self._world = (facts.operator.revision, facts.unknown)

    def verdict(self, message: Message) -> Verdict:
        """The verdict on one message; a stage that breaks parks it and stops nobody else."""
        try:
            return self._verdict(message)
        except Exception as error:  # noqa: BLE001 - one of the few loops that must survive: a broken stage parks its messages
            return self._parked(message, error)

    # ------------------------------------------------------------ the short way

    def _verdict(self, message: Message) -> Verdict:
        found = self._papers_of(message)
        if isinstance(found, Finding):
            return self._refused(message, found)
        plan = self._plan(message, found)
        if plan is None:
            return self._refused(message, self._engine.table.own["number-unknown"])
        case = self._case
        lane = plan.lanes[0]
        self._turn_to(case, message, plan, lane)
        numbers = tuple([ask(case).number for ask in lane.asks])
        ready = lane.known.get(numbers)
        if ready is None:
            ready = lane.known[numbers] = self._ready(plan, lane, numbers)
        if ready.simple and (message.at is None or message.at <= case.now):
            route = lane.route.name if lane.route is not None else None
            verdict = Verdict(
                ready.outcome, ready.shape, plan.category, tuple(case.notes), case.until, self._facts.revision, route
            )
        else:
            verdict = self._at_length(plan, message)
        if message.recipient in self._memory.repeated:
            self._memory.keep(message, verdict, found.sender, case.now)
        return verdict

    def _turn_to(self, case: Case, message: Message, plan: Plan, lane: Lane, text: str | None = None) -> None:
        """Fill the case with a message; the books are asked only for what the plan needs."""
        facts, number = self._facts, message.recipient
        case.message, case.text = message, message.text if text is None else text
        case.standing, case.category, case.route = plan.standing, plan.category, lane.route
        case.until = plan.until
        case.notes = lane.notes.copy()
        case.suppressions = facts.suppressions.get(number, ())
        case.consents = facts.consents.get((message.account, number), ()) if plan.asks_consents else ()
        case.history = facts.history.get(number, ())
        case.requests = facts.requests.get((message.account, number), ())
        if number in self._memory.repeated:
            self._recall(case, message, plan)

    def _recall(self, case: Case, message: Message, plan: Plan) -> None:
        """Add what this batch has already let through to the same number."""
        memory, key = self._memory, (message.account, message.recipient)
        case.history = [*case.history, *memory.sent[message.recipient]]
        case.requests = [*case.requests, *memory.asked[key]]
        case.spent = memory.spent[(*key, plan.standing.sender.entity)]

    def _ready(self, plan: Plan, lane: Lane, numbers: tuple[int, ...]) -> Ready:
        """The verdict for these answers; a refusal that another route or a change could help is not simple."""
        rows = self._engine.table.rows
        answers = [rows[number] for number in numbers]
        findings = [*lane.findings, *answers]
        outcome = combine(findings)
        if outcome is None:
            findings.append(self._engine.table.own["nothing-allows"])
        drops = any(
            question.of_route and finding.effect is Effect.REFUSE
            for question, finding in zip(lane.questions, answers, strict=True)
        )
        proposes = any(finding.code in PROPOSING and finding.effect is Effect.REFUSE for finding in findings)
        simple = outcome in SIMPLE or outcome is None
        simple = simple and not proposes and not (drops and len(plan.lanes) > 1)
        return Ready(self._engine.shapes.of(tuple(findings)), outcome or Outcome.REFUSE, simple)

    def questions(self, message: Message) -> Iterator[tuple[str, Ask, Case]]:
        """What is left to ask of a message, by stage: for measuring."""
        found = self._papers_of(message)
        plan = self._plan(message, found) if isinstance(found, Papers) else None
        if plan is not None:
            self._turn_to(self._case, message, plan, plan.lanes[0])
            yield from ((question.stage, question.ask, self._case) for question in plan.lanes[0].questions)

    # ------------------------------------------------------------ papers and plans

    def _papers_of(self, message: Message) -> Papers | Finding:
        asked = (message.account, message.sender, message.template)
        found = self._papers.get(asked)
        if found is None:
            found = self._papers[asked] = self._look_up(*asked)
        return found

    def _look_up(self, account_id: int, sender_name: str, template_name: str | None) -> Papers | Finding:
        facts, own = self._facts, self._engine.table.own
        account = facts.accounts.get(account_id)
        if account is None:
            return own["account-unknown"]
        sender = facts.senders.get((account_id, sender_name))
        if sender is None:
            return own["sender-unknown"]
        template = facts.templates.get((account_id, template_name)) if template_name is not None else None
        missing = template_name is not None and template is None
        key = (
            *self._world,
            (account.id, account.revision, sender.name, sender.revision),
            (template.name, template.revision) if template is not None else missing,
        )
        return Papers(account, sender, template, missing, key)

    def _routes_of(self, message: Message, country: str | None) -> tuple[tuple[Route, ...], tuple[object, ...]]:
        asked = (message.account, country, message.live)
        found = self._routes.get(asked)
        if found is None:
            candidates = self._facts.routes.get((message.account, country), ())
            routes = tuple(route for route in candidates if message.live or route.simulated)
            found = self._routes[asked] = routes, tuple([(route.name, route.revision) for route in routes])
        return found

    def _plan(self, message: Message, papers: Papers) -> Plan | None:
        """The plan of a message; None for a number of no country."""
        facts = self._facts
        place, seen = facts.recipients[message.recipient], facts.texts[message.text]
        if place.country is None:
            return None
        routes, route_key = self._routes_of(message, place.country)
        proofs = facts.proofs.get(message.id) if facts.proofs else None
        settled = facts.categories.get(message.id) if facts.categories else None
        key = (papers.key, place, route_key, seen, message.category, proofs, settled)

        def standing() -> Standing:
            template = papers.template
            declared = declared_category(message.category, template.category if template is not None else None)
            made = Standing(
                facts.operator,
                papers.account,
                papers.sender,
                template,
                place,
                routes,
                seen,
                declared,
                settled,
                proofs or frozenset(),
                facts.unknown,
            )
            made.template_missing = papers.missing_template
            return made

        plan = self._engine.plan(key, facts, standing)
        return self._variant(plan, message, key) if plan.guards else plan

    def _variant(self, plan: Plan, message: Message, key: tuple[object, ...]) -> Plan:
        """Where only the message tells whether a rule applies, the plan for that answer."""
        case = self._case
        plan.asks_consents = True
        self._turn_to(case, message, plan, plan.lanes[0])
        ask = lambda fact: read(fact, case)  # noqa: E731 - the reader of one case
        answers = tuple([all(holds(test, ask) for test in rule.when) for rule in plan.guards])
        variant = plan.variants.get(answers)
        if variant is None or not variant.since <= case.now < variant.until:
            applies = {rule.id: answer for rule, answer in zip(plan.guards, answers, strict=True)}
            variant = plan.variants[answers] = self._engine.planner.plan(plan.standing, self._facts, applies)
        return variant

    # ------------------------------------------------------------ the long way

    def _at_length(self, plan: Plan, message: Message) -> Verdict:
        """Every route in turn, amendments, and the search for a lawful moment."""
        lane, held = self._first_open(plan, message)
        findings = [one.finding for one in held]
        outcome = combine(findings)
        if outcome is Outcome.AMEND:
            return self._amended(plan, lane, message, held)
        if outcome is Outcome.REFUSE and any(finding.code in PROPOSING for finding in findings):
            proposed = amend(findings, lane.rules, self._case, None)
            return self._settled(plan, lane, held, outcome, changes=tuple(proposed.changes))
        return self._timed(plan, lane, message, held, outcome)

    def _first_open(self, plan: Plan, message: Message, text: str | None = None) -> tuple[Lane, list[Held]]:
        """The first route without a refusal of its own; none left: the first, with the reasons of all."""
        dropped: list[Held] = []
        first: tuple[Lane, list[Held]] | None = None
        for lane in plan.lanes:
            held, refusals = self._hear(plan, lane, message, text)
            if not refusals:
                return lane, [*(self._as_dropped(one) for one in dropped), *held]
            dropped += refusals
            first = first or (lane, held)
        assert first is not None, "a plan has a lane even without a route"
        lane, held = first
        self._turn_to(self._case, message, plan, lane, text)
        known = {one.finding.number for one in held}
        return lane, [*held, *(one for one in dropped if one.finding.number not in known)]

    def _hear(self, plan: Plan, lane: Lane, message: Message, text: str | None) -> tuple[list[Held], list[Held]]:
        """All findings on one route with what they note, and its own refusals among them."""
        case = self._case
        self._turn_to(case, message, plan, lane, text)
        held, refusals = lane.held.copy(), []
        for question in lane.questions:
            before = len(case.notes)
            finding = question.ask(case)
            one = Held(finding, case.notes[-1] if len(case.notes) > before else None)
            held.append(one)
            if question.of_route and finding.effect is Effect.REFUSE:
                refusals.append(one)
        return held, refusals

    def _as_dropped(self, one: Held) -> Held:
        return Held(self._engine.table.sibling(one.finding, mode=Mode.DROPPED), one.note)

    def _amended(self, plan: Plan, lane: Lane, message: Message, held: list[Held]) -> Verdict:
        """Make every change, then the whole gate once more on the new text, over the same route."""
        findings = [one.finding for one in held]
        draft = amend(findings, lane.rules, self._case, self._describe)
        until = self._case.until
        again = self._plan_again(plan, lane, message, draft)
        lane, second = self._first_open(again, message, draft.text)
        self._case.lower(until)
        outcome = combine([one.finding for one in second])
        if outcome in (Outcome.ALLOW, Outcome.DEFER):
            asked = {one.finding.rule: one for one in held if one.finding.effect is Effect.AMEND}
            second = [asked.get(one.finding.rule, one) if one.finding.rule else one for one in second]
        return self._timed(again, lane, message, second, outcome, draft)

    def _plan_again(self, plan: Plan, lane: Lane, message: Message, draft: Draft) -> Plan:
        """The plan for the changed text: no further change is made, and the category stays what the text is."""
        old = plan.standing
        routes = (lane.route,) if lane.route is not None else ()

        def standing() -> Standing:
            made = Standing(
                old.operator,
                old.account,
                old.sender,
                old.template,
                old.place,
                routes,
                draft.seen,
                old.declared,
                old.settled,
                old.proofs,
                old.unknown,
            )
            made.id, made.relabelled, made.final = draft.id, draft.relabelled, True
            return made

        papers = self._papers_of(message)
        assert isinstance(papers, Papers), "a message without papers is not amended"
        route_key = tuple([(route.name, route.revision) for route in routes])
        about = (draft.id.value, draft.relabelled, old.proofs, old.settled, message.category)
        key = (papers.key, old.place, route_key, draft.seen, about)
        again = self._engine.plan(key, self._facts, standing)
        return self._variant(again, message, key) if again.guards else again

    def _timed(
        self,
        plan: Plan,
        lane: Lane,
        message: Message,
        held: list[Held],
        outcome: Outcome | None,
        draft: Draft | None = None,
    ) -> Verdict:
        """Add the schedule of the caller; find the lawful moment of what is deferred."""
        case, own = self._case, self._engine.table.own
        if outcome is None:
            held, outcome = [*held, Held(own["nothing-allows"], None)], Outcome.REFUSE
        if message.at is not None and message.at > case.now and outcome in (Outcome.ALLOW, Outcome.DEFER):
            held, outcome = [*held, Held(own["scheduled"], message.at)], Outcome.DEFER
        if outcome is not Outcome.DEFER:
            return self._settled(plan, lane, held, outcome, draft=draft)
        begin = max(case.now, message.at or 0, *self._not_before(held))
        moment = self._moment(plan, lane, begin)
        if moment.at is None:
            return self._settled(plan, lane, self._instead(held, NO_MOMENT), Outcome.HOLD, draft=draft)
        if moment.at > message.expires_at:
            return self._settled(plan, lane, self._instead(held, TOO_LATE), Outcome.REFUSE, draft=draft)
        return self._settled(plan, lane, held, Outcome.DEFER, draft=draft, not_before=moment.at)

    @staticmethod
    def _not_before(held: Iterable[Held]) -> list[int]:
        """Bounds that are no rule of hours or caps: an agreed frequency that is used up."""
        return [one.note or 0 for one in held if one.finding.code == "consent-frequency-used"]

    def _moment(self, plan: Plan, lane: Lane, begin: int) -> Moment:
        """The earliest lawful moment; found once for all whom only the hours of one place keep waiting."""
        case = self._case
        asked_at, opening = lane.opening
        if begin == case.now and not case.history and asked_at <= begin <= opening:
            return Moment(opening, of_hours_alone=True)
        moment = earliest(case, lambda at: self._engine.planner.timed(plan, lane, self._facts, at)[0], begin)
        if begin == case.now and moment.at is not None and moment.of_hours_alone and not _counts_all(lane):
            lane.opening = (begin, moment.at)
        return moment

    def _instead(self, held: list[Held], codes: dict[str, str]) -> list[Held]:
        sibling = self._engine.table.sibling
        return [
            Held(sibling(one.finding, code=codes[one.finding.code]), one.note)
            if one.finding.effect is Effect.DEFER and one.finding.code in codes
            else one
            for one in held
        ]

    def _settled(
        self,
        plan: Plan,
        lane: Lane,
        held: list[Held],
        outcome: Outcome,
        *,
        draft: Draft | None = None,
        not_before: int | None = None,
        changes: tuple[Change, ...] = (),
    ) -> Verdict:
        """Put a verdict together; with changes made, what would be allowed or put off is an amendment."""
        if draft is not None and outcome in (Outcome.ALLOW, Outcome.DEFER):
            outcome = Outcome.AMEND
        made = draft is not None and outcome is Outcome.AMEND
        case = self._case
        findings = tuple([one.finding for one in held])
        return Verdict(
            outcome=outcome,
            shape=self._engine.shapes.of(findings),
            category=plan.category,
            noted=tuple([one.note for one in held if one.finding.slot is not None and one.note is not None]),
            valid_until=case.until if not_before is None else not_before,  # judged again, whole, when its time comes
            revision=self._facts.revision,
            route=lane.route.name if lane.route is not None else None,
            not_before=not_before,
            text=draft.text if draft is not None and made and draft.text != case.message.text else None,
            sender=draft.id.value if draft is not None and made and draft.id is not plan.standing.sender.id else None,
            changes=tuple(draft.changes) if draft is not None else changes,
        )

    # ------------------------------------------------------------ what is not judged

    def _refused(self, message: Message, finding: Finding) -> Verdict:
        """Refused before any rule could be asked: nothing is known of who speaks, or to whom."""
        shape = self._engine.shapes.of((finding,))
        return Verdict(Outcome.REFUSE, shape, message.category, (), self._facts.now, self._facts.revision)

    def _parked(self, message: Message, error: Exception) -> Verdict:
        self._on_failure(_stage_of(error), error)
        shape = self._engine.shapes.of((self._engine.table.own["stage-failed"],))
        return Verdict(Outcome.PARK, shape, message.category, (), self._facts.now, self._facts.revision)


def _counts_all(lane: Lane) -> bool:
    """Whether a cap counts what the sender sends to anybody: then no two messages wait for the same reason."""
    caps = [rule.parameters for rule in lane.timed if isinstance(rule.parameters, Frequency)]
    return any(limit.key == BY_SENDER for cap in caps for limit in cap.limits)


def _stage_of(error: Exception) -> str:
    """The stage in which an error arose: the innermost file of the stages on its way."""
    name, trace = "gate", error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("kanhe.gate.stages."):
            name = module.rpartition(".")[2]
        trace = trace.tb_next
    return name
