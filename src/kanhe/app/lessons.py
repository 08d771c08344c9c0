"""What a data folder teaches a model, and what no model of it may do: decisions of reviewers, and the templates that people approved."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from kanhe.app.folder import DATABASE
from kanhe.domain.papers import Template
from kanhe.intake.approved import template_of
from kanhe.intake.content import filed_context
from kanhe.moderation.learning import Approved
from kanhe.moderation.templates import neutral_text
from kanhe.moderation.train import Row
from kanhe.records.books import APPROVED, Books, open_books
from kanhe.records.reviews import HAM, language_of, training_rows
from kanhe.records.sheet import load_sheet, templates_of
from kanhe.store.sqlite.past import PastTraffic
from kanhe.store.sqlite.reviews import ReviewsFile


def lessons(data: Path) -> list[Row]:
    """What reviewers decided of texts, and the approved templates as lawful texts; nothing where no platform ever ran."""
    if not (data / DATABASE).exists():
        return []
    with closing(ReviewsFile(data / DATABASE)) as decided:
        return [*training_rows(decided), *map(_lesson, approved_templates(data))]


def approved_templates(data: Path) -> Sequence[Approved]:
    """The approved templates of all accounts, each with what is filed for its account's senders."""
    if not (data / DATABASE).exists():
        return []
    with closing(PastTraffic(data / DATABASE)) as past:
        return _approved(open_books(past.documents()))


def templates_in(sheet: Path) -> list[Approved]:
    """The templates of a sheet with what it files for the senders beside them. Raises `PaperInvalidError`."""
    return [
        Approved(f"{paper.account}/{paper.name}", _category(paper), template_of(paper))
        for paper in templates_of(load_sheet(sheet))
    ]


def _approved(books: Books) -> list[Approved]:
    filed = {
        account: filed_context([sender for (owner, _), sender in books.senders.items() if owner == account])
        for account in books.accounts
    }
    return [
        Approved(f"{account}/{name}", _category(paper), template_of(paper), filed[account])
        for (account, name), paper in books.templates.items()
        if paper.status == APPROVED and account in filed
    ]


def _category(paper: Template) -> str:
    return paper.category.value if paper.category is not None else ""


def _lesson(approved: Approved) -> Row:
    text = neutral_text(approved.template)
    return Row(
        text=text,
        label=HAM,
        category=approved.category,
        lang=language_of(text),
        source="template",
        group=f"template-{approved.name}",
        id=approved.name,
        domains=approved.context.domains,
    )
