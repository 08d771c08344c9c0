"""What customers submit at a door of the carrier protocols: from the PDU to its answer.

A dialect says what a PDU says. It waits for its other segments, is known again when it is a repeat, and goes to the intake with
all that one read brought for its lane; it is answered after its commit.
"""

from collections.abc import Callable, Sequence

from msgspec import structs

from kanhe.domain.category import LANE_OF
from kanhe.domain.message import Message
from kanhe.domain.papers import Credential as Paper
from kanhe.domain.state import State
from kanhe.doors.bundles import Bundle, Request, Segments
from kanhe.doors.dialect import Dialect
from kanhe.doors.repeats import Repeats
from kanhe.doors.telling import receipts_of_refused
from kanhe.kit.stream import Stream
from kanhe.ports.door import Answer, Draft, Refusal, Submission
from kanhe.protocols.server import DoorSession, ServerEndpoint
from kanhe.protocols.text.alphabets import Alphabet, decode
from kanhe.world import World, offer

INCOMPLETE = Refusal("text.incomplete", "not all segments of the message have come")
BINARY = Refusal("text.binary", "what is no text cannot be judged")
STRUCK_OUT = Refusal("credential.struck-out", "the credential is no longer in force")


class Submissions:
    """All that is submitted at one door and not yet answered: the origin of what the intake takes from it."""

    def __init__(
        self, world: World, dialect: Dialect, endpoint: ServerEndpoint, flush_soon: Callable[[], None]
    ) -> None:
        """`flush_soon`: write the answers, once for all the submissions of a batch."""
        self._world, self._dialect, self._endpoint = world, dialect, endpoint
        self._flush_soon = flush_soon
        self._mine = f"{dialect.kind}/"  # how `Message.door` begins for what came in here
        self._segments = Segments()
        self._repeats = Repeats()

    # --- what customers send ---

    def take(self, stream: Stream[DoorSession], pdus: Sequence[object], paper: Paper | None) -> None:
        """Everything one read brought: a submission per lane; what is no draft is refused at once."""
        session = stream.machine
        lanes: dict[int, list[Draft]] = {}
        for pdu in pdus:
            drafts = self._drafts(session, pdu, paper) if paper is not None else STRUCK_OUT
            if isinstance(drafts, Refusal):
                session.refuse(pdu, self._dialect.status(refused(drafts)))
            elif drafts:
                lanes.setdefault(LANE_OF[drafts[0].category], []).extend(drafts)
        if paper is None:
            return
        door = self._mine + paper.name
        for ready in lanes.values():
            submission = Submission(self, paper.account, ready, live=paper.live, door=door, handle=stream)
            if not offer(self._world, submission):
                self._turn_away(session, ready)

    def _turn_away(self, session: DoorSession, drafts: Sequence[Draft]) -> None:
        """The intake is full: come back later."""
        for handle in dict.fromkeys(draft.handle for draft in drafts):
            requests = handle.requests if isinstance(handle, Bundle) else [Request(session, handle)]
            if isinstance(handle, Bundle):
                self._repeats.settled(handle, None)
            for each in requests:
                each.session.refuse(each.pdu, self._dialect.full)

    def _drafts(self, session: DoorSession, pdu: object, paper: Paper) -> Sequence[Draft] | Refusal:
        """One draft a number; none while other segments of the message are still to come."""
        said = self._dialect.read(pdu, paper, self._world)
        if isinstance(said, Refusal):
            return said
        part, numbers, draft = said.part, said.numbers, said.draft
        if part.alphabet is Alphabet.OCTETS:
            return BINARY
        window = self._window_of(paper) if said.reference is not None else 0
        if part.concat is None and len(numbers) == 1 and not window:
            draft.text, draft.handle = decode(part.octets, part.alphabet, part.shift), pdu
            return (draft,)
        named = Request(session, pdu, draft.ref)
        whole = self._segments.add(paper.name, numbers, part, named, self._world.clock.monotonic())
        if whole is None:
            return ()
        text, bundle = whole
        if window:
            now, what = self._world.clock.monotonic(), (paper.account, said.reference, numbers, text)
            if self._repeats.join(what, bundle, window, now):
                return ()
        return [
            structs.replace(
                draft, to=number, text=text, handle=bundle, ref=self._dialect.ref(place, len(numbers), bundle.ref)
            )
            for place, number in enumerate(numbers)
        ]

    def _window_of(self, paper: Paper) -> int:
        """For how long an account's repeats are known again, seconds."""
        account = self._world.books.accounts.get(paper.account)
        return account.repeat_window_s if account is not None else 0

    def _refuse(self, requests: Sequence[Request], given: Answer) -> None:
        status = self._dialect.status(given)
        for session, pdu, _ in requests:
            session.refuse(pdu, status)

    def give_up(self, now: float) -> None:
        """Refuse what has waited too long for the rest of its segments."""
        for bundle in self._segments.overdue(now):
            self._refuse(bundle.requests, refused(INCOMPLETE))

    # --- Origin ---

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done: ids for what was taken, statuses for what was refused, in one write."""
        stream = submission.handle
        assert isinstance(stream, Stream), "this door's submissions carry their stream"
        session: DoorSession = stream.machine
        accepted: list[tuple[object, str]] = []
        names = self._dialect.names
        bundles: dict[Bundle, list[tuple[Draft, Answer]]] = {}
        for draft, given in zip(submission.drafts, answers, strict=True):
            handle = draft.handle
            if isinstance(handle, Bundle):
                bundles.setdefault(handle, []).append((draft, given))
            elif (message := _taken(given)) is not None:
                accepted.append((handle, names(message.id, message.ref)[0]))
            else:
                session.refuse(handle, self._dialect.status(given))
        session.accept_many(accepted)
        for bundle, members in bundles.items():
            self._answer_together(bundle, members, submission)
        self._flush_soon()

    def _answer_together(self, bundle: Bundle, members: Sequence[tuple[Draft, Answer]], submission: Submission) -> None:
        """Taken when any number was, under the id of the first: ids of one submission follow each other (intake)."""
        messages = [_taken(given) for _, given in members]
        first = next((message.id - i for i, message in enumerate(messages) if message is not None), None)
        if first is None:
            self._repeats.settled(bundle, None)
            self._refuse(bundle.requests, members[0][1])
            return
        name = self._dialect.names(first, bundle.ref)[0]
        self._repeats.settled(bundle, name)
        refused = {i: given for i, (_, given) in enumerate(members) if messages[i] is None}
        if refused and (partly := self._dialect.partly) is not None:
            for session, pdu, _ in bundle.requests:
                session.reply(pdu, partly(pdu, name, refused))
            return
        for session, pdu, _ in bundle.requests:
            session.accept(pdu, name)
        for i, (draft, _) in enumerate(members):
            if messages[i] is None and draft.receipt_wanted:
                self._tell_refused(first + i, draft, submission)

    def _tell_refused(self, identifier: int, draft: Draft, submission: Submission) -> None:
        """A number that was refused while others of its submission were taken: its receipt says so."""
        sender = self._world.books.senders.get((submission.account, draft.sender))
        names = self._dialect.names(identifier, draft.ref)
        now = self._world.clock.now_ms()
        receipts = receipts_of_refused(draft, names, sender.id.value if sender else draft.sender, now)
        login = submission.door.removeprefix(self._mine)
        self._endpoint.deliver_many(login, receipts, self._world.clock.monotonic())

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """Protocol doors have no idempotency keys."""
        raise AssertionError("protocol doors have no idempotency keys")


def _taken(given: Answer) -> Message | None:
    """The message, when it was taken."""
    return None if given.state is State.REFUSED else given.message


def refused(refusal: Refusal) -> Answer:
    """A refusal before the gate, as an answer."""
    return Answer(None, None, None, refusal=refusal)
