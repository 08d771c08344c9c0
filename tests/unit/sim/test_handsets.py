"""What arrived: joined texts, tags, and what never reached the handset."""

from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.headers import Concat
from kanhe.protocols.text.joining import Part
from kanhe.sim.handsets import Counters, Handsets


def part(text, to="861380", number=None):
    concat = Concat(7, 2, number) if number else None
    return Part("1069", to, text.encode("utf-16-be"), Alphabet.UCS2, concat=concat)


def test_segments_are_shown_as_one_text_and_counted_once():
    counters = Counters()
    handsets = Handsets(counters, keep=True)
    assert handsets.take(part("后半", number=2), "a", 1_000, reached=True) is None
    assert handsets.take(part("前半", number=1), "a", 2_000, reached=True) == "前半后半"
    assert handsets.texts == {"861380": ["前半后半"]}
    assert (counters.messages, handsets.log[0].parts, handsets.log[0].source) == (1, 2, "1069")


def test_a_tag_counts_when_it_reaches_the_handset_and_texts_are_forgotten_on_request():
    counters = Counters()
    kept, counted = Handsets(counters, keep=True), Handsets(counters, keep=False)
    kept.take(part("【甲】beef-0000001 hello"), "a", 0, reached=True)
    kept.take(part("beef-0000002"), "a", 0, reached=False)
    for _ in range(2):
        counted.take(part("beef-0000003"), "a", 0, reached=True)
    assert counters.tags == {"beef-0000001": 1, "beef-0000003": 2}
    assert counters.doubled == {"beef-0000003": 2}
    assert (len(kept.log), [item.reached for item in kept.log]) == (2, [True, False])
    assert (len(counted.log), dict(counted.texts)) == (0, {})


def test_a_segment_whose_others_never_come_is_forgotten_in_time():
    handsets = Handsets(Counters(), keep=True)
    handsets.take(part("前半", number=1), "a", 0, reached=True)
    assert handsets.take(part("后半", number=2), "a", 3_600_000, reached=True) is None
