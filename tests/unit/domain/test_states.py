"""The table of states: complete, and nothing ever leaves an end."""

from kanhe.domain.state import BEFORE_CLAIM, FINAL, MOVES, State


def test_every_state_has_its_row_and_every_row_leads_somewhere_known() -> None:
    assert set(MOVES) == set(State)
    assert all(moves <= set(State) for moves in MOVES.values())


def test_every_state_can_reach_an_end() -> None:
    for start in State:
        seen, open_states = {start}, [start]
        while open_states:
            for following in MOVES[open_states.pop()] - seen:
                seen.add(following)
                open_states.append(following)
        assert seen & FINAL


def test_only_what_is_not_yet_claimed_can_be_cancelled() -> None:
    assert State.CLAIMED not in BEFORE_CLAIM
    assert State.IN_DOUBT not in BEFORE_CLAIM
    assert State.ACCEPTED in BEFORE_CLAIM
    assert State.DEFERRED in BEFORE_CLAIM


def test_a_carrier_is_reached_only_through_a_claim() -> None:
    before = {state for state, moves in MOVES.items() if State.SUBMITTED in moves}
    assert before <= {State.CLAIMED, State.IN_DOUBT, State.DUE}, "due: a late answer to the first submit"
