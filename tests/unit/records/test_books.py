"""What stands in the books, and since when."""

import pytest
from msgspec import structs

from kanhe.gate.traffic import Batch, batches
from kanhe.records.books import Books
from kanhe.records.documents import Paper


@pytest.fixture(scope="module")
def batch() -> Batch:
    (one,) = batches(1)
    return one


@pytest.mark.parametrize("gone", ["account", "sender", "template"])
def test_a_verdict_older_than_the_end_of_a_paper_is_stale(batch: Batch, gone: str) -> None:
    messages, facts = batch
    message = messages[0]
    assert message.template is not None
    papers: dict[str, Paper] = {
        "account": structs.replace(facts.accounts[message.account], revision=4),
        "sender": structs.replace(facts.senders[message.account, message.sender], revision=5),
        "template": structs.replace(facts.templates[message.account, message.template], revision=6),
    }
    books = Books()
    for paper in papers.values():
        books.put(paper)
    assert books.newest(message, seen=6) == 0
    books.remove(papers[gone], 9)
    assert books.newest(message, seen=6) == 9
    assert books.newest(message, seen=9) == 0
