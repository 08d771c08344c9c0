"""What becomes of papers, as webhooks: every filing that is written carries the jobs that tell its accounts."""

from collections.abc import Callable, Sequence

from kanhe.domain.dossier import Act, Done, Dossier, Version
from kanhe.kit.clock import iso
from kanhe.kit.ids import IdSource
from kanhe.ports.change import Job
from kanhe.ports.dossiers import Filing
from kanhe.records.books import Books
from kanhe.records.papers import days_left, today_of
from kanhe.webhooks.events import DECIDED, EXPIRING, Decided, Expiring, decided, expiring

# The acts an account hears of: what others decide, and every withdrawal, by whatever way it came. What it files it knows.
EVENTS_OF: dict[Act, str] = {
    Act.APPROVE: DECIDED,
    Act.REFUSE: DECIDED,
    Act.SUSPEND: DECIDED,
    Act.RESUME: DECIDED,
    Act.SUPERSEDE: DECIDED,
    Act.WITHDRAW: DECIDED,
    Act.WARN: EXPIRING,
}


class PaperWebhooks:
    """Tells the endpoints of an account what was done to its papers."""

    def __init__(self, books: Books, ids: IdSource, deliver: Callable[[Sequence[Job]], None]) -> None:
        self._books, self._ids, self._deliver = books, ids, deliver

    def jobs(self, filing: Filing, dossier_of: Callable[[int], Dossier | None]) -> Sequence[Job]:
        """One job for each act and endpoint that wants it."""
        if not self._books.endpoints:
            return ()
        return [job for done in filing.done if done.act in EVENTS_OF for job in self._told(filing, done, dossier_of)]

    def tell(self, jobs: Sequence[Job]) -> None:
        """The filing is written: deliver these."""
        if jobs:
            self._deliver(jobs)

    def _told(self, filing: Filing, done: Done, dossier_of: Callable[[int], Dossier | None]) -> Sequence[Job]:
        dossier = next((d for d in filing.dossiers if d.id == done.dossier), None) or dossier_of(done.dossier)
        assert dossier is not None, "what is done is done to a paper"
        event, account = EVENTS_OF[done.act], dossier.account
        wanting = [e for e in self._books.endpoints_of(account) if event in e.events] if account is not None else ()
        if not wanting:
            return ()
        version = next(v for v in filing.versions if (v.dossier, v.number) == (done.dossier, done.version))
        body = self._body(dossier, version, done)
        return [Job(self._ids.next(), e.account, e.name, done.at, body) for e in wanting]

    def _body(self, dossier: Dossier, version: Version, done: Done) -> bytes:
        identifier, kind = str(dossier.id), dossier.kind
        if done.act is Act.WARN:
            left = days_left(version, today_of(self._books, done.at))
            return expiring(Expiring(identifier, kind, dossier.key, str(version.valid_to), left), done.at)
        name = dossier.key.partition("/")[2]
        return decided(Decided(identifier, kind, name, done.version, done.act, done.reason, iso(done.at)))
