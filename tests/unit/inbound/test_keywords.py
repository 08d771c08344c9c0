"""What people write when they want no more, want it again, or need help."""

import pytest

from kanhe.inbound.keywords import HELP_WORDS, START_WORDS, STOP_WORDS, YES_WORDS, Act, plain, recognise


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
@pytest.mark.parametrize("form", [str, str.upper, lambda w: f"  {w} ", lambda w: f"“{w}”。", lambda w: f"{w}!!!"])
def test_every_written_form_of_a_refusal_is_one(word: str, form: object) -> None:
    assert callable(form)
    assert recognise(form(word)) is Act.STOP


def test_full_width_letters_are_letters() -> None:
    assert recognise("ＴＤ") is Act.STOP
    assert recognise("Ｓｔｏｐ") is Act.STOP
    assert plain("ＴＤ！ ") == "td"


def test_words_of_a_pack_come_on_top() -> None:
    assert recognise("N 0371") is Act.NONE
    assert recognise("N 0371", ["N 0371"]) is Act.STOP


@pytest.mark.parametrize("text", ["please stop writing to me", "麻烦退订一下", "Unsubscribe me from this list now"])
def test_a_refusal_in_a_sentence_is_doubtful_not_lost(text: str) -> None:
    assert recognise(text) is Act.DOUBTFUL


@pytest.mark.parametrize("text", ["", "Thanks!", "Tuesday at ten", "yes we can", "Turn left at the station", "Rain"])
def test_conversation_is_conversation(text: str) -> None:
    assert recognise(text) is Act.NONE


@pytest.mark.parametrize("word", sorted(YES_WORDS))
def test_a_yes_is_one_in_every_form_and_agrees_only_where_somebody_asked(word: str) -> None:
    """Whether somebody asked is known to `Acts.recognise`: without a question it is conversation (the journeys show it)."""
    assert recognise(word) is recognise(f" {word.upper()}。") is Act.YES


def test_no_word_means_two_things() -> None:
    words = [STOP_WORDS, START_WORDS, HELP_WORDS, YES_WORDS]
    assert sum(map(len, words)) == len(frozenset().union(*words))
