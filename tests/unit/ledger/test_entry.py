"""The entry's octets: golden bytes, round trip, and what salts hide and show."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Shape, Verdict
from kanhe.ledger.entry import (
    DETAIL_OCTETS_MAX,
    ENTRY_OCTETS_MIN,
    NOTHING_COMMITTED,
    Kind,
    Statement,
    commit_body,
    commit_entries,
    commit_recipient,
    commitment,
    decode_entry,
    verdict_statement,
)
from kanhe.ledger.errors import EntryError

ids = st.integers(0, 2**63 - 1)
digests = st.binary(min_size=32, max_size=32)

statements = st.builds(
    Statement,
    kind=st.sampled_from(Kind),
    outcome=st.none() | st.sampled_from(Outcome),
    message_id=ids,
    account_id=ids,
    instant_ms=ids,
    shape=digests,
    packs=digests,
    salt=digests,
    recipient=st.none() | st.integers(1, 10**15 - 1),
    body=st.none() | st.text(),
    detail=st.binary(max_size=80),
)

GOLDEN = Statement(
    kind=Kind.VERDICT,
    outcome=Outcome.REFUSE,
    message_id=0x0102030405060708,
    account_id=7,
    instant_ms=1_700_000_000_000,
    shape=b"\xaa" * 32,
    packs=b"\xbb" * 32,
    salt=bytes(range(32)),
    recipient=8613800138000,
    body="【示例】您好",
    detail=b"\xcc\xdd",
)


def test_the_layout_is_the_documented_one():
    recipient = sha256(bytes(range(16)) + b"+8613800138000").hexdigest()
    body = sha256(bytes(range(16, 32)) + "【示例】您好".encode()).hexdigest()
    [entry] = commit_entries([GOLDEN])
    assert (
        entry.hex() == "01"
        "01"
        "05"
        "0102030405060708"
        "0000000000000007"
        "0000018bcfe56800" + "aa" * 32 + "bb" * 32 + recipient + body + "ccdd"
    )


@given(st.lists(statements, max_size=5))
def test_entries_of_a_batch_are_those_of_its_statements_one_by_one_and_read_back(batch):
    together = commit_entries(batch)
    assert together == [commit_entries([statement])[0] for statement in batch]
    for statement, octets in zip(batch, together, strict=True):
        entry = decode_entry(octets)
        for name in ("kind", "outcome", "message_id", "account_id", "instant_ms", "shape", "packs", "detail"):
            assert getattr(entry, name) == getattr(statement, name)
        assert entry.recipient == commit_recipient(statement.salt[:16], statement.recipient)
        assert entry.body == commit_body(statement.salt[16:], statement.body)


def test_a_verdict_is_stated_with_its_final_text_and_the_facts_it_stood_on():
    message = Message(5, 7, 8613800138000, "as submitted", "示例", Category.MARKETING, 1000, 9000)
    verdict = Verdict(Outcome.AMEND, Shape((), b"s" * 32, b"p" * 32), Category.MARKETING, (77, -1), 1234, 3)
    for text, final in ((None, "as submitted"), ("as amended", "as amended")):
        said = verdict_statement(Kind.SECOND_VERDICT, message, replace(verdict, text=text), 1111, GOLDEN.salt)
        entry = decode_entry(commit_entries([said])[0])
        assert (entry.kind, entry.outcome, entry.message_id, entry.account_id) == (2, Outcome.AMEND, 5, 7)
        assert (entry.instant_ms, entry.shape, entry.packs) == (1111, b"s" * 32, b"p" * 32)
        assert entry.recipient == commitment(GOLDEN.salt[:16], b"+8613800138000")
        assert entry.body == commitment(GOLDEN.salt[16:], final.encode())
        assert entry.detail == b"".join(fact.to_bytes(8, "big", signed=True) for fact in (1234, 77, -1))


def test_one_salt_opens_its_own_value_only_and_another_salt_gives_another_commitment():
    [entry] = map(decode_entry, commit_entries([GOLDEN]))
    assert commitment(GOLDEN.salt[:16], b"+8613800138000") == entry.recipient
    assert commitment(GOLDEN.salt[16:], b"+8613800138000") != entry.recipient
    assert commitment(GOLDEN.salt[:16], GOLDEN.body.encode()) != entry.body
    assert commitment(GOLDEN.salt[16:], GOLDEN.body.encode()) == entry.body


def test_what_is_not_said_is_marked_and_what_is_said_needs_its_salt():
    quiet = Statement(Kind.SWITCH, None, 0, 7, 1, bytes(32), bytes(32), detail=b"otp off")
    [entry] = map(decode_entry, commit_entries([quiet]))
    assert entry.recipient == entry.body == NOTHING_COMMITTED
    with pytest.raises(AssertionError):
        commit_recipient(b"", 8613800138000)


def test_a_digest_or_detail_of_a_wrong_length_never_becomes_an_entry():
    for wrong in ({"shape": b"short"}, {"detail": bytes(DETAIL_OCTETS_MAX + 1)}):
        fields = {name: getattr(GOLDEN, name) for name in GOLDEN.__struct_fields__}
        with pytest.raises(AssertionError):
            commit_entries([Statement(**{**fields, **wrong})])


@pytest.mark.parametrize(
    ("at", "value", "complaint"),
    [(0, 2, "version `2`"), (1, 0, "kind `0`"), (1, 99, "kind `99`"), (2, 99, "outcome `99`")],
)
def test_an_entry_of_an_unknown_version_kind_or_outcome_is_refused(at, value, complaint):
    octets = bytearray(commit_entries([GOLDEN])[0])
    octets[at] = value
    with pytest.raises(EntryError, match=complaint):
        decode_entry(bytes(octets))


@pytest.mark.parametrize("length", [0, ENTRY_OCTETS_MIN - 1, ENTRY_OCTETS_MIN + DETAIL_OCTETS_MAX + 1])
def test_an_entry_of_an_impossible_length_is_refused(length):
    with pytest.raises(EntryError, match=f"of {length} octets"):
        decode_entry(bytes([1]) * length)
