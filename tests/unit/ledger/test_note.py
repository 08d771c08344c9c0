"""Signed notes, keys and checkpoints: vectors of other implementations, then our own round trips and refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.ledger import checkpoint as cp
from kanhe.ledger import note
from kanhe.ledger.errors import CheckpointError, LedgerError, NoteError
from kanhe.ledger.note import SignatureType

# The example of Go's golang.org/x/mod/sumdb/note, private key included.
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

# The example of C2SP signed-note, section Verifier keys.
C2SP_VERIFIER = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

# A checkpoint as a certificate-transparency staging log served it, with an RFC 6962 signature (a type we leave alone),
# the log's Ed25519 signature and the lines of four witnesses of the public network.
LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESSES = [
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
]
SERVED = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""

KEY = note.make_signing_key("log.example/ledger/1", bytes(range(32)))
WITNESS = note.make_signing_key("witness.example/w1", bytes(32), SignatureType.COSIGNATURE)
CHECKPOINT = cp.Checkpoint("log.example/ledger/1", 20852163, bytes(range(32)))

texts = st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=1).map(
    lambda lines: "\n".join(lines) + "\n"
)


def test_a_note_signed_as_go_signs_it_has_the_same_octets():
    key = note.parse_signing_key(GO_SIGNER)
    assert key.verifier.text == GO_VERIFIER
    assert key.secret_text == GO_SIGNER
    assert note.sign(GO_TEXT, [key]).octets == GO_NOTE.encode()


@pytest.mark.parametrize(("key", "octets"), [(GO_VERIFIER, GO_NOTE), (C2SP_VERIFIER, C2SP_NOTE)])
def test_notes_of_others_hold_under_their_keys(key, octets):
    verifier = note.parse_verifier_key(key)
    parsed = note.parse_note(octets.encode())
    assert parsed.octets == octets.encode()
    assert [each.key for each in note.check_note(parsed, [verifier])] == [verifier]


def test_a_served_checkpoint_opens_with_its_witnesses_and_the_lines_of_strangers_are_left_alone():
    log, *witnesses = map(note.parse_verifier_key, [LOG, *WITNESSES])
    opened = cp.open_checkpoint(SERVED.encode(), log, witnesses)
    assert (opened.checkpoint.origin, opened.checkpoint.size) == (log.name, 1432088532)
    assert opened.checkpoint.text == SERVED.partition("\n\n")[0] + "\n"
    assert {each.key for each in opened.witnesses} == set(witnesses)
    assert {each.time_s for each in opened.witnesses} == {0x6A122120}
    assert cp.open_checkpoint(SERVED.encode(), log).witnesses == ()


def test_a_changed_size_breaks_the_log_and_a_changed_time_breaks_its_witness():
    log, witness = map(note.parse_verifier_key, [LOG, WITNESSES[0]])
    with pytest.raises(NoteError, match="`arche2025h1"):
        cp.open_checkpoint(SERVED.replace("1432088532", "1432088533").encode(), log)
    with pytest.raises(NoteError, match=r"`remora\.n621\.de` does not hold"):
        cp.open_checkpoint(SERVED.replace("2net5wAAAABq", "2net5wAAAABr").encode(), log, [witness])


def test_a_checkpoint_that_only_a_witness_or_nobody_known_signed_is_not_opened():
    octets = cp.cosign(note.sign(CHECKPOINT.text, [note.make_signing_key("other", bytes(32))]).octets, WITNESS, 7)
    with pytest.raises(CheckpointError, match="did not sign"):
        cp.open_checkpoint(octets, KEY.verifier, [WITNESS.verifier])
    with pytest.raises(NoteError, match="no trusted key"):
        cp.open_checkpoint(octets, KEY.verifier)


def test_a_log_cannot_vouch_for_the_checkpoint_of_another_log():
    foreign = cp.Checkpoint("another.example", 1, bytes(32))
    with pytest.raises(CheckpointError, match=r"of `another\.example`"):
        cp.open_checkpoint(note.sign(foreign.text, [KEY]).octets, KEY.verifier)
    with pytest.raises(AssertionError):
        cp.sign_checkpoint(foreign, KEY)


def test_witness_lines_are_added_merged_once_and_only_under_the_same_checkpoint():
    octets = cp.sign_checkpoint(CHECKPOINT, KEY)
    cosigned = cp.cosign(octets, WITNESS, 1_679_315_147)
    merged = cp.merge_signatures(cp.merge_signatures(octets, cosigned), cosigned)
    assert merged == cosigned
    [endorsement] = cp.open_checkpoint(merged, KEY.verifier, [WITNESS.verifier]).witnesses
    assert (endorsement.key, endorsement.time_s) == (WITNESS.verifier, 1_679_315_147)
    later = cp.sign_checkpoint(cp.Checkpoint(CHECKPOINT.origin, 20852164, bytes(32)), KEY)
    with pytest.raises(CheckpointError):
        cp.merge_signatures(later, cosigned)


@given(texts, st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3, unique=True))
def test_notes_round_trip(text, seeds):
    keys = [note.make_signing_key(f"签名/{place}", seed) for place, seed in enumerate(seeds)]
    made = note.sign(text, keys)
    assert note.parse_note(made.octets) == made
    assert [each.key for each in note.check_note(made, [key.verifier for key in keys])] == [
        key.verifier for key in keys
    ]
    for key in keys:
        assert note.parse_verifier_key(key.verifier.text) == key.verifier
        assert note.parse_signing_key(key.secret_text).verifier == key.verifier


@given(st.integers(0, len(GO_NOTE.encode()) * 8 - 1))
def test_no_bit_of_a_note_can_be_flipped(bit):
    octets = bytearray(GO_NOTE.encode())
    octets[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NoteError):
        note.check_note(note.parse_note(bytes(octets)), [note.parse_verifier_key(GO_VERIFIER)])


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAA==".encode(),
        "te\txt\n\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n",
        "t\n\n— a+b AAAAAAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        b"text\n\n" + "— name AAAAAAAA\n".encode() * 65,
    ],
)
def test_what_is_not_a_note_is_refused(octets):
    with pytest.raises(NoteError):
        note.parse_note(octets)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AAAA",
        GO_VERIFIER.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER.replace("+ARpc", "+Axpc"),
        "a b" + GO_VERIFIER,
    ],
)
def test_what_is_not_a_verifier_key_is_refused(text):
    with pytest.raises(NoteError):
        note.parse_verifier_key(text)


def test_a_complaint_about_a_secret_key_does_not_repeat_it():
    for text in (GO_SIGNER[:-4], GO_SIGNER.replace("c74f20a3", "c74f20a4")):
        with pytest.raises(NoteError) as caught:
            note.parse_signing_key(text)
        assert "AYEKFALV" not in str(caught.value)


@pytest.mark.parametrize("extensions", [(), ("one", "two words")])
def test_checkpoints_round_trip(extensions):
    checkpoint = cp.Checkpoint("log.example", 0, bytes(32), extensions)
    assert cp.parse_checkpoint(checkpoint.text) == checkpoint


ROOT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n",
        "log\n1\n",
        f"log\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"log\n01\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n1\n{ROOT[4:]}\n",
        f"log\n1\n{ROOT[:-2]}B=\n",
        f"log\n1\n{ROOT}\n\n",
        f"log\n１\n{ROOT}\n",
        f"log\n1\n {ROOT}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(LedgerError):
        cp.parse_checkpoint(text)


def test_a_cosignature_from_beyond_the_end_of_time_is_refused():
    for time_s, holds in ((note.TIME_S_MAX, True), (note.TIME_S_MAX + 1, False)):
        cosigned = note.sign(CHECKPOINT.text, [WITNESS], time_s)
        if holds:
            assert note.check_note(cosigned, [WITNESS.verifier])[0].time_s == time_s
        else:
            with pytest.raises(NoteError, match="out of range"):
                note.check_note(cosigned, [WITNESS.verifier])


def test_each_node_has_its_own_origin():
    assert cp.node_origin("sms.example.com/ledger/", 7) == "sms.example.com/ledger/7"
