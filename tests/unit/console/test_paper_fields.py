"""The form of every kind of paper: each field has its words, and what is written in it is read back as it was."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.console.paper_fields import as_written, draw, places, read_form
from kanhe.console.paper_terms import ROLE_WORDS, field_of
from kanhe.domain.dossier import Stand, Version
from kanhe.domain.papers import Operator, Qualification
from kanhe.records.books import Books
from kanhe.records.kinds import KINDS, OWNERS, PaperKind

BODIES = {
    "licence": {
        "key": "cn.value_added_telecom", "number": "B2-1", "holder": "示例", "valid_to": "2030-01-01",
        "coverage": ["CN-31", "CN-32"], "services": ["SMS"],
    },
    "qualification": {
        "entity": "shop", "name": "示例", "kind": "company", "seat": "GB", "number": "1", "authorised_person": "王",
    },
    "agreement": {"key": "cn.customer_terms", "version": "3", "accepted_by": "王"},
    "authority": {
        "key": "flood", "name": "应急管理局", "power": "s. 8", "categories": ["emergency", "public_service"],
        "valid_to": "2030-01-01", "senders": ["Shop"], "area": ["CN-31", "US"], "warns_of": ["health_or_safety"],
    },
    "sender": {
        "name": "Shop", "id": {"type": "numeric", "value": "10690000001"}, "entity": "shop",
        "owner": {"by": "third_party", "reference": "Else"}, "signature": "示例", "links": ["a.example", "b.example"],
    },
    "template": {
        "name": "login", "text": "Your code\nis {code}", "category": "verification",
        "variables": {"code": {"kind": "code", "max_chars": 6}},
    },
}  # fmt: skip


def of_form(kind: PaperKind, body: object) -> dict[str, str]:
    """A body as a browser would send it: lines end in CR LF, ticks are fields of their own."""
    written = as_written(kind, Version(1, 1, Stand.DRAFT, 0, "", "", None, msgspec.json.encode(body)))
    for each in [each for each in draw(kind, Books(), 1, written, again=False) if each.as_ == "ticks"]:
        written |= {f"{each.name}-{value}": "yes" for value in written.pop(each.name, "").splitlines()}
    return {name: value.replace("\n", "\r\n") for name, value in written.items()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.word)
def test_what_a_form_says_is_the_content(kind: PaperKind) -> None:
    assert msgspec.to_builtins(read_form(kind, of_form(kind, BODIES[kind.word]), "en")) == BODIES[kind.word]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.word)
def test_every_field_has_its_words_and_an_empty_form_names_what_is_missing(kind: PaperKind) -> None:
    assert [place.name for place in places(kind.content) if field_of(kind.word, place.name) is None] == []
    faults = read_form(kind, {}, "en")
    assert isinstance(faults, list)
    assert [fault.field for fault in faults] == [place.name for place in places(kind.content) if place.needed]


def test_every_document_has_its_word() -> None:
    roles = [proof.role for kind in KINDS.values() for proof in kind.proofs]
    assert {*roles, *(proof.role for proofs in OWNERS.values() for proof in proofs)} == set(ROLE_WORDS)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("licence", "valid_to", "tomorrow"),
        ("qualification", "seat", "China"),
        ("sender", "links", "https://a.example/x"),
        ("sender", "id.value", "1" * 22),
        ("sender", "owner.by", "nobody"),
        ("template", "variables", "code code many"),
        ("template", "category", "letter"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(kind: str, field: str, value: str) -> None:
    form = of_form(KINDS[kind], BODIES[kind]) | {field: value}
    faults = read_form(KINDS[kind], form, "zh")
    assert isinstance(faults, list)
    assert [(fault.field, fault.what) for fault in faults] == [(field, "此项不符合要求")]


@given(st.dictionaries(st.sampled_from([p.name for p in places(KINDS["template"].content)]), st.text(max_size=60)))
def test_whatever_is_written_is_read_or_refused(form: dict[str, str]) -> None:
    read_form(KINDS["template"], form, "en")


def test_choices_come_from_the_books() -> None:
    books = Books()
    books.put(Operator(1, "op", "CN", agreements={"cn.customer_terms": (("3", "2026-01-01"), ("4", "2026-09-01"))}))
    for entity, status in (("shop", "approved"), ("late", "suspended")):
        books.put(Qualification(1, 7, entity, "n", "company", "CN", status=status))
    entity = next(f for f in draw(KINDS["sender"], books, 7, {}, again=False) if f.name == "entity")
    version = next(f for f in draw(KINDS["agreement"], books, 7, {}, again=False) if f.name == "version")
    assert [value for value, _ in entity.options] == ["shop"]
    assert [value for value, _ in version.options] == ["3", "4"]


def test_what_names_a_paper_stays_in_its_versions() -> None:
    fields = draw(KINDS["sender"], Books(), 7, {"name": "Shop"}, again=True)
    assert [field.name for field in fields if field.fixed] == ["name"]
