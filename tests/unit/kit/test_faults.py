"""Faults: the one that breaks is set apart, the others of its batch go on; what mends itself is told for a while."""

from functools import partial

from kanhe.kit.faults import Faults


def test_of_a_batch_only_what_breaks_is_set_apart_and_the_order_stays() -> None:
    faults, done = Faults(), []
    assert faults.attempt("halving", None, [partial(divmod, 4, by) for by in (2, 0, 1)]) == [(2, 0), None, (4, 0)]
    assert faults.attempt("halving", None, []) == []
    faults.each("noting", (1, 0, 2), lambda by: done.append(2 // by))
    assert done == [2, 1]
    assert faults.counts == {"halving": 1, "noting": 1}


def test_what_mends_itself_is_told_until_it_was_quiet_and_the_rest_until_a_restart() -> None:
    faults = Faults()
    faults.note("gate/label", ValueError(), until=10)
    faults.note("gate/label", KeyError(), until=20)
    faults.note("tell", OSError())
    assert [fault.where for fault in faults.standing(19)] == ["gate/label", "tell"]
    stage, rest = (fault.complaint for fault in faults.standing(19))
    assert stage == (
        "a fault of ours in `gate/label`, 2 times, the last a KeyError: the log has it; "
        "what it parked is taken up again by itself"
    )
    assert rest.endswith("a restart tries again what was set apart")
    assert [fault.where for fault in faults.standing(20)] == ["tell"]
    assert faults.counts == {"gate/label": 2, "tell": 1}
