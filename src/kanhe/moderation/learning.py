"""The learning loop behind `kanhe moderation train|compare|promote|rollback|templates`: a model is taught, looked at, put in force, taken back.

Plain functions that answer dicts which print as JSON. Nothing here runs beside the journeys: a running platform takes what is in
force from the folder when it is told to (`kanhe moderation reload`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kanhe.moderation import versions
from kanhe.moderation.evaluate import figures, judge_rows, recall_by_category
from kanhe.moderation.policy import Policy
from kanhe.moderation.templates import Template, approve
from kanhe.moderation.train import Row, train
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Suggestion

# A new model may lose this much recall in a category, no more.
RECALL_LOSS_MAX: Final = 0.02


class Approved(NamedTuple):
    """A template that people approved, and what is filed for who uses it."""

    name: str
    category: str
    template: Template
    context: Context = NOTHING_KNOWN

    def meets(self, policy: Policy) -> Suggestion:
        """What its words would meet had nobody approved them."""
        return approve(self.template, self.context, policy).suggestion


def train_rows(rows: Sequence[Row], folder: Path) -> dict[str, object]:
    """Train a model from labelled texts and keep it in the folder, not yet in force."""
    model = train(rows)
    path = versions.keep(folder, model)
    return {"version": model.version, "trained_on": model.trained_on, "bytes": path.stat().st_size}


def judge_templates(templates: Iterable[Approved], policy: Policy) -> dict[str, object]:
    """Answer what templates would meet if they were judged without their approval; those that would be blocked by name."""
    met = {each.name: each.meets(policy) for each in templates}
    blocked = sorted(name for name, suggestion in met.items() if suggestion is Suggestion.BLOCK)
    reviewed = sorted(name for name, suggestion in met.items() if suggestion is Suggestion.REVIEW)
    return {"templates": len(met), "blocked": blocked, "for_review": reviewed}


def compare(rows: Sequence[Row], policy: Policy, folder: Path, version: str) -> dict[str, object]:
    """Answer the figures of a policy beside those of the same rules with another model."""
    candidate = policy.with_model(versions.model_of(folder, version))
    old, new = judge_rows(rows, policy), judge_rows(rows, candidate)
    changed = [
        {"id": a.row.id, "from": a.suggestion.name.lower(), "to": b.suggestion.name.lower()}
        for a, b in zip(old, new, strict=True)
        if a.suggestion != b.suggestion
    ]
    return {
        "in_force": {"version": policy.model.version, **figures(old)},
        "candidate": {"version": version, **figures(new)},
        "changed": changed,
    }


def promote(
    rows: Sequence[Row], policy: Policy, folder: Path, version: str, templates: Sequence[Approved] = ()
) -> dict[str, object]:
    """Put a model in force, unless an approved template would be blocked or a category's recall falls too far."""
    candidate = policy.with_model(versions.model_of(folder, version))
    if refusals := refusals_of(policy, candidate, rows, templates):
        return {"promoted": False, "version": version, "in_force": versions.in_force(folder), "because": refusals}
    versions.put_in_force(folder, version)
    return {"promoted": True, "version": version, "in_force": version, "because": []}


def refusals_of(old: Policy, new: Policy, rows: Sequence[Row], templates: Sequence[Approved]) -> list[str]:
    """Answer why a policy must not follow another; nothing if it may."""
    blocked = [each.name for each in templates if each.meets(new) is Suggestion.BLOCK]
    before, after = (recall_by_category(judge_rows(rows, policy)) for policy in (old, new))
    return [f"approved template `{name}` would be blocked" for name in blocked] + [
        f"recall of `{category}` falls from {recall} to {after[category]}"
        for category, recall in before.items()
        if after[category] < recall - RECALL_LOSS_MAX
    ]


def rollback(folder: Path) -> dict[str, object]:
    """Take the last promotion back."""
    return {"in_force": versions.step_back(folder)}
