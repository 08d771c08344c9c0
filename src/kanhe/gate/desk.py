"""Where a batch is judged: each message against its plan, the few that need more than that at length.

The short way: find the plan, ask what is left to ask, look up the verdict for these answers. The long way (`length.py`: another
route, an amendment, the search for a lawful moment) is taken when the answers call for it.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from kanhe.domain.facts import Facts, Recipient, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import NOTHING
from kanhe.domain.verdict import Effect, Finding, Outcome, Verdict
from kanhe.gate.amend import PROPOSING, Describe, Draft
from kanhe.gate.case import Ask, Case, Standing
from kanhe.gate.classify import declared_category
from kanhe.gate.combine import combine
from kanhe.gate.engine import Engine, Site
from kanhe.gate.length import Length
from kanhe.gate.memory import Memory
from kanhe.gate.plan import Lane, Plan, Ready
from kanhe.gate.read import read
from kanhe.law.kinds import Kind
from kanhe.law.select import holds

SIMPLE = frozenset({Outcome.ALLOW, Outcome.HOLD, Outcome.REFUSE})
# Told when a stage breaks: its name and the error. Messages are parked, an operator must hear of it.
OnFailure = Callable[[str, Exception], None]


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
        self.engine, self.facts, self.describe = engine, facts, describe
        self.case = Case(facts)
        self._on_failure = on_failure
        self._memory = Memory(batch)
        self._sites, self._sitting = engine.sites(facts), engine.sit()
        # Messages of which more is known than their papers say: few, and the others shall not be asked about.
        self._apart = frozenset([*facts.proofs, *facts.powers, *facts.categories])
        self._length = Length(self)

    def verdict(self, message: Message) -> Verdict:
        """The verdict on one message; a stage that breaks parks it and stops nobody else."""
        try:
            return self._verdict(message)
        except Exception as error:  # noqa: BLE001 - one of the few loops that must survive: a broken stage parks its messages
            return self._parked(message, error)

    def _verdict(self, message: Message) -> Verdict:
        facts, case = self.facts, self.case
        place = facts.recipients[message.recipient]
        if place.country is None:
            return self._refused(message, self.engine.table.own["number-unknown"])
        site = self.engine.site(self._sites, self._sitting, facts, message, place.country)
        if site is None:
            return self._refused(message, self.engine.missing(facts, message))
        plan = self._plan(message, site, place)
        lane = plan.lanes[0]
        self.turn_to(message, plan, lane)
        numbers = tuple([ask(case).number for ask in lane.asks])
        ready = lane.known.get(numbers)
        if ready is None:
            ready = lane.known[numbers] = self._ready(plan, lane, numbers)
        if message.at is not None and message.at > case.now:
            verdict = self._length.verdict(plan, message, site)
        elif ready.simple:
            verdict = Verdict(
                ready.outcome, ready.shape, plan.category, tuple(case.notes), case.until, facts.revision, lane.name
            )
        elif ready.waits and not case.history and lane.opens(case.now, message.expires_at):
            verdict = self._waiting(plan, lane, ready)
        else:
            verdict = self._length.verdict(plan, message, site)
        if message.recipient in self._memory.repeated or facts.by_sender:
            self._memory.keep(message, verdict, site.sender, case.now)
        return verdict

    def turn_to(self, message: Message, plan: Plan, lane: Lane, draft: Draft | None = None) -> None:
        """Fill the case with a message, or with what has become of it."""
        facts, case, number = self.facts, self.case, message.recipient
        case.message, case.text = message, message.text if draft is None else draft.text
        case.seen = facts.texts[message.text] if draft is None else draft.seen
        case.standing, case.category, case.route = plan.standing, plan.category, lane.route
        case.until = plan.until
        case.notes = lane.notes.copy()
        case.suppressions = facts.suppressions.get(number, ())
        # Whatever the plan asks: who waits may meet a rule that is not in force yet.
        case.history = facts.history.get(number, ()) if facts.history else ()
        who = (message.account, number)
        case.consents = facts.consents.get(who, ())
        case.requests = facts.requests.get(who, ()) if facts.requests else ()
        case.spent = 0
        if number in self._memory.repeated:
            self._recall(message, plan)
        if facts.by_sender:
            who_sends = (message.account, message.sender)
            case.sent_by_sender = [*facts.by_sender.get(who_sends, ()), *self._memory.by_sender[who_sends]]

    def _recall(self, message: Message, plan: Plan) -> None:
        """Add what this batch has already let through to the same number."""
        case, memory, key = self.case, self._memory, (message.account, message.recipient)
        case.history = [*case.history, *memory.sent[message.recipient]]
        case.requests = [*self.facts.requests.get(key, ()), *memory.asked[key]]
        case.spent = memory.spent[(*key, plan.standing.sender.entity)]

    def _ready(self, plan: Plan, lane: Lane, numbers: tuple[int, ...]) -> Ready:
        """The verdict for these answers; a refusal that another route or a change could help is not simple."""
        rows = self.engine.table.rows
        answers = [rows[number] for number in numbers]
        findings = [*lane.findings, *answers]
        outcome = combine(findings)
        if outcome is None:
            findings.append(self.engine.table.own["nothing-allows"])
        refused = [finding for finding in findings if finding.effect is Effect.REFUSE]
        drops = len(plan.lanes) > 1 and any(
            question.of_route and finding.effect is Effect.REFUSE
            for question, finding in zip(lane.questions, answers, strict=True)
        )
        helped = drops or any(finding.code in PROPOSING for finding in refused)
        late = [finding for finding in findings if finding.effect is Effect.DEFER]
        return Ready(
            shape=self.engine.shapes.of(tuple(findings)),
            outcome=outcome or Outcome.REFUSE,
            simple=(outcome in SIMPLE or outcome is None) and not helped,
            waits=outcome is Outcome.DEFER
            and not drops
            and all(one.stage == Kind.QUIET_HOURS for one in late)
            and all(one.code != "hours-lifted-by-ground" for one in findings),
        )

    def _waiting(self, plan: Plan, lane: Lane, ready: Ready) -> Verdict:
        """Put off to the next lawful hour of the place, which was found for an earlier message."""
        opening = lane.opening[1]
        notes, revision = tuple(self.case.notes), self.facts.revision
        return Verdict(
            Outcome.DEFER, ready.shape, plan.category, notes, opening, revision, lane.name, not_before=opening
        )

    # ------------------------------------------------------------ plans

    def _plan(self, message: Message, site: Site, place: Recipient) -> Plan:
        """The plan of a message at its site, made or renewed when a date has passed."""
        facts = self.facts
        seen = self.engine.reading(facts.texts[message.text])
        key: tuple[object, ...] = (place, seen, message.category)
        if message.id in self._apart:
            of_message = (facts.proofs.get(message.id), facts.powers.get(message.id), facts.categories.get(message.id))
            key = (*key, *of_message)
        if facts.reviewed and (reviewed := facts.reviewed.get(message.id)) is not None:
            key = (*key, reviewed)
        plan = site.plans.get(key)
        if plan is None or not plan.since <= facts.now < plan.until:
            plan = site.plans[key] = self.make(self._standing(message, site, place, seen))
        return self.variant(plan, message) if plan.guards else plan

    def make(self, standing: Standing) -> Plan:
        """A new plan."""
        self.engine.made()
        return self.engine.planner.plan(standing, self.facts)

    def _standing(self, message: Message, site: Site, place: Recipient, seen: TextFacts) -> Standing:
        facts, template = self.facts, site.template
        standing = Standing(
            operator=facts.operator,
            account=site.account,
            sender=site.sender,
            template=template,
            place=place,
            routes=site.routes,
            seen=seen,
            declared=declared_category(message.category, template.category if template is not None else None),
            settled=facts.categories.get(message.id),
            proofs=facts.proofs.get(message.id, NOTHING),
            unknown=facts.unknown,
            reviewed=facts.reviewed.get(message.id),
            power=facts.powers.get(message.id),
        )
        standing.template_missing = site.template_missing
        return standing

    def variant(self, plan: Plan, message: Message, draft: Draft | None = None) -> Plan:
        """Where only the message tells whether a rule applies, the plan for that answer."""
        case = self.case
        case.standing, case.category = plan.standing, plan.category
        case.consents = self.facts.consents.get((message.account, message.recipient), ())
        told = tuple([read(fact, case) for fact in plan.hinges])
        variant = plan.variants.get(told)
        if variant is None or not variant.since <= case.now < variant.until:
            self.turn_to(message, plan, plan.lanes[0], draft)
            ask = partial(read, case=case)
            applies = {rule.id: all(holds(test, ask) for test in rule.when) for rule in plan.guards}
            variant = plan.variants[told] = self.engine.planner.plan(plan.standing, self.facts, applies)
        return variant

    def questions(self, message: Message) -> Iterator[tuple[str, Ask]]:
        """What is left to ask of a message, by stage, with the case turned to it: for measuring."""
        place = self.facts.recipients[message.recipient]
        site = self.engine.site(self._sites, self._sitting, self.facts, message, place.country)
        if site is not None:
            plan = self._plan(message, site, place)
            self.turn_to(message, plan, plan.lanes[0])
            yield from ((question.stage, question.ask) for question in plan.lanes[0].questions)

    # ------------------------------------------------------------ what is not judged

    def _refused(self, message: Message, finding: Finding) -> Verdict:
        """Refused before any rule could be asked: nothing is known of who speaks, or to whom."""
        shape = self.engine.shapes.of((finding,))
        return Verdict(Outcome.REFUSE, shape, message.category, (), self.facts.now, self.facts.revision)

    def _parked(self, message: Message, error: Exception) -> Verdict:
        self._on_failure(stage_of(error), error)
        shape = self.engine.shapes.of((self.engine.table.own["stage-failed"],))
        return Verdict(Outcome.PARK, shape, message.category, (), self.facts.now, self.facts.revision)


def stage_of(error: Exception) -> str:
    """The stage in which an error arose: the innermost file of the stages on its way."""
    name, trace = "gate", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("kanhe.gate.stages."):
            name = module.rpartition(".")[2]
        trace = trace.tb_next
    return name
