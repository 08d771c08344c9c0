"""The long way to a verdict: every route in turn, amendments, and the search for a lawful moment."""

from collections.abc import Iterable
from typing import Protocol

from kanhe.domain.facts import Facts, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.verdict import Change, Effect, Outcome, Verdict
from kanhe.gate.amend import PROPOSING, Describe, Draft, amend
from kanhe.gate.case import Case, Standing
from kanhe.gate.combine import combine
from kanhe.gate.defer import Moment, earliest
from kanhe.gate.engine import Engine, Site
from kanhe.gate.findings import Mode
from kanhe.gate.plan import Held, Lane, Plan
from kanhe.gate.stages.frequency import BY_SENDER
from kanhe.law.kinds import Frequency

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
    "scheduled": "schedule-no-moment",
}
# Without a further change these become of an amended message what they would be of any other.
GOES_ON = frozenset({Outcome.ALLOW, Outcome.DEFER})


class Host(Protocol):
    """What the long way asks of the desk it is walked at."""

    engine: Engine
    facts: Facts
    case: Case
    describe: Describe | None

    def turn_to(self, message: Message, plan: Plan, lane: Lane, draft: Draft | None = None) -> None:
        """Fill the case with a message, or with what has become of it."""
        ...

    def make(self, standing: Standing) -> Plan:
        """Make a plan and count it."""
        ...

    def variant(self, plan: Plan, message: Message, draft: Draft | None = None) -> Plan:
        """Where only the message tells whether a rule applies, the plan for that answer."""
        ...


