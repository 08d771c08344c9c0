"""The webhooks as a `Teller`: jobs for the commit of the news, and the deliverer woken after it."""

from collections.abc import Callable, Iterable, Sequence

from kanhe.domain.papers import Endpoint
from kanhe.kit.ids import IdSource
from kanhe.ports.change import Inbound, Job
from kanhe.ports.door import News
from kanhe.records.books import Books
from kanhe.webhooks.events import RECEIVED, SETTLED, received, settled


class WebhookTeller:
    """Brings news to the endpoints of their accounts."""

    def __init__(self, books: Books, ids: IdSource, deliver: Callable[[Iterable[Job]], None]) -> None:
        self._books, self._ids, self._deliver = books, ids, deliver
        self._written: dict[int, Sequence[Job]] = {}  # by the first of their news, until it is told

    def jobs(self, news: Sequence[News], inbound: Sequence[Inbound], now: int) -> Sequence[Job]:
        """One job for each piece of news and endpoint that wants it."""
        if not self._books.endpoints:
            return ()
        wanted: dict[tuple[int, str], list[Endpoint]] = {}
        told: list[tuple[Endpoint, bytes]] = []
        for each in news:
            if endpoints := self._wanting(each.message.account, SETTLED, wanted):
                body = settled(each)
                told += [(endpoint, body) for endpoint in endpoints]
        for message in inbound:
            if message.account is not None and (endpoints := self._wanting(message.account, RECEIVED, wanted)):
                body = received(message)
                told += [(endpoint, body) for endpoint in endpoints]
        ids = self._ids.take(len(told))
        jobs = [Job(i, e.account, e.name, now, body) for i, (e, body) in zip(ids, told, strict=True)]
        if jobs:
            self._written[_key(news, inbound)] = jobs
        return jobs

    def tell(self, news: Sequence[News], inbound: Sequence[Inbound]) -> None:
        """The commit is done: deliver."""
        if self._written and (news or inbound) and (jobs := self._written.pop(_key(news, inbound), None)):
            self._deliver(jobs)

    def _wanting(self, account: int, event: str, known: dict[tuple[int, str], list[Endpoint]]) -> list[Endpoint]:
        """The endpoints of an account that want an event; asked once a batch."""
        found = known.get((account, event))
        if found is None:
            found = [each for each in self._books.endpoints_of(account) if event in each.events]
            known[account, event] = found
        return found


def _key(news: Sequence[News], inbound: Sequence[Inbound]) -> int:
    return news[0].message.id if news else inbound[0].id
