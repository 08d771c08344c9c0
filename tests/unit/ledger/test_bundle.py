"""Evidence bundles: what they prove, what they may hide, and two verifiers that agree about every change."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.domain.verdict import Outcome
from kanhe.ledger import note, standalone_verifier
from kanhe.ledger.bundle import Evidence, Opened, make_bundle, verify_bundle
from kanhe.ledger.checkpoint import cosign
from kanhe.ledger.entry import (
    OUTCOME_CODES,
    Drawn,
    Kind,
    Reviewers,
    Statement,
    commit_entries,
    consent_review_statement,
)
from kanhe.ledger.errors import BundleError, LedgerError, NoteError
from kanhe.ledger.integrator import Integrator, StoredEntry
from kanhe.ledger.note import SignatureType

KEY = note.make_signing_key("log.example/ledger/1", bytes(32))
LOG = KEY.verifier
WITNESS = note.make_signing_key("witness.example/w1", bytes(32), SignatureType.COSIGNATURE)
MESSAGE = 7_000_000_000_000_000_000
SHAPE = '[{"code":"quiet-hours","text":"推迟到早上八点"}]'
SALT = bytes(range(32))
BODY = "【示例商城】您的验证码是 481516"


def said(number: int, kind: Kind = Kind.VERDICT) -> Statement:
    shape = sha256(SHAPE.encode()).digest()
    return Statement(kind, Outcome.DEFER, number, 7, 1_700_000_000_000, shape, bytes(32), SALT, 8613800138000, BODY)


# 300 entries; two of them, on either side of a tile's border, are of our message.
PLACES = (41, 270)
OCTETS = commit_entries([said(MESSAGE if index in PLACES else index) for index in range(300)])
GROWTH = Integrator(KEY).extend([StoredEntry(index, octets) for index, octets in enumerate(OCTETS)])
TILES = {(tile.address.level, tile.address.index): tile.octets for tile in GROWTH.tiles}
RECIPIENT_OPENED = Opened("+8613800138000", SALT[:16])
BODY_OPENED = Opened(BODY, SALT[16:])


def bundle(**shown: object) -> bytes:
    evidence = [Evidence(index, OCTETS[index], **shown) for index in PLACES]
    return make_bundle(MESSAGE, evidence, GROWTH.checkpoint, LOG, lambda at: TILES.get((at.level, at.index)))


FULL = bundle(shape=SHAPE, recipient=RECIPIENT_OPENED, body=BODY_OPENED)


def accepts(octets: bytes, key: str | None = LOG.text) -> tuple[bool, bool]:
    """Ask both verifiers."""
    try:
        verify_bundle(octets, key and note.parse_verifier_key(key))
        ours = True
    except LedgerError:
        ours = False
    try:
        standalone_verifier.check_bundle(octets.decode(), key)
        theirs = True
    except (standalone_verifier.RefusedError, UnicodeDecodeError):
        theirs = False
    return ours, theirs


def test_a_decision_on_a_consent_is_proved_to_both_verifiers():
    drawn = Drawn(MESSAGE, 7, 55, 8613800138000, "number: …8000\nwording: 同意")
    review = consent_review_statement(Reviewers(3, (1, 2), "signed", True), drawn, bytes(32), 1_700_000_000_000, SALT)
    [octets] = commit_entries([review])
    assert b"8613800138000" not in octets
    growth = Integrator(KEY).extend([StoredEntry(0, octets)])
    tiles = {(tile.address.level, tile.address.index): tile.octets for tile in growth.tiles}
    shown = Evidence(0, octets, recipient=RECIPIENT_OPENED, body=Opened(drawn.shown, SALT[16:]))
    proof = make_bundle(MESSAGE, [shown], growth.checkpoint, LOG, lambda at: tiles.get((at.level, at.index)))
    assert accepts(proof) == (True, True)
    [proved] = verify_bundle(proof, LOG).entries
    assert (proved.entry.kind, proved.entry.outcome) == (Kind.CONSENT_REVIEW, Outcome.ALLOW)
    assert (proved.recipient, proved.body) == ("+8613800138000", drawn.shown)


def test_a_bundle_proves_its_entries_and_opens_what_it_shows():
    proved = verify_bundle(FULL, LOG)
    assert proved.message_id == MESSAGE
    assert [each.index for each in proved.entries] == list(PLACES)
    for each in proved.entries:
        assert (each.recipient, each.body, each.shape) == ("+8613800138000", BODY, SHAPE)
        assert (each.entry.outcome, each.entry.kind) == (Outcome.DEFER, Kind.VERDICT)
    theirs = standalone_verifier.check_bundle(FULL.decode(), LOG.text)
    assert [(each["index"], each["recipient"], each["outcome"]) for each in theirs] == [
        (index, "+8613800138000", "defer") for index in PLACES
    ]


@pytest.mark.parametrize("shown", [{}, {"recipient": RECIPIENT_OPENED}, {"body": BODY_OPENED}, {"shape": SHAPE}])
def test_each_part_can_be_shown_without_the_others(shown):
    octets = bundle(**shown)
    assert accepts(octets) == (True, True)
    assert ("481516" in octets.decode()) == ("body" in shown)
    assert ("13800138000" in octets.decode()) == ("recipient" in shown)


@pytest.mark.parametrize(
    ("shown", "complaint"),
    [
        ({"shape": SHAPE + " "}, "findings"),
        ({"recipient": Opened("+8613800138001", SALT[:16])}, "recipient"),
        ({"recipient": Opened("+8613800138000", SALT[16:])}, "recipient"),
        ({"recipient": Opened("8613800138000", SALT[:16] + b"+")}, "recipient"),
        ({"body": Opened(BODY + "7", SALT[16:])}, "body"),
    ],
)
def test_a_value_that_was_not_committed_is_refused(shown, complaint):
    octets = bundle(**shown)
    with pytest.raises(BundleError, match=complaint):
        verify_bundle(octets, LOG)
    with pytest.raises(standalone_verifier.RefusedError, match=complaint):
        standalone_verifier.check_bundle(octets.decode(), LOG.text)


def test_a_bundle_under_another_key_is_refused_when_a_key_is_trusted():
    other = note.make_signing_key(LOG.name, b"\x01" * 32).verifier.text
    assert accepts(FULL, None) == (True, True)
    assert accepts(FULL, other) == (False, False)
    assert accepts(FULL.replace(LOG.text.encode(), other.encode()), None) == (False, False)


def test_an_entry_of_another_message_cannot_stand_in():
    foreign = [Evidence(42, OCTETS[42])]
    octets = make_bundle(MESSAGE, foreign, GROWTH.checkpoint, LOG, lambda at: TILES.get((at.level, at.index)))
    assert accepts(octets) == (False, False)


def test_a_checkpoint_of_another_log_proves_nothing_even_under_the_right_key():
    document = json.loads(FULL)
    text = document["checkpoint"].partition("\n\n")[0] + "\n"
    for origin, held in ((LOG.name, True), ("another.example", False)):
        document["checkpoint"] = note.sign(text.replace(LOG.name, origin), [KEY]).octets.decode()
        assert accepts(json.dumps(document).encode()) == (held, held)


def test_witnesses_are_told():
    document = json.loads(FULL)
    document["checkpoint"] = cosign(GROWTH.checkpoint, WITNESS, 1_700_000_001).decode()
    octets = json.dumps(document).encode()
    assert accepts(octets) == (True, True)
    [endorsement] = verify_bundle(octets, LOG, [WITNESS.verifier]).checkpoint.witnesses
    assert endorsement.time_s == 1_700_000_001


def test_an_entry_that_is_not_yet_signed_over_has_no_bundle():
    with pytest.raises(BundleError, match="index 300"):
        make_bundle(MESSAGE, [Evidence(300, OCTETS[0])], GROWTH.checkpoint, LOG, lambda _: None)
    with pytest.raises(NoteError):
        make_bundle(MESSAGE, [], GROWTH.checkpoint, WITNESS.verifier, lambda _: None)


@given(st.integers(0, len(FULL) * 8 - 1))
def test_no_flipped_bit_changes_what_is_believed_and_both_verifiers_agree(bit):
    octets = bytearray(FULL)
    octets[bit // 8] ^= 1 << bit % 8
    verdicts = accepts(bytes(octets))
    assert verdicts[0] == verdicts[1]
    # A bit of white space, of a base64 tail or of a letter's case in an escape: the meaning is the same.
    if verdicts[0]:
        assert verify_bundle(bytes(octets), LOG) == verify_bundle(FULL, LOG)


@pytest.mark.parametrize(
    "octets", [b"", b"{}", b"[]", b"null", b"\xff", FULL[:-3], FULL.replace(b"evidence/1", b"evidence/2")]
)
def test_what_is_not_a_bundle_is_refused(octets):
    assert accepts(octets) == (False, False)


@pytest.mark.parametrize(
    "change",
    [
        {"entries": []},
        {"entries": [{}]},
        {"entries": None},
        {"message": 5},
        {"message": "05"},
        {"more": 1},
        {"verifier_key": "x"},
        {"checkpoint": ""},
    ],
)
def test_a_bundle_with_wrong_fields_is_refused(change):
    assert accepts(json.dumps({**json.loads(FULL), **change}).encode()) == (False, False)


@pytest.mark.parametrize(
    "change",
    [{"index": 40}, {"index": -1}, {"index": True}, {"proof": []}, {"proof": None}, {"body": {}}, {"octets": "AAAA"}],
)
def test_an_entry_with_wrong_fields_is_refused(change):
    document = json.loads(FULL)
    document["entries"][1] |= change
    assert accepts(json.dumps(document).encode()) == (False, False)


def test_the_stand_alone_verifier_knows_every_kind_and_outcome():
    assert set(standalone_verifier.KINDS) == set(Kind)
    assert {code: name or "none" for name, code in OUTCOME_CODES.items()} == standalone_verifier.OUTCOMES


def test_the_stand_alone_verifier_runs_away_from_home(tmp_path: Path):
    script, file = tmp_path / "verifier.py", tmp_path / "bundle.json"
    shutil.copy(standalone_verifier.__file__, script)
    file.write_bytes(FULL)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-X", "utf8", str(script), str(file), *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=tmp_path, check=False)

    good = run("--key", LOG.text)
    assert (good.returncode, good.stderr) == (0, "")
    assert [each["index"] for each in json.loads(good.stdout)["entries"]] == list(PLACES)
    assert "compare it" in run().stderr
    assert "kanhe" not in "".join(
        line for line in script.read_text().splitlines() if line.startswith(("import", "from"))
    )
    file.write_bytes(FULL.replace(b"481516", b"481517"))
    bad = run("--key", LOG.text)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "body" in bad.stderr
    assert run("--colour").returncode == 2
