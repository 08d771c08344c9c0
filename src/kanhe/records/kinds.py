"""The kinds of paper that live in dossiers, in one table: fields, documents that prove them, who reviews, what they stop.

A kind's `blocks` are the reasons that the gate gives when the paper is missing, unapproved or over. A document that shows a
person is kept sealed.
"""

from collections.abc import Mapping

import msgspec

from kanhe.domain.users import Role
from kanhe.records.checks import (
    Check,
    Wrong,
    agreement_is_published,
    dates_are_in_order,
    entity_is_qualified,
    id_fits_a_wire,
    number_is_of_its_register,
    port_is_digits,
    port_is_free,
    standing_order_is_bounded,
    variables_are_those_of_the_text,
    words_are_known,
)
from kanhe.records.contents import (
    AgreementContent,
    AuthorityContent,
    Content,
    LicenceContent,
    QualificationContent,
    SenderContent,
    TemplateContent,
)


class Proof(msgspec.Struct, frozen=True):
    """A document that a paper needs or may have."""

    role: str
    personal: bool = False  # shows a person: sealed in the vault
    needed: bool = True


class PaperKind(msgspec.Struct, frozen=True):
    """One row."""

    word: str
    collection: str  # in addresses
    content: type[Content]
    blocks: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    proofs: tuple[Proof, ...] = ()
    reviewed_by: Role | None = Role.REVIEWER  # None: it counts as soon as it is filed
    people: int = 1  # how many different ones approve it


_COPY = Proof("copy")
_OTHER = Proof("other", needed=False)
_AUTHORISATION = Proof("authorisation")

KINDS: Mapping[str, PaperKind] = {
    kind.word: kind
    for kind in (
        PaperKind(
            "licence",
            "licences",
            LicenceContent,
            ("licence-missing", "licence-not-in-force", "licence-too-narrow"),
            (words_are_known, dates_are_in_order),
            (_COPY, _OTHER),
            people=2,  # everything that an account sends may rest on it
        ),
        PaperKind(
            "qualification",
            "qualifications",
            QualificationContent,
            ("sender-not-approved", "sender-ended"),
            (words_are_known, dates_are_in_order, number_is_of_its_register),
            (Proof("registration"), Proof("authorisation"), Proof("identity", personal=True), _OTHER),
        ),
        PaperKind(
            "agreement",
            "agreements",
            AgreementContent,
            ("agreement-missing", "agreement-outdated"),
            (words_are_known, agreement_is_published),
            reviewed_by=None,
        ),
        PaperKind(
            "authority",
            "authorities",
            AuthorityContent,
            ("exemption-not-proved",),
            (dates_are_in_order, standing_order_is_bounded),
            (Proof("mandate"), _OTHER),
            people=2,  # by its power rules of law are lifted
        ),
        PaperKind(
            "sender",
            "senders",
            SenderContent,
            ("sender-unknown", "sender-not-approved", "sender-ended"),
            (dates_are_in_order, port_is_digits, id_fits_a_wire, port_is_free, entity_is_qualified),
            (_OTHER,),  # and those of its owner
        ),
        PaperKind(
            "template",
            "templates",
            TemplateContent,
            ("template-unknown", "template-not-approved", "template-ended"),
            (dates_are_in_order, variables_are_those_of_the_text),
            (_OTHER,),
        ),
    )
}

# Why a name may be used, and what proves it: the entity's own name stands in its qualification; a third party's needs its
# authorisation (Administrative Provisions on SMS Services, real-name filing of signatures).
OWNERS: Mapping[str, tuple[Proof, ...]] = {
    "entity": (),
    "filed_app": (Proof("app_filing"),),
    "trademark": (Proof("trademark"),),
    "third_party": (_AUTHORISATION, Proof("owner_registration")),
}


def proofs_of(kind: PaperKind, content: Content) -> tuple[Proof, ...]:
    """The documents that a paper with this content needs or may have."""
    return (*kind.proofs, *(OWNERS[content.owner.by] if isinstance(content, SenderContent) else ()))


def missing(kind: PaperKind, content: Content, roles: frozenset[str]) -> tuple[str, ...]:
    """The documents that are still to come."""
    return tuple(p.role for p in proofs_of(kind, content) if p.needed and p.role not in roles)


__all__ = ["KINDS", "OWNERS", "PaperKind", "Proof", "Wrong", "missing", "proofs_of"]
