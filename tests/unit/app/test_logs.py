"""Logs hold ids, never numbers or texts: not even in the trace of a fault."""

from functools import partial

import pytest

from kanhe.app.run import set_logs
from kanhe.kit.faults import Faults


def test_the_trace_of_a_fault_shows_where_it_was_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    def look(number: str) -> int:
        return len(number) // 0

    set_logs()
    faults = Faults()
    assert faults.attempt("looking", None, [partial(look, "8613800138001"), lambda: 1]) == [None, 1]
    said = capsys.readouterr().out
    assert "ZeroDivisionError" in said
    assert "in look" in said
    assert "8613800138001" not in said
    [fault] = faults.standing(0)
    assert fault.complaint.startswith("a fault of ours in `looking`, 1 times, the last a ZeroDivisionError")
