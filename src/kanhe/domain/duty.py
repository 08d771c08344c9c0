"""A duty: one dated task of the duty calendar, under one rule, because of something that happened."""

import msgspec

# What an operator writes down of a task: how it was done, where the proof lies.
NOTE_CHARS_MAX = 2_000


class Duty(msgspec.Struct, frozen=True):
    """One task."""

    id: int
    about: str  # what happened, the same for all its tasks: `complaint 17`, `breach 18`
    kind: str  # of the rule: dsr, complaint, breach, cross_border
    country: str  # whose people it is about
    rule: str
    work: str  # `law.duties.Work`
    at: int  # ms: when it happened
    due: int  # ms: the first instant that is too late; that of the event itself: at once
    whom: str  # authority, channel or condition; empty: nobody in particular
    note: str  # what the operator wrote when it was opened
    done_at: int | None = None  # ms
    done_by: str = ""
    done_note: str = ""

    def overdue(self, now: int) -> bool:
        """Whether it is late."""
        return self.done_at is None and self.due <= now