class Length:
    """The long way, at one desk."""

    def __init__(self, desk: Host) -> None:
        self._desk, self._engine, self._facts, self._case = desk, desk.engine, desk.facts, desk.case

    def verdict(self, plan: Plan, message: Message, site: Site) -> Verdict:
        """The verdict when the answers call for more than looking up."""
        lane, held = self._first_open(plan, message)
        findings = [one.finding for one in held]
        outcome = combine(findings)
        if outcome is Outcome.AMEND:
            return self._amended(plan, lane, message, site, held)
        if outcome is Outcome.REFUSE and any(finding.code in PROPOSING for finding in findings):
            proposed = amend(findings, lane.rules, self._case, None)
            return self._settled(plan, lane, held, outcome, changes=tuple(proposed.changes))
        return self._timed(plan, lane, message, held, outcome)

    # ------------------------------------------------------------ routes

    def _first_open(self, plan: Plan, message: Message, draft: Draft | None = None) -> tuple[Lane, list[Held]]:
        """The first route without a refusal of its own; none left: the first, with the reasons of all."""
        dropped: list[Held] = []
        first: tuple[Lane, list[Held]] | None = None
        for lane in plan.lanes:
            held, refusals = self._hear(plan, lane, message, draft)
            if not refusals:
                return lane, [*(self._as_dropped(one) for one in dropped), *held]
            dropped += refusals
            first = first or (lane, held)
        assert first is not None, "a plan has a lane even without a route"
        lane, held = first
        self._desk.turn_to(message, plan, lane, draft)
        known = {one.finding.number for one in held}
        return lane, [*held, *(one for one in dropped if one.finding.number not in known)]

    def _hear(self, plan: Plan, lane: Lane, message: Message, draft: Draft | None) -> tuple[list[Held], list[Held]]:
        """All findings on one route with what they note, and its own refusals among them."""
        case = self._case
        self._desk.turn_to(message, plan, lane, draft)
        held, refusals = lane.held.copy(), []
        for question in lane.questions:
            finding = question.ask(case)
            one = Held(finding, case.notes[-1] if finding.slot is not None else None)
            held.append(one)
            if question.of_route and finding.effect is Effect.REFUSE:
                refusals.append(one)
        return held, refusals

    def _as_dropped(self, one: Held) -> Held:
        return Held(self._engine.table.sibling(one.finding, mode=Mode.DROPPED), one.note)

    # ------------------------------------------------------------ amendments

    def _amended(self, plan: Plan, lane: Lane, message: Message, site: Site, held: list[Held]) -> Verdict:
        """Make every change, then the whole gate once more on the new text, over the same route."""
        draft = amend([one.finding for one in held], lane.rules, self._case, self._desk.describe)
        until = self._case.until
        again = self._plan_again(plan, lane, message, site, draft)
        lane, second = self._first_open(again, message, draft)
        self._case.lower(until)
        outcome = combine([one.finding for one in second])
        if outcome in GOES_ON:
            asked = {(one.finding.stage, one.finding.rule): one for one in held if one.finding.effect is Effect.AMEND}
            second = [asked.pop((one.finding.stage, one.finding.rule), one) for one in second]
            second = [*asked.values(), *second]  # a rule that does not apply to the new sender id has asked for it
        return self._timed(again, lane, message, second, outcome, draft)

    def _plan_again(self, plan: Plan, lane: Lane, message: Message, site: Site, draft: Draft) -> Plan:
        """The plan for the changed text: no further change is made."""
        old = plan.standing
        how = (lane.name, draft.id.value, draft.relabelled, old.proofs, old.power, old.settled, old.reviewed)
        seen = self._engine.reading(draft.seen)
        key = (old.place, seen, message.category, *how)
        again = site.plans.get(key)
        if again is None or not again.since <= self._case.now < again.until:
            again = site.plans[key] = self._desk.make(_changed(plan.standing, lane, draft, seen))
        return self._desk.variant(again, message, draft) if again.guards else again

    # ------------------------------------------------------------ time

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
        if message.at is not None and message.at > case.now and outcome in GOES_ON:
            held, outcome = [*held, Held(own["scheduled"], message.at)], Outcome.DEFER
        if outcome is not Outcome.DEFER:
            return self._settled(plan, lane, held, outcome, draft=draft)
        begin = max(case.now, message.at or 0, *_not_before(held))
        at = self._moment(plan, lane, begin).at
        if at is None:
            return self._settled(plan, lane, self._instead(held, NO_MOMENT), Outcome.HOLD, draft=draft)
        if at > message.expires_at:
            return self._settled(plan, lane, self._instead(held, TOO_LATE), Outcome.REFUSE, draft=draft)
        return self._settled(plan, lane, held, Outcome.DEFER, draft=draft, not_before=at)

    def _moment(self, plan: Plan, lane: Lane, begin: int) -> Moment:
        """The earliest lawful moment; kept for all whom only the hours of this place keep waiting."""
        case = self._case
        moment = earliest(case, lambda at: self._engine.planner.timed(plan, lane, self._facts, at), begin)
        if begin == case.now and moment.at is not None and moment.of_hours_alone and not _counts_all(lane):
            lane.opening = (begin, moment.at)
        return moment

    def _instead(self, held: list[Held], codes: dict[str, str]) -> list[Held]:
        sibling = self._engine.table.sibling
        return [
            Held(sibling(one.finding, code=codes[one.finding.code]), one.note)
            if one.finding.effect is Effect.DEFER
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
        made = draft if outcome in GOES_ON else None
        case = self._case
        return Verdict(
            outcome=outcome if made is None else Outcome.AMEND,
            shape=self._engine.shapes.of(tuple([one.finding for one in held])),
            category=plan.category,
            noted=tuple([one.note for one in held if one.note is not None]),
            # What is put off is judged again, whole, when its time comes: nothing leaves on this verdict.
            valid_until=case.until if not_before is None else not_before,
            revision=self._facts.revision,
            route=lane.name,
            not_before=not_before,
            text=made.text if made is not None and made.text != case.message.text else None,
            sender=made.id.value if made is not None and made.id is not plan.standing.sender.id else None,
            changes=tuple(draft.changes) if draft is not None else changes,
        )


def _changed(old: Standing, lane: Lane, draft: Draft, seen: TextFacts) -> Standing:
    """The standing of an amended message: over the route chosen, with the sender and the text as they are now."""
    made = Standing(
        operator=old.operator,
        account=old.account,
        sender=old.sender,
        template=old.template,
        place=old.place,
        routes=(lane.route,) if lane.route is not None else (),
        seen=seen,
        declared=old.declared,
        settled=old.settled,
        proofs=old.proofs,
        unknown=old.unknown,
        reviewed=old.reviewed,
        power=old.power,
    )
    made.template_missing = old.template_missing
    made.id, made.relabelled, made.final = draft.id, draft.relabelled, True
    return made


def _not_before(held: Iterable[Held]) -> list[int]:
    """Bounds that are no rule of hours or caps: an agreed frequency that is used up."""
    return [one.note or 0 for one in held if one.finding.code == "consent-frequency-used" and _defers(one)]


def _defers(one: Held) -> bool:
    return one.finding.effect is Effect.DEFER


def _counts_all(lane: Lane) -> bool:
    """Whether a cap counts what the sender sends to anybody: then no two messages wait for the same reason."""
    caps = [rule.parameters for rule in lane.timed if isinstance(rule.parameters, Frequency)]
    return any(limit.key == BY_SENDER for cap in caps for limit in cap.limits)
