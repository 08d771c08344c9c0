"""The review queue: accounts see what of theirs waits; users of the platform claim and decide."""

from collections.abc import Sequence

from kanhe.domain.review import Decision, Item, Kind
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.messages import ID_MAX
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.review_shapes import DecisionBody, DecisionView, OpinionView, ReviewList, ReviewQuery, ReviewView
from kanhe.kit.clock import iso
from kanhe.offices.reviewing import Reviews
from kanhe.offices.waiting import Place, Wanted, place_of
from kanhe.records.checks import Wrong


async def list_reviews(door: Door, call: Call) -> Reply:
    """List what waits for people, the longest first, or what they decided. An account sees what is its own."""
    query: ReviewQuery = call.query
    behind = _place(query.after)
    if query.state == "closed":
        kinds = [query.kind] if query.kind is not None else list(Kind)
        found: Sequence[Item] = _reviews(door).history(kinds, call.account, behind[1] or ID_MAX, query.limit)
    else:
        mine = call.by.id if query.mine and call.by is not None else None
        wanted = Wanted(query.kind, call.account, query.reason, mine, behind, query.limit)
        found = await _reviews(door).items(wanted)
    following = place_of(found[-1]) if len(found) == query.limit else None
    return reply(
        200, ReviewList([_view(door, call, item) for item in found], following and f"{following[0]}-{following[1]}")
    )


async def show_review(door: Door, call: Call) -> Reply:
    """Show one item of the review queue."""
    item = _reviews(door).item(call.id)
    if item is None or call.account not in (None, item.account):
        return problem("review.closed", language=call.language)
    return reply(200, _view(door, call, item))


async def claim_review(door: Door, call: Call) -> Reply:
    """Take an item in hand for a quarter of an hour; again, to keep it."""
    return _told(door, call, await _reviews(door).claim(call.id, call.user))


async def give_back_review(door: Door, call: Call) -> Reply:
    """Put an item back into the queue."""
    return _told(door, call, await _reviews(door).give_back(call.id, call.user))


async def decide_review(door: Door, call: Call) -> Reply:
    """Decide. Messages that are released are judged again at that moment; some kinds take two different persons."""
    body: DecisionBody = call.body
    return _told(door, call, await _reviews(door).decide(call.id, call.user, body.says, body.reason, body.label))


def _reviews(door: Door) -> Reviews:
    assert door.staff is not None, "the platform gives its door a review queue"
    return door.staff.reviews


def _told(door: Door, call: Call, made: Item | Wrong) -> Reply:
    if isinstance(made, Wrong):
        return problem(made.code, made.detail, field=made.field, language=call.language)
    return reply(200, _view(door, call, made))


def _place(cursor: str | None) -> Place:
    since, _, identifier = (cursor or "0-0").partition("-")
    return int(since), min(int(identifier), ID_MAX)


def _view(door: Door, call: Call, item: Item) -> ReviewView:
    now, named = door.world.clock.now_ms(), call.by is not None
    held = item.claimed(now) is not None
    waiting = len(_reviews(door).messages(item)) if item.closed_at is None else item.touched
    return ReviewView(
        id=str(item.id),
        kind=item.kind,
        subject=item.subject,
        account=None if item.account is None else str(item.account),
        since=iso(item.created_at),
        waited_s=((item.closed_at or now) - item.created_at) // 1000,
        closed_at=None if item.closed_at is None else iso(item.closed_at),
        outcome=item.outcome,
        needs=item.needs,
        claimed_by=item.claimed_name if held and named else None,
        claimed_until=iso(item.claimed_until) if held else None,
        reasons=item.reasons,
        labels=item.labels if named else (),
        opinion=_opinion(item) if named else None,
        sender=item.sender,
        category=item.category,
        text=item.text,
        messages=waiting,
        decisions=[_decision(each, named=named) for each in item.decisions],
    )


def _opinion(item: Item) -> OpinionView | None:
    said = item.opinion
    return None if said is None else OpinionView(iso(said.at), said.of, said.doubts, said.labels)


def _decision(each: Decision, *, named: bool) -> DecisionView:
    return DecisionView(iso(each.at), each.name if named else None, each.says, each.reason, each.label)
