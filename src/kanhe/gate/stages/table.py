"""The stages by kind of rule, in the order in which they are asked: cheap and standing first, consuming last."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import Codes
from kanhe.gate.stages import (
    agreement,
    consent,
    content,
    exemption,
    frequency,
    identity,
    label,
    licence,
    opt_out,
    quiet_hours,
    registration,
    sender_id,
)
from kanhe.law.kinds import Kind


class Scope(StrEnum):
    """How many messages share an answer."""

    STANDING = "standing"  # one per account, sender, template, place and category
    TEXT = "text"  # one per distinct text
    MESSAGE = "message"  # each its own


class Stage(NamedTuple):
    """A stage: what it may say, how widely its answers hold, and how it judges a rule of its kind."""

    scope: Scope
    codes: Codes
    # A rule of a kind has the parameters of that kind (law.kinds.PARAMETERS), which no type of a table can say.
    judge: Callable[[Bound[Any], Case], Answer]


STAGES: Mapping[Kind, Stage] = {
    Kind.EXEMPTION: Stage(Scope.STANDING, exemption.CODES, exemption.judge),
    Kind.LICENCE: Stage(Scope.STANDING, licence.CODES, licence.judge),
    Kind.AGREEMENT: Stage(Scope.STANDING, agreement.CODES, agreement.judge),
    Kind.REGISTRATION: Stage(Scope.STANDING, registration.CODES, registration.judge),
    Kind.SENDER_ID: Stage(Scope.STANDING, sender_id.CODES, sender_id.judge),
    Kind.CONTENT: Stage(Scope.STANDING, content.CODES, content.judge),
    Kind.IDENTITY: Stage(Scope.STANDING, identity.CODES, identity.judge),
    Kind.LABEL: Stage(Scope.TEXT, label.CODES, label.judge),
    Kind.CONSENT: Stage(Scope.MESSAGE, consent.CODES, consent.judge),
    Kind.OPT_OUT: Stage(Scope.MESSAGE, opt_out.CODES, opt_out.judge),
    Kind.QUIET_HOURS: Stage(Scope.MESSAGE, quiet_hours.CODES, quiet_hours.judge),
    Kind.FREQUENCY: Stage(Scope.MESSAGE, frequency.CODES, frequency.judge),
}
ORDER: Mapping[Kind, int] = {kind: place for place, kind in enumerate(STAGES)}
